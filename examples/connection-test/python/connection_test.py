"""Reaches Aurora without a password, in Python: who am I, and since when is my token good?

Reads what libpq and the AWS SDKs read from the environment. Prints one JSON object; exits with 0, 1 when it is refused,
2 when something else is wrong.
"""

import json
import os
import socket
import ssl
import sys

import botocore.session
import pg8000.native


def token(session, host, port, user, region):
    """Signs a token, which is the password of one new connection; signing is local."""
    return session.create_client("rds", region_name=region).generate_db_auth_token(host, port, user, region)


def connect(session):
    """Connects over TLS; the certificate is checked against the authorities and against the host's name."""
    env = os.environ
    host, port, user = env["PGHOST"], int(env["PGPORT"]), env["PGUSER"]
    context = ssl.create_default_context(cafile=env["PGSSLROOTCERT"])
    # As libpq does: where to connect to may be given apart from the name that the certificate is for.
    sock = socket.create_connection((env.get("PGHOSTADDR", host), port), timeout=10)
    password = token(session, host, port, user, env["AWS_REGION"])
    return pg8000.native.Connection(user, host=host, database=env["PGDATABASE"], password=password, ssl_context=context, sock=sock)


def main():
    session = botocore.session.get_session()
    identity = session.create_client("sts", region_name=os.environ["AWS_REGION"]).get_caller_identity()
    connection = connect(session)
    try:
        query = "SELECT version(), now()::text, current_user::text, s.version FROM pg_stat_ssl s WHERE pid = pg_backend_pid()"
        [[version, now, user, tls]] = connection.run(query)
        return {"ok": True, "identity": identity["Arn"], "version": version, "now": now, "user": user, "tls": tls}
    finally:
        connection.close()


if __name__ == "__main__":
    try:
        print(json.dumps(main(), indent=2))
    except pg8000.exceptions.DatabaseError as error:
        fields = error.args[0] if isinstance(error.args[0], dict) else {}
        print(json.dumps({"ok": False, "code": fields.get("C"), "error": fields.get("M", str(error))}, indent=2))
        sys.exit(1)
    except Exception as error:  # The outermost place: tell it in the form that is promised.
        print(json.dumps({"ok": False, "code": type(error).__name__, "error": str(error)}, indent=2))
        sys.exit(2)
