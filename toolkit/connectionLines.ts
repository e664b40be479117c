/**
 * Lines of a server's log about connections, the same from PostgreSQL 14 to 18 (from 18 on, `log_connections` is a list
 * of stages, of which `authorization` writes the first):
 *
 *     connection authorized: user=shop database=app application_name=psql SSL enabled (protocol=…)
 *     replication connection authorized: user=shop application_name=…
 *     disconnection: session time: 0:00:00.012 user=shop database=app host=10.0.1.7 port=50000
 *
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/init/postinit.c (PerformAuthentication),
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/tcop/postgres.c (log_disconnections),
 * https://www.postgresql.org/docs/18/runtime-config-logging.html#GUC-LOG-CONNECTIONS
 *
 * Before the text come the prefix, on RDS `%t:%r:%u@%d:[%p]:` (a client's address with its port in parentheses), and the severity:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.overview.parameter-groups.html
 */
export const AUTHORIZED = "connection authorized:";
/** What the line of a session's end has. */
export const ENDED = "disconnection: session time:";

/** A sign in a log that a login was used. */
export interface LoggedUse {
    /** The client's address; undefined on a Unix socket, or if the prefix does not say it. */
    readonly address?: string | undefined;
    readonly application?: string | undefined;
}

/**
 * Whether the line says that any connection was authorized, as opposed to a statement that quotes such a text. The prefix has the
 * name that a client gave, before it is authenticated: a refused one must not pass for an authorized one.
 */
export function isAuthorization(line: string): boolean {
    return !line.includes("FATAL:  ") && authorizedPart(messageOf(line)) !== undefined;
}

/** The use of a login that a line shows; undefined for every other line. */
export function useOf(login: string, line: string): LoggedUse | undefined {
    const message = messageOf(line);
    const rest = authorizedPart(message) ?? /^disconnection: session time: \S+ user=(.*)$/s.exec(message)?.[1];
    if (rest === undefined || !rest.startsWith(login)) {
        return undefined;
    }
    const after = rest.slice(login.length);
    if (after !== "" && !/^ (database=|application_name=|SSL |GSS |host=)/.test(after)) {
        return undefined;
    }
    const address = / host=(\S+)/.exec(after)?.[1] ?? /:([\da-fA-F.:]+)\(\d+\):/.exec(line)?.[1];
    const application = / application_name=(.*?)(?: (?:SSL|GSS) .*)?$/s.exec(after)?.[1]?.trim();
    return {
        ...(address !== undefined && address !== "[local]" && { address }),
        ...(application !== undefined && application !== "" && { application }),
    };
}

/** The text after the first severity: everything before it is the prefix. */
function messageOf(line: string): string {
    const at = line.indexOf("LOG:  ");
    return at < 0 ? "" : line.slice(at + 6).trimEnd();
}

function authorizedPart(message: string): string | undefined {
    return /^(?:replication )?connection authorized: user=(.*)$/s.exec(message)?.[1];
}
