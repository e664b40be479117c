import { clip, parseDocument, reach, visible } from "../iam";
import type { DbUser, Document, Excess, Reach } from "../iam";
import { awsPolicy } from "../resources/managed";
import { attachmentsOf, attachmentTypes, documentsOf, documentTypes } from "../resources/iamDocumentLocations";
import { isUnknown } from "../resources/unknownValues";
import { wildcard } from "../resources/rule";
import type { Resource } from "../resources/resource";
import type { Finding, Rule, Settings } from "../resources/rule";

interface Parameters extends Settings {
    /** The only database users that documents may name; by default, any that they name individually. */
    readonly allow?: readonly { readonly database: string; readonly user: string }[];
    /** Names of AWS managed policies that may still be attached. */
    readonly managedPolicies?: readonly string[];
}

/** Documents must not reach more database users than they name. */
export const requireExactUsers: Rule<Parameters> = {
    name: "rds-db-wildcard",
    description: "rds-db:connect must be allowed only on ARNs that name one database and one user each",
    severity: "critical",
    remediation:
        "Name each database user by its ARN: arn:<partition>:rds-db:<region>:<account>:dbuser:<resource id>/<user>.",
    parameters: {
        allow: {
            type: "array",
            items: {
                type: "object",
                properties: { database: { type: "string" }, user: { type: "string" } },
                required: ["database", "user"],
            },
            description: "the only database users that documents may name: resource id and user; * matches any text",
        },
        managedPolicies: {
            type: "array",
            items: { type: "string" },
            default: [],
            description:
                "AWS managed policies, by name, that may be attached although they reach every database user or are not known",
        },
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

const unnamed =
    "name each database user by its ARN, as in arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-<id>/<user>";

function judgeReach(found: Reach, document: Document, path: string, { allow }: Parameters): Finding[] {
    switch (found.verdict) {
        case "none":
            return [];
        case "excess":
            return found.excesses.map((excess) => wide(excess, path));
        case "invalid":
            return [
                {
                    fault: `${path} cannot be evaluated: ${clip(found.reason, 600)}`,
                    fix: "correct the document; AWS would reject it too",
                },
            ];
        case "unknown":
            return [
                ...unlisted(found.users, path, allow),
                {
                    fault: `${path} cannot be verified until its values are known${known(found, document)}`,
                    fix: "none, if the update resolves them: the document is checked then, before the resource is created",
                    unproven: true,
                },
            ];
        case "exact":
            return unlisted(found.users, path, allow);
    }
}

function wide({ statement, pattern, counterexample }: Excess, path: string): Finding {
    const sid = statement.sid === undefined || statement.sid === "" ? "" : ` (${clip(statement.sid, 64)})`;
    const what = pattern === undefined ? "everything except its NotResource" : JSON.stringify(clip(visible(pattern)));
    const by = statement.actions.except ? " through its NotAction" : "";
    return {
        fault: `statement ${statement.index}${sid} of ${path} allows rds-db:connect${by} on ${what}, which includes ${visible(counterexample)}`,
        fix:
            statement.resources?.except === true || statement.actions.except
                ? `allow rds-db:connect in a separate statement with Resource: ${unnamed}`
                : unnamed,
    };
}

/** The users that are already certain, if the document names any. */
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
        .filter(
            ({ resourceId, user }) =>
                !allow.some((entry) => wildcard(entry.database).test(resourceId) && wildcard(entry.user).test(user)),
        )
        .map(({ arn }) => ({
            fault: `${path} allows rds-db:connect as ${visible(arn)}, which the parameter allow does not list`,
            fix: "add the database and the user to the parameter allow of rds-db-wildcard, or remove the ARN",
        }));
}

function judgeAttachments(resource: Resource, { managedPolicies }: Parameters): Finding[] {
    return attachmentsOf(resource).flatMap(({ path, value }): Finding[] => {
        const policy = typeof value === "string" && !isUnknown(value) ? awsPolicy(value) : undefined;
        if (policy === undefined || policy.verdict === "none" || managedPolicies?.includes(policy.name) === true) {
            return [];
        }
        const attached = `${path} attaches AWS's policy ${policy.name}`;
        if (policy.verdict === "unknown") {
            const fix =
                "make sure that it does not allow rds-db:connect, and list it under managedPolicies of rds-db-wildcard";
            return [{ fault: `${attached}, which this version does not know`, fix, unproven: true }];
        }
        const fix = "attach a policy without rds-db:connect, or list it under managedPolicies of rds-db-wildcard";
        return [{ fault: `${attached}, which allows rds-db:connect as every user of every database`, fix }];
    });
}

/** Policies that the stack attaches but does not contain, so that their reach is unknown here. */
function attachedElsewhere(resources: readonly Resource[]): Finding[] {
    const own = new Set(resources.map(({ props }) => props["arn"]));
    return resources.flatMap((resource) =>
        attachmentsOf(resource).flatMap(({ path, value }): Finding[] => {
            const foreign =
                typeof value === "string" && /^arn:[^:]+:iam::\d{12}:policy\//.test(value) && !own.has(value);
            const fault = `${path} attaches ${clip(String(value))}, whose document is not in this stack`;
            return foreign
                ? [{ resource, fault, fix: "none, if the stack that creates it runs this pack too", unproven: true }]
                : [];
        }),
    );
}
