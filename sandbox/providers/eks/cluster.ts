import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import { all, jsonStringify, output } from "@pulumi/pulumi/output";
import { ComponentResource, ProviderResource } from "@pulumi/pulumi/resource";
import type { ClusterArgs } from "@pulumi/eks";
import type { Inputs, Output } from "@pulumi/pulumi/output";
import type { ComponentResourceOptions, CustomResource } from "@pulumi/pulumi/resource";

import { accessEntries, awsAuth } from "./access";
import { standardAddon, VpcCniAddon } from "./addons";
import { ask, Child } from "./child";
import { checkCluster } from "./clusterChecks";
import { clusterOutputs } from "./clusterOutputs";
import { controlPlane } from "./controlPlane";
import { kubeconfig } from "./kubeconfig";
import { nodeGroups } from "./securityGroups";
import { ServiceRole } from "./serviceRole";
import type { Access } from "./clusterChecks";
import type { EksCluster, Role } from "./clusterOutputs";

/**
 * The thumbprint that AWS documents for EKS issuers. The real component reads it from the issuer's certificate; AWS
 * trusts these issuers through its own list of authorities and ignores it.
 */
const thumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

/** Managed policies that nodes need. */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"];

/** Outputs of a reference to the component. */
const referenced = { core: undefined, eksCluster: undefined };

interface NodeRoles {
    readonly all: Output<Role[]>;
    /** The default role of nodes, if there is one. */
    readonly own?: Output<Role>;
}

/**
 * `eks:index:Cluster`, with the real component's children, names and defaults. Unlike it, the stand-in does not wait,
 * and uses neither the AWS CLI nor the issuer's certificate.
 */
export class Cluster extends ComponentResource {
    readonly state: Inputs = {};

    constructor(name: string, args: ClusterArgs, opts: ComponentResourceOptions) {
        if (opts.urn !== undefined) {
            // A reference to an existing component: its outputs come from the engine.
            super("eks:index:Cluster", name, referenced, opts);
            return;
        }
        super("eks:index:Cluster", name, {}, opts);
        this.state = this.build(name, args, checkCluster(args));
        this.registerOutputs(this.state);
    }

    private build(name: string, args: ClusterArgs, access: Access): Inputs {
        const partition = ask<{ partition: string }>("aws:index/getPartition:getPartition", {}, this).apply(
            ({ partition: id }) => id,
        );
        const plane = controlPlane(name, args, partition, this);
        const { cluster, clusterGroup } = plane;
        const provider = this.kubernetes(name, args, cluster);
        const roles = this.nodeRoles(name, args, partition);
        const eksNodeAccess = access.configMap ? this.configMap(name, args, roles, provider) : undefined;
        const entries = access.entries ? this.entries(args, roles) : {};
        const entered = accessEntries(name, cluster, entries, this);
        const vpcCni = this.addons(name, args, cluster, [
            ...entered,
            ...(eksNodeAccess === undefined ? [] : [eksNodeAccess]),
        ]);
        const issuer = cluster
            .output<Identities>("identities")
            .apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
        const oidcProvider = args.createOidcProvider ? this.oidcProvider(name, issuer) : undefined;
        const network = {
            vpcId: args.vpcId ?? "",
            clusterName: cluster.output<string>("name"),
            tags: args.tags,
            groupTags: args.nodeSecurityGroupTags,
        };
        const nodes =
            clusterGroup === undefined || plane.skipGroups
                ? undefined
                : nodeGroups(name, { ...network, clusterGroupId: clusterGroup.id }, this);
        const config = kubeconfig(cluster, false, args.providerCredentialOpts);
        const instanceRoles = roles.all;
        return clusterOutputs(args, {
            ...plane,
            provider,
            instanceRoles,
            eksNodeAccess,
            entries,
            vpcCni,
            issuer,
            oidcProvider,
            nodes,
            config,
        });
    }

    /** The provider with which the component itself reaches the cluster. */
    private kubernetes(name: string, args: ClusterArgs, cluster: EksCluster): ProviderResource {
        // Providers take everything but strings as JSON.
        const enableConfigMapMutable =
            args.enableConfigMapMutable === undefined ? undefined : jsonStringify(args.enableConfigMapMutable);
        const settings = {
            kubeconfig: jsonStringify(kubeconfig(cluster, true, args.providerCredentialOpts)),
            enableConfigMapMutable,
        };
        return new KubernetesProvider("kubernetes", `${name}-eks-k8s`, settings, {
            parent: this,
            version: kubernetesVersion,
        });
    }

    /** The given roles, or one that the component creates (with its instance profile) if requested. */
    private nodeRoles(name: string, args: ClusterArgs, partition: Output<string>): NodeRoles {
        if (args.instanceRoles !== undefined) {
            return { all: output(args.instanceRoles) as unknown as Output<Role[]> };
        }
        if (args.instanceRole !== undefined) {
            const own = output(args.instanceRole) as unknown as Output<Role>;
            return { all: own.apply((role) => [role]), own };
        }
        if (args.createInstanceRole !== true) {
            return { all: output<Role[]>([]) };
        }
        const made = { service: "ec2.amazonaws.com", policies: nodePolicies, partition, tags: args.tags };
        const own = new ServiceRole(`${name}-instanceRole`, made, this).whole;
        const role = own.apply(({ id }) => id);
        new Child("aws:iam/instanceProfile:InstanceProfile", `${name}-instanceProfile`, { role }, { parent: this });
        return { all: own.apply((one) => [one]), own };
    }

    private configMap(name: string, args: ClusterArgs, roles: NodeRoles, provider: ProviderResource): CustomResource {
        const arns = roles.all.apply((known) => all(known.map((role) => role.output<string>("arn"))));
        return awsAuth(name, arns, args, provider, this);
    }

    /** The program's entries, and one for the component's node role. */
    private entries(args: ClusterArgs, { own }: NodeRoles): NonNullable<ClusterArgs["accessEntries"]> {
        if (own === undefined) {
            return args.accessEntries ?? {};
        }
        const principalArn = own.apply((role) => role.output<string>("arn"));
        return { defaultNodeGroupInstanceRole: { principalArn, type: "EC2_LINUX" }, ...args.accessEntries };
    }

    /** CoreDNS only if requested or if nodes are added automatically: it needs nodes to run on. */
    private addons(
        name: string,
        args: ClusterArgs,
        cluster: EksCluster,
        authorized: CustomResource[],
    ): VpcCniAddon | undefined {
        const autoMode = args.autoMode?.enabled === true;
        const { kubeProxyAddonOptions: proxy, corednsAddonOptions: dns, tags } = args;
        if (proxy?.enabled ?? !autoMode) {
            standardAddon(`${name}-kube-proxy`, "kube-proxy", cluster, proxy ?? {}, tags, this);
        }
        if (dns?.enabled === true || dns?.configurationValues !== undefined || (autoMode && (dns?.enabled ?? true))) {
            standardAddon(`${name}-coredns`, "coredns", cluster, dns ?? {}, tags, this);
        }
        if (args.useDefaultVpcCni ?? autoMode) {
            return undefined;
        }
        const clusterName = cluster.output<string>("name");
        const clusterVersion = cluster.output<string>("version");
        const options = { ...args.vpcCniOptions, clusterName, clusterVersion, tags };
        return new VpcCniAddon(`${name}-vpc-cni`, options, { parent: this, dependsOn: authorized });
    }

    private oidcProvider(
        name: string,
        url: Output<string>,
    ): Child<"aws:iam/openIdConnectProvider:OpenIdConnectProvider"> {
        const args = { clientIdLists: ["sts.amazonaws.com"], url, thumbprintLists: [thumbprint] };
        return new Child("aws:iam/openIdConnectProvider:OpenIdConnectProvider", `${name}-oidcProvider`, args, {
            parent: this,
        });
    }
}

class KubernetesProvider extends ProviderResource {}

type Identities = readonly { readonly oidcs?: readonly { readonly issuer: string }[] }[];
