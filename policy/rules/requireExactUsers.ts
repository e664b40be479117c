import { clip, parseDocument, reach, visible } from "../iam";
import type { DbUser, Document, Excess, Reach } from "../iam";
import { awsPolicy } from "../managed";
import { attachmentsOf, attachmentTypes, documentsOf, documentTypes } from "../places";
import { isUnknown } from "../plain";
import { wildcard } from "../rule";
import type { Resource } from "../resource";
import type { Finding, Rule, Settings } from "../rule";

interface Parameters extends Settings {
    /** The only database users that documents may name; without it, any that they name one by one. */
    readonly allow?: readonly { readonly database: string; readonly user: string }[];
    /** Names of AWS's own policies that may be attached all the same. */
    readonly managedPolicies?: readonly string[];
}

/** No document reaches more database users than it names. */
export const requireExactUsers: Rule<Parameters> = {
    name: "rds-db-wildcard",
    description: "rds-db:connect is allowed only on ARNs that name one database and one user each",
    severity: "critical",
    remediation: "Name each database user by its ARN: arn:<partition>:rds-db:<region>:<account>:dbuser:<resource id>/<user>.",
    parameters: {
        allow: {
            type: "array",
            items: { type: "object", properties: { database: { type: "string" }, user: { type: "string" } }, required: ["database", "user"] },
            description: "the only database users that may be named: resource id and user, * for any text",
        },
        managedPolicies: { type: "array", items: { type: "string" }, default: [], description: "AWS's own policies, by name, that may be attached although they reach every database user, or are not known" },
    },
    types: new Set([...documentTypes, ...attachmentTypes]),
    judge: (resource, parameters) => [
        ...documentsOf(resource).flatMap(({ path, value }) => {
            const document = parseDocument(value, "identity");
            return judgeReach(reach([document]), document, path, parameters);
        }),
        ...judgeAttachments(resource, parameters),
    ],
    judgeStack: attachedElsewhere,
};

const unnamed = "name each database user by its ARN, as in arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-<id>/<user>";

function judgeReach(found: Reach, document: Document, path: string, { allow }: Parameters): Finding[] {
    switch (found.verdict) {
        case "none":
            return [];
        case "excess":
            return found.excesses.map((excess) => wide(excess, path));
        case "invalid":
            return [{ fault: `${path} can't be judged: ${clip(found.reason, 600)}`, fix: "correct the document; AWS would refuse it too" }];
        case "unknown":
            return [
                ...unlisted(found.users, path, allow),
                { fault: `${path} is not provable before its values are known${known(found, document)}`, fix: "nothing, if they come with the update: it is judged then, before the resource is made", unproven: true },
            ];
        case "exact":
            return unlisted(found.users, path, allow);
    }
}

function wide({ statement, pattern, counterexample }: Excess, path: string): Finding {
    const sid = statement.sid === undefined || statement.sid === "" ? "" : ` (${clip(statement.sid, 64)})`;
    const what = pattern === undefined ? "everything but its NotResource" : JSON.stringify(clip(visible(pattern)));
    const by = statement.actions.except ? " by its NotAction" : "";
    return {
        fault: `statement ${statement.index}${sid} of ${path} allows rds-db:connect${by} on ${what}, so also as ${visible(counterexample)}`,
        fix: statement.resources?.except === true || statement.actions.except ? `allow rds-db:connect in a statement of its own, with Resource: ${unnamed}` : unnamed,
    };
}

/** The users that are certain already, as far as the document names any. */
function known({ users }: Reach, { statements }: Document): string {
    if (users.length === 0) {
        return statements.some(({ effect }) => effect === "unknown") ? "" : " (its actions or resources)";
    }
    return ` (users named: ${clip(users.map(({ user }) => visible(user)).join(", "))})`;
}

function unlisted(users: readonly DbUser[], path: string, allow: Parameters["allow"]): Finding[] {
    if (allow === undefined) {
        return [];
    }
    return users
        .filter(({ resourceId, user }) => !allow.some((entry) => wildcard(entry.database).test(resourceId) && wildcard(entry.user).test(user)))
        .map(({ arn }) => ({ fault: `${path} allows rds-db:connect as ${visible(arn)}, which the organisation's list doesn't hold`, fix: "add the database and the user to the parameter allow of rds-db-wildcard, or take the ARN out" }));
}

function judgeAttachments(resource: Resource, { managedPolicies }: Parameters): Finding[] {
    return attachmentsOf(resource).flatMap(({ path, value }): Finding[] => {
        const policy = typeof value === "string" && !isUnknown(value) ? awsPolicy(value) : undefined;
        if (policy === undefined || policy.verdict === "none" || managedPolicies?.includes(policy.name) === true) {
            return [];
        }
        const attached = `${path} attaches AWS's policy ${policy.name}`;
        if (policy.verdict === "unknown") {
            const fix = "make sure that it does not allow rds-db:connect, and list it under managedPolicies of rds-db-wildcard";
            return [{ fault: `${attached}, which this version does not know`, fix, unproven: true }];
        }
        const fix = "attach a policy that leaves rds-db:connect out, or list it under managedPolicies of rds-db-wildcard";
        return [{ fault: `${attached}, which allows rds-db:connect as every user of every database`, fix }];
    });
}

/** Policies that the stack attaches but doesn't hold: nobody here can say what they reach. */
function attachedElsewhere(resources: readonly Resource[]): Finding[] {
    const own = new Set(resources.map(({ props }) => props["arn"]));
    return resources.flatMap((resource) =>
        attachmentsOf(resource).flatMap(({ path, value }): Finding[] => {
            const foreign = typeof value === "string" && /^arn:[^:]+:iam::\d{12}:policy\//.test(value) && !own.has(value);
            const fault = `${path} attaches ${clip(String(value))}, whose document is not in this stack`;
            return foreign ? [{ resource, fault, fix: "nothing, if the stack that holds it is judged by this pack too", unproven: true }] : [];
        }),
    );
}
