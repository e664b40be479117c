import { permits } from "../../policy/iam/index";
import type { World } from "../identity/assume";
import { callerOf } from "../identity/caller";
import type { Caller } from "../identity/caller";
import { findRole } from "../identity/roles";
import { partitionOf } from "../cloud/aws/region";
import type { Endpoint } from "../cloud/aws/databaseEndpoints";
import { refuseToken } from "./token";
import { accountOf } from "../../toolkit/arn";

/** Why a login was refused. */
export interface Denial {
    /** The reason, for people who run the sandbox. */
    readonly reason: string;
    /** The line that AWS logs for it, without the time. */
    readonly line: string;
}

/**
 * Validates a token as RDS does: first the token itself, then the credentials that signed it (they may have expired, or
 * their role may be deleted), then whether the role's policies together allow `rds-db:connect` for this user of this
 * resource. Undefined if the login is allowed.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html
 */
export function refuseLogin(world: World, endpoint: Endpoint, token: string, user: string): Denial | undefined {
    const { host, port, region } = endpoint;
    if (!endpoint.tokens) {
        return denial("InvalidToken", user, "IAM authentication is disabled for the database");
    }
    const now = world.clock();
    let caller: Caller | undefined;
    const keyOf = (accessKeyId: string, sessionToken: string | undefined) => {
        caller = callerOf(world.store, accessKeyId, sessionToken, partitionOf(region).id);
        return caller && { ...caller, ...(sessionToken === undefined ? {} : { sessionToken }) };
    };
    const refusal = refuseToken(token, { host, port, region, user, now, keyOf });
    if (refusal !== undefined || caller === undefined) {
        return denial(refusal?.code ?? "InvalidToken", user, refusal?.reason ?? "the token has no access key");
    }
    if (caller.session !== undefined && caller.session.expires <= now.getTime()) {
        const ended = new Date(caller.session.expires).toISOString();
        return denial("ExpiredToken", user, `the credentials that signed the token expired at ${ended}`);
    }
    const resource = endpoint.connectPrefix + user;
    if (caller.decide({ action: "rds-db:connect", resource }) !== "allowed") {
        return denial(
            "NotAuthorized",
            user,
            `${caller.arn} has no policy that allows rds-db:connect on ${resource}`,
            caller.arn,
        );
    }
    // Databases have no resource policy, so another account's identity never has access.
    const account = accountOf(resource);
    if (caller.account !== account) {
        return denial("NotAuthorized", user, `${caller.arn} is not in the database's account ${account}`, caller.arn);
    }
    return refuseProxy(world, endpoint, user);
}

/** Too many logins within a second: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Troubleshooting.html */
export function throttled(user: string): Denial {
    return denial("ThrottlingException", user, "more than 200 new connections with tokens in one second");
}

/** A proxy connects to the database with its own role, as the same user. */
function refuseProxy({ store }: World, { proxy, host }: Endpoint, user: string): Denial | undefined {
    if (proxy === undefined) {
        return undefined;
    }
    if (proxy.roleArn === undefined) {
        const fix = 'the sandbox supports only proxies that sign in with IAM: set defaultAuthScheme to "IAM_AUTH"';
        return denial("InternalError", user, `the proxy ${host} signs in to the database with secrets; ${fix}`);
    }
    const resource = proxy.targetPrefix + user;
    const role = findRole(store, proxy.roleArn);
    return role !== undefined && permits(role.permissions(), { action: "rds-db:connect", resource })
        ? undefined
        : denial(
              "NotAuthorized",
              user,
              `the proxy's role ${proxy.roleArn} is not allowed to rds-db:connect on ${resource}`,
              proxy.roleArn,
          );
}

type Code = "InvalidToken" | "ExpiredToken" | "NotAuthorized" | "ThrottlingException" | "InternalError";

function denial(code: Code, user: string, reason: string, caller = ""): Denial {
    const what = {
        InvalidToken: ["authenticate", "because the provided token is malformed or otherwise invalid", 400],
        ExpiredToken: ["authenticate", "because the token age is longer than 15 minutes", 400],
        NotAuthorized: [
            "authorize",
            `because the IAM policy assumed by the caller '${caller}' is not authorized to perform \`rds-db:connect\` on the DB instance`,
            403,
        ],
        ThrottlingException: ["authorize", "due to IAM DB authentication throttling", 429],
        InternalError: ["authorize", "due to an internal IAM DB authentication error", 500],
    } as const;
    const [verb, because, status] = what[code];
    const line = `[ERROR] Failed to ${verb} the connection request for user '${user}' ${because}. (Status Code: ${status}, Error Code: ${code})`;
    return { reason, line };
}
