import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createConnection, type Connection, type ConnectionOptions } from "mysql2/promise";
import { freePort } from "../../toolkit/system/freePort";
import type { Certificate } from "../../sandbox/postgres/authority";

/**
 * A MySQL or MariaDB server in a temporary folder, which is removed with it. KEYLESS_MYSQL_BASEDIR names the folder of
 * its programs, /usr by default.
 */
export class MysqlServer {
    private constructor(
        readonly version: string,
        readonly isMariaDb: boolean,
        readonly port: number,
        private readonly folder: string,
        private readonly process: ChildProcess,
    ) {}

    static async start(shown: Certificate): Promise<MysqlServer> {
        const base = process.env["KEYLESS_MYSQL_BASEDIR"] ?? "/usr";
        const program = ["sbin/mariadbd", "bin/mariadbd", "sbin/mysqld", "bin/mysqld"]
            .map((name) => join(base, name))
            .find((path) => existsSync(path));
        if (program === undefined) {
            throw new Error(
                `no mariadbd or mysqld below ${base}: install MySQL or MariaDB (Debian's package is mariadb-server), or set KEYLESS_MYSQL_BASEDIR to another folder`,
            );
        }
        const version = execFileSync(program, ["--version"], { encoding: "utf8" }).trim();
        const isMariaDb = version.includes("MariaDB");
        const folder = mkdtempSync(join(tmpdir(), "keyless-mysql-"));
        const data = join(folder, "data");
        const user = `--user=${userInfo().username}`;
        mkdirSync(data);
        if (isMariaDb) {
            execFileSync(
                join(base, "bin/mariadb-install-db"),
                [
                    "--no-defaults",
                    `--basedir=${base}`,
                    `--datadir=${data}`,
                    user,
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                ],
                { stdio: "pipe" },
            );
        } else {
            execFileSync(program, ["--no-defaults", "--initialize-insecure", `--datadir=${data}`, user], {
                stdio: "pipe",
            });
        }
        for (const [name, text] of Object.entries<string>({ cert: shown.cert, key: shown.key })) {
            writeFileSync(join(folder, `${name}.pem`), text, { mode: 0o600 });
        }
        const port = await freePort();
        const server = spawn(
            program,
            [
                ...[
                    "--no-defaults",
                    `--basedir=${base}`,
                    `--datadir=${data}`,
                    user,
                    `--socket=${join(folder, "s")}`,
                    `--pid-file=${join(folder, "pid")}`,
                ],
                ...[
                    "--bind-address=127.0.0.1",
                    `--port=${port}`,
                    `--ssl-cert=${join(folder, "cert.pem")}`,
                    `--ssl-key=${join(folder, "key.pem")}`,
                    "--performance-schema=ON",
                ],
            ],
            { stdio: ["ignore", "ignore", "pipe"] },
        );
        await listening(server);
        return new MysqlServer(version, isMariaDb, port, folder, server);
    }

    /** A session as root over the server's socket. */
    root(more: ConnectionOptions = {}): Promise<Connection> {
        return createConnection({ socketPath: join(this.folder, "s"), user: "root", ...more });
    }

    async stop(): Promise<void> {
        if (this.process.exitCode === null) {
            this.process.kill("SIGTERM");
            await once(this.process, "exit");
        }
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** Waits until the server is ready; keeps the rest of its output for errors. */
async function listening(server: ChildProcess): Promise<void> {
    const said: string[] = [];
    const { stderr } = server;
    if (stderr === null) {
        return;
    }
    for await (const line of createInterface(stderr)) {
        said.push(line);
        if (line.includes("ready for connections")) {
            stderr.resume();
            return;
        }
    }
    throw new Error(`the server ended before it was ready:\n${said.join("\n")}`);
}
