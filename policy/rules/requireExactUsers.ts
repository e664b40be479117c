import { attachmentTypes, documentsOf, documentTypes } from "../resources/iamDocumentLocations";
import { policyUseTypes } from "../resources/policyUses";
import type { Rule, Settings } from "../resources/rule";
import { isAttachable, judgeAwsPolicies, judgeOwnPolicies, judgePolicies } from "./attachedPolicies";
import { isInvalid, judgeDocument } from "./reachFindings";
import type { AllowedUsers } from "./reachFindings";

interface Parameters extends Settings {
    /** The only database users that documents may name; by default, any that they name individually. */
    readonly allow?: AllowedUsers;
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
    types: new Set([...documentTypes, ...attachmentTypes, ...policyUseTypes]),
    judge: (resource, parameters, kept) => [
        ...documentsOf(resource)
            .filter((held) => !isAttachable(resource) || isInvalid(held))
            .flatMap((held) => judgeDocument(held, parameters.allow, "before the resource is created")),
        ...judgeAwsPolicies(resource, parameters),
        ...judgeOwnPolicies(resource, parameters, kept),
    ],
    judgeStack: judgePolicies,
};
