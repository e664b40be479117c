import { isAllowed, parseDocument } from "../../policy/iam";
import type { Document, Request } from "../../policy/iam";
import type { Store } from "../cloud/store";
import type { Asker } from "./caller";
import type { Clock } from "./clock";
import { Refused } from "./error";
import { findRole } from "./roles";
import type { Role } from "./roles";
import { issue, sessionArn } from "./session";
import type { Credentials } from "./session";

/** The state that assuming a role reads. */
export interface World {
    readonly store: Store;
    readonly clock: Clock;
}

/** Parameters shared by all ways to assume a role. */
export interface Assumption {
    readonly roleArn: string;
    readonly sessionName: string;
    readonly seconds: number;
    readonly tags?: Readonly<Record<string, string>>;
    /** Keys of the transitive tags. */
    readonly transitive?: readonly string[];
    /** Session policies, JSON. */
    readonly policies?: readonly string[];
}

/** An assumed role. */
export interface Assumed {
    readonly credentials: Credentials;
    /** ARN of the session. */
    readonly arn: string;
    /** `AROA…:session` */
    readonly id: string;
    readonly role: Role;
}

const ANYBODY = parseDocument(
    { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "*" }] },
    "trust",
);

type Context = NonNullable<Request["context"]>;

/** An AWS service assumes a role for a workload. */
export function assumeAsService(world: World, service: string, asked: Assumption, context: Context): Assumed {
    const role = findRole(world.store, asked.roleArn);
    const trust = role && parseDocument(role.trust, "trust");
    const allowed = (action: string): boolean =>
        trust !== undefined &&
        isAllowed([trust], {
            action,
            principal: { type: "Service", value: service },
            context: { ...context, ...contextOf(asked) },
        });
    if (role === undefined || !actionsOf(asked).every(allowed)) {
        throw new Refused(403, "AccessDenied", `${service} is not authorized to assume ${asked.roleArn}`);
    }
    return take(world, role, asked);
}

/** A principal assumes a role with a token of an OpenID Connect provider; the claims are verified. */
export function assumeWithToken(world: World, provider: string, claims: Context, asked: Assumption): Assumed {
    const role = findRole(world.store, asked.roleArn);
    const action = "sts:AssumeRoleWithWebIdentity";
    const allowed =
        role !== undefined &&
        isAllowed([parseDocument(role.trust, "trust")], {
            action,
            principal: { type: "Federated", value: provider },
            context: { ...claims, ...contextOf(asked) },
        });
    if (!allowed) {
        throw new Refused(403, "AccessDenied", `Not authorized to perform ${action}`);
    }
    return take(world, role, asked);
}

/** A person signed in by Identity Center assumes the role of a permission set that is assigned to them. */
export function assumeWithSaml(world: World, provider: string, asked: Assumption): Assumed {
    const role = findRole(world.store, asked.roleArn);
    const action = "sts:AssumeRoleWithSAML";
    const principal = { type: "Federated", value: provider } as const;
    const context = { ...contextOf(asked), "SAML:aud": "https://signin.aws.amazon.com/saml" };
    if (role === undefined || !isAllowed([parseDocument(role.trust, "trust")], { action, principal, context })) {
        throw new Refused(403, "AccessDenied", `Not authorized to perform ${action}`);
    }
    return take(world, role, asked);
}

/**
 * A principal assumes a role with credentials. The role must trust the caller; if it trusts the whole account, or is in
 * another account, the caller's policies must allow the call too. A Deny in them always wins.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
export function assumeAsCaller(
    world: World,
    caller: Asker,
    asked: Assumption,
    { externalId }: { readonly externalId?: string } = {},
): Assumed {
    const inherited = inheritedTags(caller, asked);
    const role = findRole(world.store, asked.roleArn);
    const context = {
        ...caller.context,
        ...contextOf(asked),
        ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }),
    };
    const tagged = Object.keys(inherited).length > 0 ? ["sts:TagSession"] : [];
    const refused = [...actionsOf(asked), ...tagged].find(
        (action) => role === undefined || !mayAssume(caller, role, action, context),
    );
    if (role === undefined || refused !== undefined) {
        const what = `${caller.arn} is not authorized to perform: ${refused ?? "sts:AssumeRole"} on resource: ${asked.roleArn}`;
        throw new Refused(403, "AccessDenied", `User: ${what}`);
    }
    return take(world, role, {
        ...asked,
        tags: { ...inherited, ...asked.tags },
        transitive: [...Object.keys(inherited), ...(asked.transitive ?? [])],
    });
}

function mayAssume(caller: Asker, role: Role, action: string, context: Context): boolean {
    const trust = parseDocument(role.trust, "trust");
    // A document can name the role or this one session; a Deny on either applies.
    const names = [...new Set([caller.context["aws:PrincipalArn"] ?? caller.arn, caller.arn])];
    const request = (value: string): Request => ({ action, principal: { type: "AWS", value }, context });
    const trusts = (document: Document): boolean =>
        names.some((name) => isAllowed([document], request(name))) &&
        names.every((name) => isAllowed([ANYBODY, document], request(name)));
    const own = caller.decide({ action, resource: role.arn, context });
    const direct = role.account === caller.account && trusts(withoutAccounts(trust));
    return trusts(trust) && (own === "allowed" || (own === "silent" && direct));
}

/** The document without its trust in whole accounts: within the account, what remains needs no policy of the caller. */
function withoutAccounts(trust: Document): Document {
    const statements = trust.statements.map((statement) => {
        const { principals, effect } = statement;
        if (principals === undefined || effect === "Deny") {
            return statement;
        }
        const list = principals.list.filter(({ value }) => !/^(\d{12}|arn:[^:]*:iam::\d{12}:root)$/.test(value));
        return { ...statement, principals: { ...principals, list } };
    });
    return { ...trust, statements };
}

function take({ clock }: World, role: Role, asked: Assumption): Assumed {
    const session = {
        ...{ roleArn: role.arn, roleId: role.id, name: asked.sessionName },
        expires: clock().getTime() + asked.seconds * 1000,
        ...{ tags: asked.tags ?? {}, transitive: asked.transitive ?? [], policies: asked.policies ?? [] },
    };
    const credentials = issue(session);
    return { credentials, arn: sessionArn(session), id: `${role.id}:${session.name}`, role };
}

function actionsOf({ tags }: Assumption): string[] {
    const tagged = tags !== undefined && Object.keys(tags).length > 0;
    return ["sts:AssumeRole", ...(tagged ? ["sts:TagSession"] : [])];
}

function contextOf({ sessionName, tags = {}, transitive = [] }: Assumption): Context {
    const keys = Object.keys(tags);
    return {
        "sts:RoleSessionName": sessionName,
        ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
        ...(keys.length > 0 ? { "aws:TagKeys": keys } : {}),
        ...(transitive.length > 0 ? { "sts:TransitiveTagKeys": transitive } : {}),
    };
}

/** @throws Refused if the request sets a tag that is transitive from the calling session */
function inheritedTags({ session }: Asker, { tags = {} }: Assumption): Record<string, string> {
    const inherited = Object.entries(session?.tags ?? {}).filter(([key]) => session?.transitive.includes(key));
    const again = inherited.find(([key]) => Object.keys(tags).some((one) => one.toLowerCase() === key.toLowerCase()));
    if (again !== undefined) {
        throw new Refused(
            400,
            "InvalidParameterValue",
            `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.`,
        );
    }
    return Object.fromEntries(inherited);
}
