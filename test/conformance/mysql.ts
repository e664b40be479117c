/**
 * `npm run conformance:mysql [-- STACK]`: applies the program's MySQL declarations to a real MySQL or MariaDB server
 * and tries every access as every login. Amazon's plugin exists only on RDS, so here users sign in with a password of
 * this run. Fails if an access is allowed that should not be, or the reverse.
 */
import { randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { mysqlStatements } from "../../bootstrap/mysql";
import { PROVISIONER } from "../../toolkit/serverNames";
import { literal, sql } from "../../toolkit/sql";
import { projectDir } from "../../toolkit/paths";
import { Authority } from "../../sandbox/postgres/authority";
import { keptCatalogues, type Contents } from "../../sandbox/providers/mysql/catalogue";
import { checkDoctor } from "./mysqlDoctor";
import { MysqlServer } from "./mysqlServer";

const password = randomBytes(24).toString("base64url");

interface Attempt {
    readonly what: string;
    readonly sql: string;
    readonly allowed: boolean;
}

async function main(stack: string): Promise<void> {
    const state = mkdtempSync(join(tmpdir(), "keyless-conformance-"));
    process.env["KEYLESS_STATE"] = state;
    const keyless = (...args: string[]): Buffer =>
        execFileSync(process.execPath, [join(projectDir, "cli", "keyless.mjs"), ...args], {
            stdio: ["ignore", "pipe", "inherit"],
        });
    try {
        const authority = await Authority.open();
        const server = await MysqlServer.start(await authority.server("localhost", ["localhost"]));
        try {
            await checkDoctor(server);
            keyless("start", "--stack", stack);
            const [contents] = keptCatalogues();
            if (contents === undefined || Object.keys(contents.users).length === 0) {
                throw new Error(`the stack ${stack} declares no MySQL users`);
            }
            process.exitCode = (await tryAll(server, authority.certificate, contents)) ? 0 : 1;
        } finally {
            await server.stop();
            keyless("down", "--stack", stack);
        }
    } finally {
        rmSync(state, { recursive: true, force: true });
    }
}

async function tryAll(server: MysqlServer, ca: string, contents: Contents): Promise<boolean> {
    console.log(server.version);
    const connect = (user: string, ssl: { ca: string } | undefined) =>
        createConnection({ host: "localhost", port: server.port, user, password, ...(ssl && { ssl }) });
    const root = await server.root();
    await runAll(root, mysqlStatements(sql`IDENTIFIED BY ${literal(password)}`).map(String));
    const before = await users(root);
    const provisioner = await connect(PROVISIONER, { ca });
    await runAll(provisioner, declared(contents, server.isMariaDb));
    // Created after all grants, as migrations do.
    await runAll(
        provisioner,
        Object.keys(contents.databases).flatMap((name) => [
            `CREATE TABLE \`${name}\`.orders (id INT PRIMARY KEY)`,
            `INSERT INTO \`${name}\`.orders VALUES (1)`,
        ]),
    );
    const wrong: string[] = [];
    let count = 0;
    for (const { name, databases } of logins(contents)) {
        const session = await connect(name, { ca });
        for (const { what, sql, allowed } of attempts(databases, contents)) {
            const error = await session.query(sql).then(() => undefined, messageOf);
            count += 1;
            if ((error === undefined) !== allowed) {
                wrong.push(`${name} ${allowed ? `cannot ${what} (${error})` : `can ${what}`}`);
            }
        }
        await session.end();
    }
    for (const user of [PROVISIONER, ...logins(contents).map(({ name }) => name)]) {
        count += 1;
        if (
            (await connect(user, undefined).then((session) => session.end().then(() => undefined), messageOf)) ===
            undefined
        ) {
            wrong.push(`${user} connects without TLS`);
        }
    }
    await runAll(provisioner, removed(contents));
    await provisioner.end();
    const left = (await users(root)).filter((user) => !before.includes(user));
    await root.end();
    console.log(
        `${count} attempts by ${logins(contents).length} logins on ${Object.keys(contents.databases).length} databases: ${wrong.length} wrong; ${left.length} users left after the removal`,
    );
    [...wrong, ...left].forEach((line) => console.log(`  ${line}`));
    return wrong.length + left.length === 0;
}

/** The statements of the official provider for these resources (hashicorp/terraform-provider-mysql, resource_*.go). */
function declared({ databases, users, grants }: Contents, isMariaDb: boolean): string[] {
    return [
        ...Object.entries(databases).map(([name, { charset, collation }]) => {
            // MariaDB lacks some of MySQL 8's collations.
            const known = isMariaDb ? collation.replace("_0900_ai_ci", "_unicode_ci") : collation;
            return `CREATE DATABASE \`${name}\` CHARACTER SET \`${charset}\` COLLATE \`${known}\``;
        }),
        ...Object.entries(users).map(
            ([key, { tls }]) => `CREATE USER ${quoted(key)} IDENTIFIED BY '${password}' REQUIRE ${tls}`,
        ),
        ...grants.map(
            ({ user, database, table, privileges }) =>
                `GRANT ${privileges.join(", ")} ON \`${database}\`.${table} TO ${quoted(user)}`,
        ),
    ];
}

function removed({ databases, users, grants }: Contents): string[] {
    return [
        ...grants.flatMap(({ user, database, table, privileges }) => [
            `REVOKE GRANT OPTION ON \`${database}\`.${table} FROM ${quoted(user)}`,
            `REVOKE ${privileges.join(", ")} ON \`${database}\`.${table} FROM ${quoted(user)}`,
        ]),
        ...Object.keys(users).map((key) => `DROP USER ${quoted(key)}`),
        ...Object.keys(databases).map((name) => `DROP DATABASE \`${name}\``),
    ];
}

function logins({ users, grants }: Contents): { name: string; databases: ReadonlySet<string> }[] {
    return Object.keys(users).map((key) => ({
        name: key.slice(0, key.lastIndexOf("@")),
        databases: new Set(grants.filter(({ user }) => user === key).map(({ database }) => database)),
    }));
}

function attempts(own: ReadonlySet<string>, { databases }: Contents): Attempt[] {
    return [
        ...Object.keys(databases).flatMap((name): Attempt[] => {
            const allowed = own.has(name);
            const orders = `\`${name}\`.orders`;
            return [
                { what: `read ${name}`, sql: `SELECT * FROM ${orders}`, allowed },
                { what: `insert into ${name}`, sql: `INSERT INTO ${orders} VALUES (2)`, allowed },
                { what: `update ${name}`, sql: `UPDATE ${orders} SET id = 3 WHERE id = 2`, allowed },
                { what: `delete from ${name}`, sql: `DELETE FROM ${orders} WHERE id = 3`, allowed },
                { what: `create a table in ${name}`, sql: `CREATE TABLE \`${name}\`.mine (id INT)`, allowed: false },
                { what: `alter a table of ${name}`, sql: `ALTER TABLE ${orders} ADD COLUMN more INT`, allowed: false },
                { what: `drop a table of ${name}`, sql: `DROP TABLE ${orders}`, allowed: false },
                {
                    what: `grant privileges in ${name}`,
                    sql: `GRANT SELECT ON \`${name}\`.* TO '${PROVISIONER}'@'%'`,
                    allowed: false,
                },
                { what: `drop ${name}`, sql: `DROP DATABASE \`${name}\``, allowed: false },
            ];
        }),
        { what: "create a database", sql: "CREATE DATABASE mine", allowed: false },
        { what: "create a user", sql: "CREATE USER mine@localhost", allowed: false },
        { what: "list users", sql: "SELECT * FROM mysql.user", allowed: false },
    ];
}

async function runAll(session: Connection, statements: readonly string[]): Promise<void> {
    for (const statement of statements) {
        await session.query(statement);
    }
}

async function users(root: Connection): Promise<string[]> {
    const [rows] = await root.query("SELECT CONCAT(user, '@', host) AS name FROM mysql.user");
    return (rows as { name: string }[]).map(({ name }) => name);
}

function quoted(key: string): string {
    const at = key.lastIndexOf("@");
    return `'${key.slice(0, at)}'@'${key.slice(at + 1)}'`;
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

main(process.argv[2] ?? "mysql").catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
});
