import { now } from "../../protocol/chance";
import type { Declaration, ArgumentCheck, Self } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { capitals } from "../declaring/naming";
import { between, conflict, length } from "../declaring/rules";
import { INSTANCE_PROFILE, POLICY, ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT } from "../../../cloud/aws/tokens";
import { must, text, texts } from "../../../cloud/aws/values";
import { atMost, documentRule, documentSize } from "./document";
import { nameOf, path } from "./names";
import { missingPrincipal } from "./principals";

export const role: Declaration = {
    type: ROLE,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 64 },
    defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
    allowed: {
        name: nameOf(64),
        path,
        description: length(0, 1000),
        maxSessionDuration: between(3600, 43200),
        assumeRolePolicy: [documentRule("trust"), atMost(2048, "Cannot exceed quota for ACLSizePerRole: 2048")],
        "inlinePolicies.name": nameOf(128),
        "inlinePolicies.policy": documentRule("identity"),
    },
    rules: [conflict("name", "namePrefix"), inlineSize],
    references: {
        managedPolicyArns: to(POLICY),
        permissionsBoundary: to(POLICY, {
            missing: (arn) => `NoSuchEntity: Scope ARN: ${arn} does not exist or is not attachable.`,
        }),
    },
    conflicts: [({ inputs, cloud }) => missingPrincipal(text(inputs, "assumeRolePolicy"), cloud)],
    replace: ["name", "namePrefix", "path"],
    outputs: ({ inputs, cloud, keep }) => ({
        arn: cloud.arn("iam", `role${text(inputs, "path")}${text(inputs, "name")}`, { region: "" }),
        createDate: keep("createDate", () => now().toISOString().replace(/\.\d+/, "")),
        uniqueId: keep("uniqueId", () => `AROA${capitals(17)}`),
    }),
    missing: (name) => `NoSuchEntity: The role with name ${name} cannot be found.`,
    exists: ({ inputs }) => `EntityAlreadyExists: Role with name ${text(inputs, "name")} already exists.`,
    deletionProtection: inUse,
};

/** All inline policies of a role together can have 10,240 characters. */
function inlineSize(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const total = texts(inputs, "inlinePolicies.policy").reduce((sum, policy) => sum + documentSize(policy), 0);
    return total > 10240
        ? [
              "inlinePolicies",
              `LimitExceeded: Maximum policy size of 10240 bytes exceeded for role ${text(inputs, "name")}`,
          ]
        : undefined;
}

function inUse({ id, inputs, cloud }: Self): string | undefined {
    if (cloud.all(INSTANCE_PROFILE).some(({ state }) => state["role"] === id)) {
        return "DeleteConflict: Cannot delete entity, must remove roles from instance profile first.";
    }
    if (inputs["forceDetachPolicies"] === true) {
        return undefined;
    }
    if (cloud.all(ROLE_POLICY_ATTACHMENT).some(({ state }) => state["role"] === id)) {
        return "DeleteConflict: Cannot delete entity, must detach all policies first.";
    }
    return cloud.all(ROLE_POLICY).some(({ state }) => state["role"] === id)
        ? "DeleteConflict: Cannot delete entity, must delete policies first."
        : undefined;
}
