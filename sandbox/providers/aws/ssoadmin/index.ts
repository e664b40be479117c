import { now } from "../../protocol/chance";
import { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Live, Unborn } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { atMost, documentRule } from "../iam/document";
import { hex } from "../declaring/naming";
import { length, oneOf, pattern } from "../declaring/rules";
import {
    ACCOUNT_ASSIGNMENT,
    PERMISSION_SET,
    PERMISSION_SET_ATTACHMENT,
    PERMISSION_SET_CUSTOMER_ATTACHMENT,
    PERMISSION_SET_INLINE_POLICY,
    POLICY,
} from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";
import type { LastingChange } from "../declaring/inProgress";
import { customerPolicies, provision } from "./provisioned";

/** A change that affects the set's role in each account. */
const effects = { made: provision, gone: provision };

/**
 * Each change of a set's policies is provisioned to the accounts that the set is assigned to, while Identity Center refuses another
 * change; the provider does not retry: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html
 * (ConflictException), https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/ssoadmin/permission_set.go
 * (provisionPermissionSet). Assignments of one set can be made at the same time.
 */
const change =
    (shared: boolean) =>
    ({ inputs }: Unborn): LastingChange => ({
        of: text(inputs, "permissionSetArn") ?? "",
        shared,
        conflict: `ConflictException: A conflict occurred with a previous write to ${text(inputs, "permissionSetArn")} that is still being processed.`,
    });

/** The IAM Identity Center instance of the sandbox's organization. */
export const identityCenter = { instance: "ssoins-0123456789abcdef", store: "d-0123456789" };

const instanceArn = (value: unknown): string | undefined =>
    new RegExp(`^arn:[a-z-]+:sso:::instance/${identityCenter.instance}$`).test(String(value))
        ? undefined
        : `ResourceNotFoundException: Instance with arn ${String(value)} not found`;

const permissionSet: Declaration = {
    type: PERMISSION_SET,
    id: ({ inputs, cloud }) =>
        `${cloud.arn("sso", `permissionSet/${identityCenter.instance}/ps-${hex(16)}`, { region: "", account: "" })},${text(inputs, "instanceArn")}`,
    naming: { max: 32 },
    defaults: { sessionDuration: "PT1H" },
    allowed: {
        name: pattern(/^[\w+=,.@-]{1,32}$/, "must match [\\w+=,.@-] and be 1 to 32 characters"),
        description: length(1, 700),
        instanceArn,
        sessionDuration: pattern(/^PT(\d+H)?(\d+M)?$/, "an ISO 8601 duration such as PT8H"),
    },
    conflicts: [
        ({ id, inputs, cloud }) =>
            cloud.all(PERMISSION_SET).some((other) => other.id !== id && other.state["name"] === inputs["name"])
                ? `ConflictException: PermissionSet with name ${text(inputs, "name")} already exists.`
                : undefined,
    ],
    replace: ["instanceArn", "name"],
    outputs: ({ id, keep }) => ({
        arn: id.replace(/,.*$/, ""),
        createdDate: keep("createdDate", () => now().toISOString()),
    }),
    locate: (arn, cloud) => cloud.all(PERMISSION_SET).find(({ state }) => state["arn"] === arn),
    missing: (arn) => `ResourceNotFoundException: Could not find PermissionSet with id ${arn.replace(/^.*\//, "")}`,
    inUse: () => "ConflictException: PermissionSet has ApplicationProfile associated with it and could not be deleted",
};

const join =
    (...names: string[]) =>
    ({ inputs }: Unborn): string =>
        names.map((name) => text(inputs, name)).join(",");

const inlinePolicy: Declaration = {
    type: PERMISSION_SET_INLINE_POLICY,
    lasting: change(false),
    id: join("permissionSetArn", "instanceArn"),
    parent: "permissionSetArn",
    overwrites: true,
    allowed: {
        instanceArn,
        inlinePolicy: [documentRule("identity"), atMost(32768, "Cannot exceed quota for an inline policy: 32768")],
    },
    references: { permissionSetArn: to(PERMISSION_SET) },
    replace: ["instanceArn", "permissionSetArn"],
    effects,
    missing: (id) => `ResourceNotFoundException: ${id}`,
};

const managedPolicyAttachment: Declaration = {
    type: PERMISSION_SET_ATTACHMENT,
    lasting: change(false),
    id: join("managedPolicyArn", "permissionSetArn", "instanceArn"),
    parent: "permissionSetArn",
    allowed: { instanceArn },
    references: { permissionSetArn: to(PERMISSION_SET), managedPolicyArn: to(POLICY) },
    replace: ["instanceArn", "managedPolicyArn", "permissionSetArn"],
    effects,
    outputs: ({ inputs }) => ({ managedPolicyName: must(inputs, "managedPolicyArn").replace(/^.*\//, "") }),
    missing: (id) => `ResourceNotFoundException: ${id}`,
    exists: () => "ConflictException: Managed Policy is already attached to the PermissionSet.",
};

/** References a policy by name, which must exist in each account where the set is assigned. */
const customerManagedPolicyAttachment: Declaration = {
    type: PERMISSION_SET_CUSTOMER_ATTACHMENT,
    lasting: change(false),
    id: ({ inputs }) =>
        [
            text(inputs, "customerManagedPolicyReference.name"),
            text(inputs, "customerManagedPolicyReference.path") ?? "/",
            text(inputs, "permissionSetArn"),
            text(inputs, "instanceArn"),
        ].join(","),
    parent: "permissionSetArn",
    allowed: {
        instanceArn,
        "customerManagedPolicyReference.name": pattern(/^[\w+=,.@-]{1,128}$/, "the name of a policy, not its ARN"),
        "customerManagedPolicyReference.path": pattern(/^\/([!-~]+\/)?$/, "a path that begins and ends with /"),
    },
    references: { permissionSetArn: to(PERMISSION_SET) },
    replace: ["customerManagedPolicyReference", "instanceArn", "permissionSetArn"],
    effects,
    missing: (id) => `ResourceNotFoundException: ${id}`,
    exists: () => "ConflictException: Customer managed policy is already attached to the PermissionSet.",
};

const accountAssignment: Declaration = {
    type: ACCOUNT_ASSIGNMENT,
    lasting: change(true),
    id: join("principalId", "principalType", "targetId", "targetType", "permissionSetArn", "instanceArn"),
    allowed: {
        instanceArn,
        principalId: pattern(
            /^([0-9a-f]{10}-)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
            "the id of a user or group",
        ),
        principalType: oneOf("GROUP", "USER"),
        targetId: pattern(/^\d{12}$/, "an account id"),
        targetType: oneOf("AWS_ACCOUNT"),
    },
    references: { permissionSetArn: blocksDeletion(PERMISSION_SET) },
    conflicts: [provisionable],
    effects,
    replace: ["instanceArn", "permissionSetArn", "principalId", "principalType", "targetId", "targetType"],
    missing: (id) => `ResourceNotFoundException: ${id}`,
    exists: () => "ConflictException: The assignment already exists.",
};

export const ssoadmin = [
    accountAssignment,
    customerManagedPolicyAttachment,
    inlinePolicy,
    managedPolicyAttachment,
    permissionSet,
];

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/howtocmp.html */
function provisionable({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const account = must(inputs, "targetId");
    const there = new Cloud(cloud.store, cloud.region, account);
    const lost = customerPolicies(must(inputs, "permissionSetArn"), account, cloud).find(
        (arn) => there.locate(POLICY, arn) === undefined,
    );
    return lost === undefined
        ? undefined
        : `waiting for SSO Account Assignment create: unexpected state 'FAILED': Received a 404 status error: Not supported policy ${lost}.`;
}
