import type { ResourceValidationPolicy } from "@pulumi/policy";
import { parseDocument, reach } from "../iam";

/** Where an identity document stands, by type: the property that holds it, or a list of `{ policy }`. */
const places: Record<string, (props: Record<string, unknown>) => unknown[]> = {
    "aws:iam/policy:Policy": (props) => [props["policy"]],
    "aws:iam/rolePolicy:RolePolicy": (props) => [props["policy"]],
    "aws:iam/userPolicy:UserPolicy": (props) => [props["policy"]],
    "aws:iam/groupPolicy:GroupPolicy": (props) => [props["policy"]],
    "aws:iam/role:Role": (props) => {
        const inline = props["inlinePolicies"];
        return Array.isArray(inline) ? inline.map((entry: { policy?: unknown }) => entry.policy) : [];
    },
};

export const rdsDbWildcard: ResourceValidationPolicy = {
    name: "rds-db-wildcard",
    description: "rds-db:connect is allowed only on ARNs that name one database and one user each",
    enforcementLevel: "mandatory",
    severity: "critical",
    validateResource: (args, report) => {
        for (const document of places[args.type]?.(args.props) ?? []) {
            const { verdict, reason } = reach([parseDocument(document, "identity")]);
            if (document !== undefined && (verdict === "excess" || verdict === "invalid")) {
                report(`${args.name}: ${reason}`);
            }
        }
    },
};
