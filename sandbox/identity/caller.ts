import { decide, parseDocument } from "../../policy/iam";
import type { Decision, Request } from "../../policy/iam";
import type { Store } from "../cloud/store";
import { sandboxCredentials } from "./credentials";
import { deployerPermissions } from "./deployer";
import { SANDBOX_ACCOUNT } from "../cloud/aws/cloud";
import { findRole } from "./roles";
import { open, sessionArn } from "./session";
import type { RoleSession } from "./session";
import { parseArn } from "../../toolkit/arn";

/** The principal of a request. */
export interface Asker {
    readonly arn: string;
    readonly account: string;
    /** The unique id in `aws:userid`. */
    readonly userId: string;
    /** Set for temporary credentials. */
    readonly session?: RoleSession;
    /** Condition keys of every request by this caller. */
    readonly context: Readonly<Record<string, string>>;
    /** The decision of the caller's own policies, narrowed by the role's boundary and the session policies. */
    decide(request: Request): Decision;
}

/** The principal of an access key. */
export interface Caller extends Asker {
    readonly secretAccessKey: string;
}

/**
 * The principal of an access key with its session token: a role session, or the developer, who has the sandbox's own
 * key and full access, unless a run limits it (deployer.ts). Undefined for an unknown key and for a deleted role.
 *
 * @param partition of a key without a session: the standard one unless given
 */
export function callerOf(
    store: Store,
    accessKeyId: string,
    sessionToken: string | undefined,
    partition?: string,
): Caller | undefined {
    if (sessionToken === undefined) {
        return developer(accessKeyId, partition);
    }
    const opened = open(sessionToken);
    const role = opened === undefined ? undefined : findRole(store, opened.session.roleArn);
    if (opened === undefined || opened.accessKeyId !== accessKeyId || role?.id !== opened.session.roleId) {
        return undefined;
    }
    const { session, secretAccessKey } = opened;
    const userId = `${session.roleId}:${session.name}`;
    const arn = sessionArn(session);
    const tags = Object.entries(session.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const);
    const context = {
        ...Object.fromEntries(tags),
        ...{ "aws:PrincipalArn": role.arn, "aws:PrincipalAccount": role.account, "aws:userid": userId },
        "aws:PrincipalType": "AssumedRole",
    };
    const sessionPolicies = session.policies.map((policy) => parseDocument(policy, "identity"));
    const decideInSession = (request: Request): Decision => {
        const { policies, limits } = deployerPermissions(role.arn) ?? role.permissions();
        return decide(
            { policies, limits: [...limits, ...sessionPolicies] },
            { ...request, context: { ...context, ...request.context } },
        );
    };
    return { arn, account: role.account, userId, session, secretAccessKey, context, decide: decideInSession };
}

/**
 * An IAM user who has just authenticated with a second factor. The sandbox does not verify who this is; the user's
 * policies are unknown, so only a role whose trust names the user lets this caller assume it.
 */
export function personOf(userArn: string): Asker {
    const { account = "", resource: user = "" } = parseArn(userArn) ?? {};
    const name = user.slice(user.lastIndexOf("/") + 1);
    return {
        ...{ arn: userArn, account, userId: name, decide: () => "silent" },
        context: {
            ...{
                "aws:PrincipalArn": userArn,
                "aws:PrincipalAccount": account,
                "aws:PrincipalType": "User",
                "aws:username": name,
            },
            ...{ "aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0" },
        },
    };
}

/** The sandbox's developer: an IAM user in each partition. */
export function developerArn(partition = "aws"): string {
    return `arn:${partition}:iam::${SANDBOX_ACCOUNT}:user/developer`;
}

function developer(accessKeyId: string, partition: string | undefined): Caller | undefined {
    const own = sandboxCredentials();
    if (accessKeyId !== own.accessKeyId) {
        return undefined;
    }
    const arn = developerArn(partition);
    return {
        arn,
        account: SANDBOX_ACCOUNT,
        userId: `AIDA${accessKeyId.slice(4)}`,
        secretAccessKey: own.secretAccessKey,
        context: {
            "aws:PrincipalArn": arn,
            "aws:PrincipalAccount": SANDBOX_ACCOUNT,
            "aws:PrincipalType": "User",
            "aws:username": "developer",
        },
        decide: (request) => {
            const limited = deployerPermissions("");
            return limited === undefined ? "allowed" : decide(limited, request);
        },
    };
}
