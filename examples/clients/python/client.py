"""Connects with IAM to each of these hosts: `python client.py LIBRARY HOST…`.

boto3's default chain finds the credentials; everything else is in the environment, as in a container on AWS.
"""

import asyncio
import json
import os
import ssl
import sys

import boto3

PORT, USER, DATABASE = int(os.environ["PGPORT"]), os.environ["PGUSER"], os.environ["PGDATABASE"]
CA = os.environ["PGSSLROOTCERT"]
WHO = "SELECT current_user::text, pg_is_in_recovery()"
WRITE = "CREATE TEMP TABLE attempt (id int)"


def token(host):
    """Signing is local, and a token is for one host: sign for each new connection."""
    return boto3.client("rds").generate_db_auth_token(host, PORT, USER)


def settings(host):
    return {"host": host, "port": PORT, "user": USER, "password": token(host)}


def libpq(host):
    return {**settings(host), "dbname": DATABASE, "sslmode": "verify-full", "sslrootcert": CA}


def tls():
    return ssl.create_default_context(cafile=CA)


def with_cursor(connection):
    """What PEP 249 has in common."""
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(WHO)
    user, replica = cursor.fetchone()
    return {"user": user, "replica": replica, "write": attempt(lambda: cursor.execute(WRITE))}


def attempt(write):
    try:
        write()
        return "done"
    except Exception as error:
        return code_of(error)


def code_of(error):
    details = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    return getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or details.get("C") or str(error)


def psycopg(host):
    import psycopg

    with psycopg.connect(**libpq(host), autocommit=True) as connection:
        return with_cursor(connection)


def psycopg_async(host):
    import psycopg

    async def run():
        async with await psycopg.AsyncConnection.connect(**libpq(host), autocommit=True) as connection:
            user, replica = await (await connection.execute(WHO)).fetchone()
            try:
                await connection.execute(WRITE)
                write = "done"
            except psycopg.Error as error:
                write = error.sqlstate
            return {"user": user, "replica": replica, "write": write}

    return asyncio.run(run())


def psycopg2(host):
    import psycopg2

    connection = psycopg2.connect(**libpq(host))
    try:
        return with_cursor(connection)
    finally:
        connection.close()


def asyncpg(host):
    import asyncpg

    async def run():
        connection = await asyncpg.connect(**settings(host), database=DATABASE, ssl=tls())
        try:
            user, replica = await connection.fetchrow(WHO)
            try:
                await connection.execute(WRITE)
                write = "done"
            except asyncpg.PostgresError as error:
                write = error.sqlstate
            return {"user": user, "replica": replica, "write": write}
        finally:
            await connection.close()

    return asyncio.run(run())


def pg8000(host):
    import pg8000.dbapi

    connection = pg8000.dbapi.connect(**settings(host), database=DATABASE, ssl_context=tls())
    try:
        return with_cursor(connection)
    finally:
        connection.close()


def sqlalchemy(host):
    from sqlalchemy import create_engine, event, text
    from sqlalchemy.exc import DBAPIError

    engine = create_engine(
        f"postgresql+psycopg://{USER}@{host}:{PORT}/{DATABASE}",
        connect_args={"sslmode": "verify-full", "sslrootcert": CA},
        isolation_level="AUTOCOMMIT",
    )

    # A pool opens connections whenever it needs them: each signs its own token.
    @event.listens_for(engine, "do_connect")
    def sign(dialect, record, args, params):
        params["password"] = token(host)

    with engine.connect() as connection:
        user, replica = connection.execute(text(WHO)).one()
        try:
            connection.execute(text(WRITE))
            write = "done"
        except DBAPIError as error:
            write = error.orig.sqlstate
        return {"user": user, "replica": replica, "write": write}


LIBRARIES = {
    "psycopg": psycopg,
    "psycopg-async": psycopg_async,
    "psycopg2": psycopg2,
    "asyncpg": asyncpg,
    "pg8000": pg8000,
    "sqlalchemy": sqlalchemy,
}

for host in sys.argv[2:]:
    try:
        result = LIBRARIES[sys.argv[1]](host)
    except Exception as error:
        result = {"error": str(error)}
    print(json.dumps({"host": host, **result}), flush=True)
