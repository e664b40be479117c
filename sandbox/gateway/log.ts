import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { visible } from "../../toolkit/visible";
import { stateDir } from "../../toolkit/paths";
import { hasCode } from "../../toolkit/system/files";
import type { Endpoint } from "../cloud/aws/databaseEndpoints";
import type { Denial } from "./login";

/** Writes what happened and why to server.log in the state folder. */
export function log(line: string): void {
    append(stateDir("server.log"), `${new Date().toISOString()} ${visible(line)}\n`);
}

/**
 * Logs a refused login: the reason for people, and the line that AWS writes to the database's `iam-db-auth-error` export
 * or a proxy's log, in a file named after the log group: `logs/aws/rds/cluster/NAME/iam-db-auth-error.log` in the state
 * folder.
 */
export function logDenial(
    { host, proxy, log: { group, exported } }: Endpoint,
    user: string,
    { reason, line }: Denial,
    now: Date,
): void {
    log(`refused ${JSON.stringify(user)} at ${host}: ${reason}`);
    if (exported) {
        const time = now.toISOString();
        const written =
            proxy === undefined ? `${time.replace("Z", "").replace(".", ",")} ${line}` : `${time} ${proxyLine(user)}`;
        // A user name can contain line breaks; an entry is one line.
        append(`${stateDir("logs")}${group}.log`, `${visible(written)}\n`);
    }
}

/** A proxy logs no reason: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.troubleshooting.html */
function proxyLine(user: string): string {
    const advice =
        "If you provide an IAM token, make sure to either use the correct password or enable IAM authentication.";
    return `[INFO] [proxyEndpoint=default] [clientConnection=1] Proxy authentication with IAM authentication failed for user "${user}" with TLS on. Reason: Invalid credentials. ${advice}`;
}

function append(file: string, text: string): void {
    try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        appendFileSync(file, text, { mode: 0o600 });
    } catch (error) {
        // The state folder may already have been removed with the sandbox.
        if (!hasCode(error, "ENOENT")) {
            throw error;
        }
    }
}
