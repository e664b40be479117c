import type * as aws from "@pulumi/aws";
import { Addon } from "@pulumi/aws/eks/addon";
import { Cluster as EksCluster } from "@pulumi/aws/eks/cluster";
import { getAddonVersionOutput } from "@pulumi/aws/eks/getAddonVersion";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { accessEntries } from "./accessEntries";
import { flag, requireKnown, resolved, type Arguments } from "./arguments";
import { kubeconfigFor } from "./kubeconfig";
import { openedGroups } from "./securityGroups";
import { ServiceRole } from "./serviceRole";

const known = [
    "accessEntries", "authenticationMode", "clusterTags", "createOidcProvider", "deletionProtection", "enabledClusterLogTypes", "encryptionConfigKeyArn",
    "endpointPrivateAccess", "endpointPublicAccess", "kubeProxyAddonOptions", "name", "nodeAssociatePublicIpAddress", "nodeGroupOptions",
    "privateSubnetIds", "publicAccessCidrs", "publicSubnetIds", "serviceRole", "skipDefaultNodeGroup", "skipDefaultSecurityGroups", "subnetIds",
    "tags", "upgradePolicy", "useDefaultVpcCni", "version", "vpcCniOptions", "vpcId", "corednsAddonOptions",
]; // prettier-ignore

/** The real component's `eks.Cluster` with the children that its careful use makes, under the same names. */
export class Cluster extends pulumi.ComponentResource {
    readonly state: pulumi.Inputs;

    constructor(name: string, args: Arguments, opts: pulumi.ComponentResourceOptions) {
        super("eks:index:Cluster", name, {}, opts);
        requireKnown("eks.Cluster", args, known);
        refuseDefaults(args);
        const parent = { parent: this };
        const mode = args["authenticationMode"] as string | undefined;
        const role = new ServiceRole(`${name}-eksRole`, { service: "eks.amazonaws.com", policies: ["AmazonEKSClusterPolicy"] }, parent);
        const subnetIds = pulumi
            .all([resolved<string[]>(args, "subnetIds") ?? [], resolved<string[]>(args, "publicSubnetIds") ?? [], resolved<string[]>(args, "privateSubnetIds") ?? []])
            .apply((lists) => lists.flat());
        const vpcId = resolved<string>(args, "vpcId") ?? pulumi.output("");
        const opened = flag(args, "skipDefaultSecurityGroups", false) ? undefined : openedGroups(name, vpcId, this);
        const keyArn = resolved<string>(args, "encryptionConfigKeyArn");
        const tags = (resolved<Record<string, string>>(args, "tags") ?? pulumi.output({})).apply((own) => ({ Name: `${name}-eksCluster`, ...own }));
        const cluster = new EksCluster(
            `${name}-eksCluster`,
            {
                ...given(args, ["name", "version", "enabledClusterLogTypes", "upgradePolicy", "deletionProtection"]),
                roleArn: role.role.arn,
                bootstrapSelfManagedAddons: true,
                vpcConfig: {
                    subnetIds,
                    ...(opened && { securityGroupIds: [opened.cluster.id] }),
                    ...given(args, ["endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"]),
                },
                tags,
                ...(keyArn && { encryptionConfig: { provider: { keyArn }, resources: ["secrets"] } }),
                // The real component lets the principal that creates a cluster administer it.
                ...(mode !== undefined && { accessConfig: { authenticationMode: mode, bootstrapClusterCreatorAdminPermissions: true } }),
            },
            {
                ...parent,
                dependsOn: role.ready,
                ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
            },
        );
        this.addons(name, args, cluster);
        const kubeconfig = pulumi
            .all([cluster.name, cluster.endpoint, cluster.certificateAuthority, cluster.arn])
            .apply(([clusterName, endpoint, { data }, arn]) =>
                kubeconfigFor({ name: clusterName, endpoint, authority: data, region: arn.split(":")[3] ?? "" }),
            );
        const kubeconfigJson = pulumi.jsonStringify(kubeconfig);
        const provider = new KubernetesProvider(`${name}-eks-k8s`, { kubeconfig: kubeconfigJson }, parent);
        const entries = accessEntries(name, cluster, args["accessEntries"], mode, this);
        const issuer = cluster.identities.apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
        const oidcProvider = flag(args, "createOidcProvider", false)
            ? new OpenIdConnectProvider(
                  `${name}-oidcProvider`,
                  // AWS trusts the issuers of EKS by its own list of authorities; the thumbprint is only asked for.
                  { clientIdLists: ["sts.amazonaws.com"], url: issuer, thumbprintLists: ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"] },
                  parent,
              )
            : undefined;
        const ownGroup = cluster.vpcConfig.apply(({ clusterSecurityGroupId }) => clusterSecurityGroupId);
        const instanceRoles: aws.iam.Role[] = [];
        const core = {
            vpcId,
            subnetIds,
            publicSubnetIds: resolved<string[]>(args, "publicSubnetIds"),
            privateSubnetIds: resolved<string[]>(args, "privateSubnetIds"),
            cluster,
            clusterIamRole: role.role,
            clusterSecurityGroup: opened?.cluster,
            endpoint: cluster.endpoint,
            accessEntries: entries,
            instanceRoles,
            kubeconfig,
            provider,
            nodeGroupOptions: {},
            oidcProvider,
            tags: args["tags"],
        };
        this.state = {
            core,
            eksCluster: cluster,
            instanceRoles,
            kubeconfig,
            kubeconfigJson,
            clusterSecurityGroup: opened?.cluster,
            nodeSecurityGroup: opened?.nodes,
            eksClusterIngressRule: opened?.fromNodes,
            clusterSecurityGroupId: opened?.cluster.id ?? ownGroup,
            nodeSecurityGroupId: opened?.nodes.id ?? ownGroup,
            clusterIngressRuleId: opened?.fromNodes.securityGroupRuleId ?? "",
            defaultNodeGroupAsgName: "",
            fargateProfileId: "",
            fargateProfileStatus: "",
            autoModeNodeRoleName: "",
            oidcProviderArn: oidcProvider?.arn ?? "",
            oidcProviderUrl: issuer,
            oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
        };
        this.registerOutputs(this.state);
    }

    /** kube-proxy and the VPC CNI are installed unless the program says no. */
    private addons(name: string, args: Arguments, cluster: EksCluster): void {
        const addons = [
            { addonName: "kube-proxy", key: "kubeProxyAddonOptions", wanted: enabled(args["kubeProxyAddonOptions"]) },
            { addonName: "vpc-cni", key: "vpcCniOptions", wanted: !flag(args, "useDefaultVpcCni", false) },
        ];
        for (const { addonName, key } of addons.filter(({ wanted }) => wanted)) {
            const options = (args[key] ?? {}) as { version?: pulumi.Input<string>; addonVersion?: pulumi.Input<string>; configurationValues?: unknown };
            const chosen = options.version ?? options.addonVersion;
            new Addon(
                `${name}-${addonName}`,
                {
                    clusterName: cluster.name,
                    addonName,
                    preserve: true,
                    resolveConflictsOnCreate: "OVERWRITE",
                    resolveConflictsOnUpdate: "OVERWRITE",
                    addonVersion: chosen ?? getAddonVersionOutput({ addonName, kubernetesVersion: cluster.version, mostRecent: true }, { parent: this }).version,
                    ...(options.configurationValues !== undefined && { configurationValues: pulumi.jsonStringify(options.configurationValues) }),
                },
                { parent: this },
            );
        }
    }
}

function given(args: Arguments, keys: readonly string[]): pulumi.Inputs {
    return Object.fromEntries(keys.filter((key) => args[key] !== undefined).map((key) => [key, args[key]]));
}

function enabled(options: unknown): boolean {
    return (options as { enabled?: boolean } | undefined)?.enabled ?? true;
}

/** What the real component would add by itself and the stand-in does not: asking for it must not pass in silence. */
function refuseDefaults(args: Arguments): void {
    const errors: pulumi.InputPropertyErrorDetails[] = [];
    if (args["skipDefaultNodeGroup"] !== true) {
        errors.push({ propertyPath: "skipDefaultNodeGroup", reason: "the stand-in makes no default node group: set it to true and add an eks.ManagedNodeGroup" });
    }
    if (args["vpcId"] === undefined) {
        errors.push({ propertyPath: "vpcId", reason: "the stand-in's accounts have no default VPC: name one" });
    }
    if (enabled(args["corednsAddonOptions"]) && args["corednsAddonOptions"] !== undefined) {
        errors.push({ propertyPath: "corednsAddonOptions", reason: "the stand-in makes no CoreDNS addon: use an aws.eks.Addon of your own" });
    }
    if (errors.length > 0) {
        throw new pulumi.InputPropertiesError({ message: "the sandbox's stand-in for eks.Cluster cannot do this", errors });
    }
}
