import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Unborn } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { capitals } from "../declaring/naming";
import { conflict, length } from "../declaring/rules";
import { GROUP, GROUP_POLICY, POLICY, ROLE, ROLE_POLICY, USER, USER_POLICY } from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";
import { atMost, documentRule, documentSize } from "./document";
import { managedPolicy } from "./managed";
import { nameOf, path } from "./names";
import { inlinePoliciesOf } from "../../../identity/permissions";

export const policy: Declaration = {
    type: POLICY,
    id: arnOf,
    naming: { max: 128 },
    defaults: { path: "/" },
    allowed: {
        name: nameOf(128),
        path,
        description: length(0, 1000),
        policy: [documentRule("identity"), atMost(6144, "Cannot exceed quota for PolicySize: 6144")],
    },
    rules: [conflict("name", "namePrefix")],
    replace: ["name", "namePrefix", "path", "description"],
    outputs: ({ id, keep }) => ({ arn: id, policyId: keep("policyId", () => `ANPA${capitals(17)}`) }),
    locate: (value, cloud) => managedPolicy(value, cloud) ?? cloud.locate(POLICY, value),
    missing: (arn) => `NoSuchEntity: Policy ${arn} does not exist or is not attachable.`,
    exists: ({ inputs }) =>
        `EntityAlreadyExists: A policy called ${text(inputs, "name")} already exists. Duplicate names are not allowed.`,
    inUse: () => "DeleteConflict: Cannot delete a policy attached to entities.",
};

function arnOf({ inputs, cloud }: Unborn): string {
    return cloud.arn("iam", `policy${text(inputs, "path")}${text(inputs, "name")}`, { region: "" });
}

/** An inline policy of a role, a user or a group; all of one identity share a size limit. */
function inline(
    type: string,
    property: "role" | "user" | "group",
    identity: string,
    limit: number,
    total: (name: string, except: string | undefined, cloud: Cloud) => number,
): Declaration {
    return {
        type,
        id: ({ inputs }) => `${text(inputs, property)}:${text(inputs, "name")}`,
        naming: { max: 128 },
        parent: property,
        allowed: { name: nameOf(128), policy: documentRule("identity") },
        rules: [conflict("name", "namePrefix")],
        references: { [property]: to(identity) },
        conflicts: [
            ({ id, inputs, cloud }) => {
                const name = must(inputs, property);
                return documentSize(must(inputs, "policy")) + total(name, id, cloud) > limit
                    ? `LimitExceeded: Maximum policy size of ${limit} bytes exceeded for ${property} ${name}`
                    : undefined;
            },
        ],
        replace: ["name", "namePrefix", property],
        missing: (id) => `NoSuchEntity: The ${property} policy with name ${id} cannot be found.`,
        overwrites: true,
    };
}

function sizeOf(policies: readonly { policy: string }[]): number {
    return policies.reduce((sum, { policy: document }) => sum + documentSize(document), 0);
}

function sizeOfAll(type: string, property: string) {
    return (name: string, except: string | undefined, cloud: Cloud): number =>
        sizeOf(
            cloud
                .all(type)
                .filter(({ id, state }) => id !== except && state[property] === name)
                .map(({ state }) => ({ policy: must(state, "policy") })),
        );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length */
export const rolePolicy = inline(ROLE_POLICY, "role", ROLE, 10240, (name, except, cloud) =>
    sizeOf(inlinePoliciesOf(name, except, cloud)),
);
export const userPolicy = inline(USER_POLICY, "user", USER, 2048, sizeOfAll(USER_POLICY, "user"));
export const groupPolicy = inline(GROUP_POLICY, "group", GROUP, 5120, sizeOfAll(GROUP_POLICY, "group"));
