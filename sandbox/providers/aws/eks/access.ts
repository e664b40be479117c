import { now, uuid } from "../../protocol/chance";

import type { PodIdentitySubject } from "../../../../policy/iam";
import { callerArn, type Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Live, ArgumentCheck, Self } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { parseArn } from "../../../../toolkit/arn";
import { documentRule } from "../iam/document";
import { trustsPodIdentity } from "../../../identity/permissions";
import { random } from "../declaring/naming";
import { arnOf, oneOf, pattern } from "../declaring/rules";
import {
    ACCESS_ENTRY,
    ACCESS_POLICY_ASSOCIATION,
    EKS_CLUSTER,
    POD_IDENTITY_ASSOCIATION,
    ROLE,
    USER,
} from "../../../cloud/aws/tokens";
import { given, must, text, texts } from "../../../cloud/aws/values";
import { isProps } from "../../../cloud/props";

/** https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const accessPolicies = [
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSViewPolicy",
];

/** Names reserved for Kubernetes or AWS. */
const reserved = /^(system|eks|aws|amazon|iam):/;

export const accessEntry: Declaration = {
    type: ACCESS_ENTRY,
    id: ({ inputs }) => `${text(inputs, "clusterName")}:${text(inputs, "principalArn")}`,
    parent: "clusterName",
    defaults: { type: "STANDARD" },
    allowed: {
        principalArn: arnOf("iam"),
        type: oneOf("STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX"),
        kubernetesGroups: (value) =>
            reserved.test(String(value))
                ? `InvalidParameterException: The kubernetes group name ${String(value)} is invalid, it cannot start with ${String(value).split(":")[0]}:`
                : undefined,
        userName: (value) =>
            reserved.test(String(value))
                ? `InvalidParameterException: The userName ${String(value)} is invalid, it cannot start with ${String(value).split(":")[0]}:`
                : undefined,
    },
    rules: [
        (inputs) =>
            text(inputs, "type") !== "STANDARD" && (given(inputs, "kubernetesGroups") || given(inputs, "userName"))
                ? [
                      "type",
                      `InvalidParameterException: kubernetesGroups and userName are for type STANDARD, got ${text(inputs, "type")}`,
                  ]
                : undefined,
    ],
    references: { clusterName: to(EKS_CLUSTER) },
    conflicts: [principal, entriesOn],
    replace: ["clusterName", "principalArn", "type"],
    serverDefaults: ({ inputs }) => ({ userName: must(inputs, "principalArn"), kubernetesGroups: [] }),
    outputs: ({ inputs, cloud, keep }) => ({
        accessEntryArn: keep("accessEntryArn", () => {
            const arn = parseArn(must(inputs, "principalArn"));
            const [kind, ...rest] = (arn?.resource ?? "").split("/");
            return cloud.arn(
                "eks",
                `access-entry/${text(inputs, "clusterName")}/${kind}/${arn?.account}/${rest.join("/")}/${uuid()}`,
            );
        }),
        createdAt: keep("createdAt", () => now().toISOString()),
        modifiedAt: keep("createdAt", () => now().toISOString()),
    }),
    missing: (id) =>
        `ResourceNotFoundException: The specified principalArn could not be found: ${id.slice(id.indexOf(":") + 1)}`,
    exists: () => "ResourceInUseException: The specified access entry resource is already in use on this cluster.",
};

export const accessPolicyAssociation: Declaration = {
    type: ACCESS_POLICY_ASSOCIATION,
    id: ({ inputs }) => ["clusterName", "principalArn", "policyArn"].map((name) => text(inputs, name)).join("#"),
    parent: "clusterName",
    overwrites: true,
    allowed: {
        "accessScope.type": oneOf("cluster", "namespace"),
        policyArn: (value, _property, cloud) =>
            accessPolicies.some((name) => value === `arn:${cloud.partition.id}:eks::aws:cluster-access-policy/${name}`)
                ? undefined
                : `InvalidParameterException: The policyArn parameter format is not valid: ${String(value)}`,
    },
    rules: [scope],
    references: { clusterName: to(EKS_CLUSTER) },
    conflicts: [
        entriesOn,
        ({ inputs, cloud }) =>
            cloud.find(ACCESS_ENTRY, `${text(inputs, "clusterName")}:${text(inputs, "principalArn")}`) === undefined
                ? "ResourceNotFoundException: The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'."
                : undefined,
    ],
    replace: ["accessScope", "clusterName", "policyArn", "principalArn"],
    deleteBeforeReplace: true,
    outputs: ({ keep }) => ({
        associatedAt: keep("associatedAt", () => now().toISOString()),
        modifiedAt: keep("associatedAt", () => now().toISOString()),
    }),
    missing: (id) => `ResourceNotFoundException: The specified policy association could not be found: ${id}`,
};

export const podIdentityAssociation: Declaration = {
    type: POD_IDENTITY_ASSOCIATION,
    id: () => `a-${random(17, "abcdefghijklmnopqrstuvwxyz0123456789")}`,
    parent: "clusterName",
    allowed: {
        roleArn: arnOf("iam"),
        targetRoleArn: arnOf("iam"),
        namespace: pattern(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a Kubernetes namespace"),
        serviceAccount: pattern(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, "a Kubernetes service account"),
        policy: documentRule("identity"),
    },
    rules: [
        (inputs) =>
            given(inputs, "policy") && inputs["disableSessionTags"] !== true
                ? ["policy", "InvalidParameterException: disableSessionTags must be true when a policy is given"]
                : undefined,
    ],
    references: {
        clusterName: to(EKS_CLUSTER),
        roleArn: to(ROLE, {
            missing: (arn) => `ResourceNotFoundException: Role provided in the request does not exist: ${arn}`,
        }),
    },
    conflicts: [
        ({ inputs, cloud }) =>
            trustsPodIdentity(must(inputs, "roleArn"), podsOf(inputs, cloud), cloud)
                ? undefined
                : "InvalidParameterException: Trust policy of the role provided is invalid. Follow the official documentation to resolve the issue.",
        ({ id, inputs, cloud }) => {
            const names = ["clusterName", "namespace", "serviceAccount"];
            const other = cloud
                .all(POD_IDENTITY_ASSOCIATION)
                .find((each) => each.id !== id && names.every((name) => each.state[name] === inputs[name]));
            return other === undefined ? undefined : `ResourceInUseException: Association already exists: ${other.id}`;
        },
    ],
    replace: ["clusterName", "namespace", "serviceAccount"],
    serverDefaults: () => ({ disableSessionTags: false }),
    outputs: ({ id, inputs, cloud }) => ({
        associationId: id,
        associationArn: cloud.arn("eks", `podidentityassociation/${text(inputs, "clusterName")}/${id}`),
        externalId: given(inputs, "targetRoleArn") ? externalIdOf(inputs, cloud) : "",
    }),
    missing: (id) => `ResourceNotFoundException: Association not found: ${id}`,
};

/** The `sts:ExternalId` with which EKS assumes the target role. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html */
function externalIdOf(inputs: Self["inputs"], { region, account }: Self["cloud"]): string {
    return [region, account, ...["clusterName", "namespace", "serviceAccount"].map((name) => must(inputs, name))].join(
        "/",
    );
}

function scope({ accessScope }: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const given = isProps(accessScope) ? accessScope : {};
    const narrowed = given["namespaces"] !== undefined && texts(given, "namespaces").length > 0;
    if (given["type"] === "cluster" && narrowed) {
        return [
            "accessScope.namespaces",
            "InvalidParameterException: namespaces can't be given for access scope type cluster",
        ];
    }
    return given["type"] === "namespace" && given["namespaces"] === undefined
        ? [
              "accessScope.namespaces",
              "InvalidParameterException: namespaces must be given for access scope type namespace",
          ]
        : undefined;
}

function principal({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const arn = must(inputs, "principalArn");
    const parts = parseArn(arn);
    if (arn === callerArn(cloud)) {
        return undefined;
    }
    const type = { role: ROLE, user: USER }[parts?.resource.split("/")[0] ?? ""];
    const there = type !== undefined && (parts?.account !== cloud.account || cloud.locate(type, arn) !== undefined);
    return there
        ? undefined
        : `InvalidParameterException: The specified principalArn is invalid: invalid principal: ${arn}`;
}

function entriesOn({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const mode = text(cloud.state(EKS_CLUSTER, text(inputs, "clusterName")), "accessConfig.authenticationMode");
    return mode === "CONFIG_MAP"
        ? "InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation."
        : undefined;
}

function podsOf(inputs: Self["inputs"], cloud: Cloud): PodIdentitySubject {
    const [clusterName, namespace, serviceAccount] = [
        must(inputs, "clusterName"),
        must(inputs, "namespace"),
        must(inputs, "serviceAccount"),
    ];
    return { clusterArn: cloud.arn("eks", `cluster/${clusterName}`), clusterName, namespace, serviceAccount };
}
