import { uuid } from "../../protocol/chance";

import type { Declaration, Fault, Live, ArgumentCheck, Self, Used } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { instanceType } from "../ec2/launchTemplate";
import { leaveInterface } from "../ec2/networkInterface";
import { hasPolicies } from "./policies";
import { trusts } from "../../../identity/permissions";
import { hex } from "../declaring/naming";
import { between, conflict, oneOf } from "../declaring/rules";
import { EKS_CLUSTER, LAUNCH_TEMPLATE, NODE_GROUP, ROLE, SECURITY_GROUP, SUBNET } from "../../../cloud/aws/tokens";
import { given, must, number, text, texts } from "../../../cloud/aws/values";
import { isProps } from "../../../cloud/props";

const amiTypes = [
    ..."AL2023_x86_64_STANDARD AL2023_ARM_64_STANDARD AL2023_x86_64_NEURON AL2023_x86_64_NVIDIA AL2023_ARM_64_NVIDIA AL2_x86_64 AL2_x86_64_GPU".split(
        " ",
    ),
    ..."AL2_ARM_64 BOTTLEROCKET_x86_64 BOTTLEROCKET_ARM_64 BOTTLEROCKET_x86_64_FIPS BOTTLEROCKET_ARM_64_FIPS BOTTLEROCKET_x86_64_NVIDIA".split(
        " ",
    ),
    ..."BOTTLEROCKET_ARM_64_NVIDIA CUSTOM WINDOWS_CORE_2019_x86_64 WINDOWS_CORE_2022_x86_64 WINDOWS_FULL_2019_x86_64 WINDOWS_FULL_2022_x86_64".split(
        " ",
    ),
];

export const nodeGroup: Declaration = {
    type: NODE_GROUP,
    id: ({ inputs }) => `${text(inputs, "clusterName")}:${text(inputs, "nodeGroupName")}`,
    naming: { property: "nodeGroupName", max: 63 },
    parent: "clusterName",
    allowed: {
        amiType: oneOf(...amiTypes),
        capacityType: oneOf("ON_DEMAND", "SPOT", "CAPACITY_BLOCK"),
        instanceTypes: instanceType,
        diskSize: between(1, 16384),
        "scalingConfig.minSize": between(0, 1000),
        "scalingConfig.maxSize": between(1, 1000),
        "taints.effect": oneOf("NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"),
    },
    rules: [sizes, templateInstead, conflict("nodeGroupName", "nodeGroupNamePrefix")],
    references: {
        clusterName: blocksDeletion(EKS_CLUSTER),
        nodeRoleArn: to(ROLE, {
            missing: (arn) => `InvalidParameterException: The role with name ${arn} cannot be found.`,
        }),
        subnetIds: blocksDeletion(SUBNET, {
            missing: (id) => `InvalidParameterException: The subnet ID '${id}' does not exist`,
        }),
        "launchTemplate.id": to(LAUNCH_TEMPLATE),
        "remoteAccess.sourceSecurityGroupIds": to(SECURITY_GROUP),
    },
    conflicts: [nodeRole, templateVersion, skew],
    replace: [
        ..."amiType capacityType clusterName diskSize instanceTypes launchTemplate.id launchTemplate.name".split(" "),
        ..."nodeGroupName nodeGroupNamePrefix nodeRoleArn remoteAccess subnetIds".split(" "),
    ],
    uses: nodesGroups,
    effects: {
        // Node roles lose their policies after the nodes: "Otherwise, EKS will not be able to properly delete EC2 Instances
        // and Elastic Network Interfaces", https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_node_group
        gone: (self) => {
            const { inputs } = self;
            if (
                !hasPolicies(must(inputs, "nodeRoleArn"), ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"], self)
            ) {
                const groups = nodesGroups(self).map(({ id }) => id);
                texts(inputs, "subnetIds").forEach((subnet) => leaveInterface("aws-K8S-i", subnet, groups, self));
            }
        },
    },
    serverDefaults: ({ inputs, cloud }) => ({
        amiType: "AL2023_x86_64_STANDARD",
        capacityType: "ON_DEMAND",
        diskSize: given(inputs, "launchTemplate") ? 0 : 20,
        instanceTypes: given(inputs, "launchTemplate") ? [] : ["t3.medium"],
        updateConfig: { maxUnavailable: 1 },
        version: cloud.state(EKS_CLUSTER, text(inputs, "clusterName"))["version"] ?? "",
    }),
    outputs: ({ inputs, cloud, keep }) => ({
        arn: keep("arn", () =>
            cloud.arn("eks", `nodegroup/${text(inputs, "clusterName")}/${text(inputs, "nodeGroupName")}/${uuid()}`),
        ),
        status: "ACTIVE",
        releaseVersion: inputs["releaseVersion"] ?? `${text(inputs, "version")}.0-20251101`,
        resources: keep("resources", () => [
            {
                autoscalingGroups: [{ name: `eks-${text(inputs, "nodeGroupName")}-${hex(8)}` }],
                remoteAccessSecurityGroupId: "",
            },
        ]),
    }),
    missing: (id) => `ResourceNotFoundException: No node group found for name: ${id.replace(/^.*:/, "")}.`,
    exists: ({ inputs }) =>
        `ResourceInUseException: NodeGroup already exists with name ${text(inputs, "nodeGroupName")} and cluster name ${text(inputs, "clusterName")}`,
};

/** The security groups of the nodes, which only their launch template names. */
function nodesGroups({ inputs, cloud }: Pick<Self, "inputs" | "cloud">): Used[] {
    const template = cloud.state(LAUNCH_TEMPLATE, text(inputs, "launchTemplate.id"));
    return texts(template, "vpcSecurityGroupIds").map((id) => ({ type: SECURITY_GROUP, id }));
}

function sizes(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const [min = 0, desired = min, max = desired] = ["minSize", "desiredSize", "maxSize"].map((name) =>
        number(inputs, `scalingConfig.${name}`),
    );
    if (min > desired) {
        return [
            "scalingConfig",
            `InvalidParameterException: Minimum capacity ${min} can't be greater than desired size ${desired}`,
        ];
    }
    return desired > max
        ? [
              "scalingConfig",
              `InvalidParameterException: desired capacity ${desired} can't be greater than max size ${max}`,
          ]
        : undefined;
}

/** A node group must not set what its launch template sets. */
function templateInstead(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const template = cloud.state(LAUNCH_TEMPLATE, text(inputs, "launchTemplate.id"));
    const faults: Fault[] = [];
    if (given(inputs, "launchTemplate") && given(inputs, "diskSize")) {
        faults.push(["diskSize", "InvalidParameterException: Disk size must be specified within the launch template."]);
    }
    if (given(inputs, "launchTemplate") && given(inputs, "remoteAccess")) {
        faults.push([
            "remoteAccess",
            "InvalidParameterException: Remote access configuration cannot be specified with a launch template.",
        ]);
    }
    if (given(template, "instanceType") && given(inputs, "instanceTypes")) {
        faults.push([
            "instanceTypes",
            "InvalidParameterException: You cannot specify instance types both in the launch template and in the API request.",
        ]);
    }
    if (given(template, "iamInstanceProfile")) {
        faults.push([
            "launchTemplate",
            "InvalidParameterException: Launch template should not specify an instance profile. The noderole in your request will be used to construct an instance profile.",
        ]);
    }
    return faults;
}

function nodeRole({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const role = must(inputs, "nodeRoleArn");
    return trusts(role, `ec2.${cloud.partition.dnsSuffix}`, cloud) || trusts(role, "ec2.amazonaws.com", cloud)
        ? undefined
        : `InvalidParameterException: Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${role}`;
}

function templateVersion({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const asked = isProps(inputs["launchTemplate"]) ? inputs["launchTemplate"] : {};
    const template = cloud.find(LAUNCH_TEMPLATE, must(asked, "id"));
    const version = text(asked, "version");
    const latest = number(template?.state ?? {}, "latestVersion") ?? 0;
    const known =
        version === undefined ||
        version.startsWith("$") ||
        (/^\d+$/.test(version) && Number(version) >= 1 && Number(version) <= latest);
    return template === undefined || known
        ? undefined
        : `InvalidLaunchTemplateId.VersionNotFound: Could not find the specified version ${version} for the launch template with ID ${template.id}.`;
}

/** Nodes cannot be newer than their cluster. */
function skew({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const cluster = text(cloud.state(EKS_CLUSTER, text(inputs, "clusterName")), "version");
    const own = text(inputs, "version");
    const minor = (version: string): number => Number(version.split(".")[1]);
    return own !== undefined && cluster !== undefined && minor(own) > minor(cluster)
        ? `InvalidParameterException: Nodegroup Kubernetes version ${own} should be equal to or lower than the cluster's version ${cluster}`
        : undefined;
}
