import { bytes, now } from "../../protocol/chance";

import { ensureLogGroup } from "../cloudwatch/logGroup";
import type { ImplicitObject, Declaration, Live, Self } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { leaveInterface } from "../ec2/networkInterface";
import { placesOf } from "../ec2/subnet";
import { onBehalfOf, trusts } from "../../../identity/permissions";
import { hex } from "../declaring/naming";
import { cidr, oneOf, pattern } from "../declaring/rules";
import { callerArn } from "../../../cloud/aws/cloud";
import { ACCESS_ENTRY, EKS_CLUSTER, KEY, NODE_GROUP, ROLE, SECURITY_GROUP, SUBNET } from "../../../cloud/aws/tokens";
import { must, text, texts } from "../../../cloud/aws/values";
import { hasPolicies } from "./policies";
import { clusterNetwork, fixedZones, supportedZones } from "./network";
import { isProps } from "../../../cloud/props";
import { stateDir } from "../../../../toolkit/paths";
import { readIfThere } from "../../../../toolkit/system/files";

/**
 * Kubernetes versions in standard or extended support; that of 1.31 ended on 26 November 2026, and of 1.32 ends on 23 March 2027.
 * https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html#kubernetes-release-calendar
 */
export const kubernetesVersions = ["1.32", "1.33", "1.34", "1.35", "1.36"];
const defaultVersion = "1.34";

export const cluster: Declaration = {
    type: EKS_CLUSTER,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 100 },
    defaults: { bootstrapSelfManagedAddons: true },
    allowed: {
        name: pattern(
            /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/,
            "must begin with a letter or digit and consist of letters, digits, - and _, at most 100 characters",
        ),
        version: (value) =>
            kubernetesVersions.includes(String(value))
                ? undefined
                : `InvalidParameterException: unsupported Kubernetes version ${String(value)}; supported are ${kubernetesVersions.join(", ")}`,
        enabledClusterLogTypes: oneOf("api", "audit", "authenticator", "controllerManager", "scheduler"),
        "accessConfig.authenticationMode": oneOf("API", "API_AND_CONFIG_MAP", "CONFIG_MAP"),
        "encryptionConfig.resources": oneOf("secrets"),
        "vpcConfig.publicAccessCidrs": cidr(),
        "kubernetesNetworkConfig.ipFamily": oneOf("ipv4", "ipv6"),
        "kubernetesNetworkConfig.serviceIpv4Cidr": cidr(),
        "upgradePolicy.supportType": oneOf("STANDARD", "EXTENDED"),
    },
    rules: [
        clusterNetwork,
        ({ vpcConfig }) =>
            isProps(vpcConfig) &&
            vpcConfig["endpointPublicAccess"] === false &&
            vpcConfig["endpointPrivateAccess"] !== true
                ? ["vpcConfig", "InvalidParameterException: Private and public endpoint access cannot be false."]
                : undefined,
    ],
    references: {
        roleArn: to(ROLE, { missing: unusableRole }),
        "vpcConfig.subnetIds": blocksDeletion(SUBNET, {
            missing: (id) => `InvalidParameterException: The subnet ID '${id}' does not exist`,
        }),
        "vpcConfig.securityGroupIds": blocksDeletion(SECURITY_GROUP, {
            missing: (id) => `InvalidParameterException: The security group '${id}' does not exist`,
        }),
        "encryptionConfig.provider.keyArn": to(KEY, {
            missing: (arn) => `InvalidRequestException: The KMS key ${arn} does not exist`,
        }),
    },
    conflicts: [assumable, fixedZones, supportedZones, oneVersionAtATime],
    replace: [
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
        "bootstrapSelfManagedAddons",
        "kubernetesNetworkConfig.ipFamily",
        "kubernetesNetworkConfig.serviceIpv4Cidr",
        "name",
        "outpostConfig",
        "roleArn",
    ],
    serverDefaults: () => ({ version: defaultVersion, deletionProtection: false }),
    computedPaths: ["vpcConfig.clusterSecurityGroupId", "vpcConfig.vpcId"],
    outputs: outputsOf,
    implicitObjects: (self) => [ownGroup(self), ...creatorsEntry(self)],
    // EKS does not delete its group while another one's rule names it, or an interface has it:
    // https://github.com/hashicorp/terraform-provider-aws/issues/11473, https://github.com/aws/containers-roadmap/issues/1841
    leavesUsed: true,
    effects: {
        // The role loses its policies after the cluster: "Otherwise, EKS will not be able to properly delete EKS managed EC2
        // infrastructure such as Security Groups", https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_cluster
        gone: (self) => {
            const { inputs } = self;
            if (!hasPolicies(must(inputs, "roleArn"), ["AmazonEKSClusterPolicy"], self)) {
                const { id: group, ...left } = ownGroup(self);
                self.cloud.store.put({ id: group, ...left, ...self.cloud.home(left.type) });
                texts(inputs, "vpcConfig.subnetIds")
                    .slice(0, 2)
                    .forEach((subnet) => leaveInterface(`Amazon EKS ${self.id}`, subnet, [group], self));
            }
        },
        made: ({ id, inputs, cloud }) => {
            if (texts(inputs, "enabledClusterLogTypes").length > 0) {
                ensureLogGroup(`/aws/eks/${id}/cluster`, cloud);
            }
        },
    },
    deletionProtection: ({ id, inputs }) =>
        inputs["deletionProtection"] === true
            ? `InvalidRequestException: Cluster ${id} has deletion protection enabled; disable it and try again`
            : undefined,
    missing: (name) => `ResourceNotFoundException: No cluster found for name: ${name}.`,
    exists: ({ inputs }) => `ResourceInUseException: Cluster already exists with name: ${text(inputs, "name")}`,
    inUse: () => "ResourceInUseException: Cluster has nodegroups attached",
};

function unusableRole(arn: string): string {
    return `InvalidParameterException: Role with arn: ${arn}, could not be assumed because it does not exist or the trusted entity is not correct`;
}

function assumable({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const role = must(inputs, "roleArn");
    const cluster = cloud.arn("eks", `cluster/${must(inputs, "name")}`);
    return trusts(role, "eks.amazonaws.com", cloud, onBehalfOf(cluster, cloud)) ? undefined : unusableRole(role);
}

/**
 * EKS updates a control plane by one minor version at a time, and not before its managed nodes have its own version.
 * https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html, in the words of
 * https://github.com/hashicorp/terraform-provider-aws/issues/19478
 */
function oneVersionAtATime({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const [before, after] = [text(cloud.state(EKS_CLUSTER, id), "version"), text(inputs, "version")];
    if (before === undefined || after === undefined || before === after) {
        return undefined;
    }
    const minor = (version: string): number => Number(version.split(".")[1]);
    if (minor(after) !== minor(before) + 1) {
        return `InvalidParameterException: Unsupported Kubernetes minor version update from ${before} to ${after}`;
    }
    const behind = cloud
        .all(NODE_GROUP)
        .filter(({ state }) => state["clusterName"] === id && text(state, "version") !== before)
        .map(({ state }) => must(state, "nodeGroupName"));
    return behind.length === 0
        ? undefined
        : `InvalidParameterException: Nodegroups ${behind.sort().join(", ")} must be updated to match cluster version ${before} before updating cluster version`;
}

function section(inputs: Self["inputs"], name: string, chosen: Self["inputs"]): Self["inputs"] {
    const given = inputs[name];
    return { [name]: { ...chosen, ...(isProps(given) ? given : {}) } };
}

function outputsOf({ id, inputs, cloud, keep }: Self): Self["inputs"] {
    const { dnsSuffix } = cloud.partition;
    const issuer = () => [
        { oidcs: [{ issuer: `https://oidc.eks.${cloud.region}.${dnsSuffix}/id/${capitalHex(32)}` }] },
    ];
    const made = keep("vpcConfig", () => ({ clusterSecurityGroupId: `sg-0${hex(16)}` }));
    return {
        arn: cloud.arn("eks", `cluster/${id}`),
        status: "ACTIVE",
        platformVersion: "eks.1",
        createdAt: keep("createdAt", () => now().toISOString()),
        endpoint: keep("endpoint", () => `https://${capitalHex(32)}.gr7.${cloud.region}.eks.${dnsSuffix}`),
        certificateAuthority: keep("certificateAuthority", () => ({ data: certificate() })),
        identities: keep("identities", issuer),
        ...section(inputs, "accessConfig", {
            authenticationMode: "CONFIG_MAP",
            bootstrapClusterCreatorAdminPermissions: true,
        }),
        ...section(inputs, "kubernetesNetworkConfig", {
            ipFamily: "ipv4",
            serviceIpv4Cidr: "172.20.0.0/16",
            elasticLoadBalancing: { enabled: false },
        }),
        ...section(inputs, "upgradePolicy", { supportType: "EXTENDED" }),
        ...section(
            section(inputs, "vpcConfig", {
                endpointPrivateAccess: false,
                endpointPublicAccess: true,
                publicAccessCidrs: ["0.0.0.0/0"],
            }),
            "vpcConfig",
            {
                clusterSecurityGroupId: must(made, "clusterSecurityGroupId"),
                vpcId: [...placesOf(texts(inputs, "vpcConfig.subnetIds"), cloud).vpcs][0] ?? "",
            },
        ),
    };
}

function capitalHex(length: number): string {
    return hex(length).toUpperCase();
}

/** The sandbox's authority, which issues the certificate of the cluster's API; a placeholder where no server of the sandbox runs. */
function certificate(): string {
    const body = () => bytes(600).toString("base64").replace(/.{64}/g, "$&\n");
    const own = readIfThere(stateDir("tls", "ca.pem"));
    return Buffer.from(own ?? `-----BEGIN CERTIFICATE-----\n${body()}\n-----END CERTIFICATE-----\n`).toString("base64");
}

/** EKS creates a group that the control plane, nodes and pods share. */
function ownGroup({ id, inputs, cloud }: Self): ImplicitObject {
    const group = must(inputs, "vpcConfig.clusterSecurityGroupId");
    const vpcId = must(inputs, "vpcConfig.vpcId");
    const asked = {
        name: `eks-cluster-sg-${id}-${parseInt(group.slice(-8), 16)}`,
        description:
            "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.",
        vpcId,
    };
    // https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
    const tags = { Name: asked.name, [`kubernetes.io/cluster/${id}`]: "owned", "aws:eks:cluster-name": id };
    const open = { fromPort: 0, toPort: 0, protocol: "-1" };
    return {
        type: SECURITY_GROUP,
        id: group,
        inputs: asked,
        state: {
            ...asked,
            arn: cloud.arn("ec2", `security-group/${group}`),
            ownerId: cloud.account,
            region: cloud.region,
            ingress: [{ ...open, self: true }],
            egress: [{ ...open, cidrBlocks: ["0.0.0.0/0"] }],
            tags,
            tagsAll: tags,
        },
    };
}

/**
 * EKS makes the creator an administrator unless the cluster is created without:
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html
 */
function creatorsEntry({ id, inputs, cloud }: Self): ImplicitObject[] {
    const { accessConfig } = inputs;
    if (
        !isProps(accessConfig) ||
        accessConfig["authenticationMode"] === "CONFIG_MAP" ||
        accessConfig["bootstrapClusterCreatorAdminPermissions"] === false
    ) {
        return [];
    }
    const asked = { clusterName: id, principalArn: callerArn(cloud), type: "STANDARD" };
    return [{ type: ACCESS_ENTRY, id: `${id}:${asked.principalArn}`, inputs: asked, state: asked }];
}
