import { deepEqual, equal, match, rejects } from "node:assert/strict";

import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { LogKey } from "../../components/alarms/logKey";
import { EksCluster, type EksClusterArgs } from "../../components/cluster/eksCluster";
import { Network } from "../../components/network/network";
import { tagEverything } from "../../components/tags/tagEverything";
import { InlineStack } from "../support/inlineStack";

/** A VPC with two private subnets, in the region of the provider. */
function network(name: string, zone: string, opts: pulumi.CustomResourceOptions = {}) {
    const vpc = new aws.ec2.Vpc(
        name,
        { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true, enableDnsSupport: true },
        opts,
    );
    const subnets = ["a", "b"].map(
        (letter, index) =>
            new aws.ec2.Subnet(
                `${name}-${letter}`,
                { vpcId: vpc.id, cidrBlock: `10.0.${index}.0/24`, availabilityZone: `${zone}${letter}` },
                opts,
            ),
    );
    return { vpcId: vpc.id, privateSubnetIds: subnets.map(({ id }) => id) };
}

function nodeRole(): { role: aws.iam.Role; attachments: aws.iam.RolePolicyAttachment[] } {
    const assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" });
    const role = new aws.iam.Role("nodes", { assumeRolePolicy });
    const attachments = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"].map(
        (policy) =>
            new aws.iam.RolePolicyAttachment(`nodes-${policy}`, {
                role: role.name,
                policyArn: `arn:aws:iam::aws:policy/${policy}`,
            }),
    );
    return { role, attachments };
}

/** The components' network and cluster. */
function inZones(zones: number, version: string, more: Partial<EksClusterArgs> = {}): Network {
    const network = new Network("net", { cidr: "10.20.0.0/16", zones, nat: "one" });
    const group = new aws.ec2.SecurityGroup("app", { vpcId: network.vpcId });
    const { arn: kmsKeyArn } = new LogKey("logs");
    new EksCluster(
        "eks",
        {
            vpcId: network.vpcId,
            privateSubnetIds: network.privateSubnetIds,
            version,
            appSecurityGroupId: group.id,
            nodes: { instanceType: "t3.large", min: 2, max: 4 },
            logs: { kmsKeyArn, retentionInDays: 90 },
            ...more,
        },
        { dependsOn: [network] },
    );
    return network;
}

interface Wish {
    readonly log?: readonly string[];
    readonly max?: number;
}

/** A careful program's resources: access entries only, a private endpoint beside a narrow public one, managed nodes. */
function careful({ log = ["audit"], max = 3 }: Wish = {}) {
    return async () => {
        const { role, attachments } = nodeRole();
        const admin = new aws.iam.Role("admin", {
            assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ AWS: "arn:aws:iam::111122223333:root" }),
        });
        const policyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
        const cluster = new eks.Cluster("demo", {
            ...network("net", "eu-central-1"),
            nodeAssociatePublicIpAddress: false,
            version: "1.33",
            authenticationMode: "API",
            accessEntries: {
                people: {
                    principalArn: admin.arn,
                    accessPolicies: { view: { policyArn, accessScope: { type: "cluster" } } },
                },
            },
            createOidcProvider: true,
            skipDefaultNodeGroup: true,
            endpointPrivateAccess: true,
            endpointPublicAccess: true,
            publicAccessCidrs: ["203.0.113.0/24"],
            enabledClusterLogTypes: [...log],
            vpcCniOptions: { enablePodEni: true, enableNetworkPolicy: true },
            tags: { owner: "platform" },
        });
        const nodes = new eks.ManagedNodeGroup(
            "workers",
            {
                cluster: cluster.core,
                nodeRoleArn: role.arn,
                operatingSystem: "AL2023",
                instanceTypes: ["m7g.large"],
                enableIMDSv2: true,
                scalingConfig: { minSize: 1, desiredSize: 1, maxSize: max },
            },
            // Without them, EKS leaves the nodes' interfaces behind.
            { dependsOn: attachments },
        );
        new eks.Addon("pod-identity", { cluster, addonName: "eks-pod-identity-agent", preserve: false });
        const provider = new k8s.Provider("cluster", { kubeconfig: cluster.kubeconfigJson });
        const namespace = new k8s.core.v1.Namespace(
            "shop",
            { metadata: { name: "shop" } },
            { provider, dependsOn: nodes },
        );
        return {
            version: cluster.eksCluster.version,
            clusterName: cluster.core.cluster.apply((made) => made.name),
            nodeCluster: nodes.nodeGroup.clusterName,
            issuer: cluster.oidcIssuer,
            provider: cluster.oidcProviderArn,
            group: cluster.clusterSecurityGroupId,
            nodeGroup: cluster.nodeSecurityGroupId,
            kubeconfig: cluster.kubeconfig,
            scoped: cluster.getKubeconfig({ profileName: "ops" }).apply(({ result }) => result),
            namespace: namespace.id,
        };
    };
}

describe("the eks stand-in", () => {
    let stack: InlineStack;

    beforeEach(async () => {
        stack = await InlineStack.create();
    });

    afterEach(() => stack.remove());

    it("previews with unknown values, creates the real component's children, then changes nothing, updates and deletes", async () => {
        const total = (await stack.preview(careful()))["create"];
        const { changes, outputs } = await stack.up(careful());
        deepEqual(changes, { create: total });
        equal(outputs["version"], "1.33");
        equal(outputs["nodeCluster"], outputs["clusterName"]);
        match(String(outputs["issuer"]), /^oidc\.eks\.eu-central-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
        equal(outputs["provider"], `arn:aws:iam::111122223333:oidc-provider/${String(outputs["issuer"])}`);
        equal(outputs["namespace"], "shop");
        const { users } = JSON.parse(String(outputs["scoped"])) as { users: { user: { exec: { args: string[] } } }[] };
        const getToken = [
            "--region",
            "eu-central-1",
            "eks",
            "get-token",
            "--cluster-name",
            String(outputs["clusterName"]),
            "--output",
            "json",
        ];
        deepEqual(users[0]?.user.exec.args, [...getToken, "--profile", "ops"]);
        deepEqual((await stack.up(careful())).changes, { same: total });
        deepEqual((await stack.up(careful({ log: ["audit", "api"], max: 4 }))).changes, {
            same: Number(total) - 2,
            update: 2,
        });
        deepEqual(await children(stack, "demo"), [
            "aws:ec2/securityGroup:SecurityGroup demo-eksClusterSecurityGroup",
            "aws:ec2/securityGroup:SecurityGroup demo-nodeSecurityGroup",
            "aws:ec2/securityGroupRule:SecurityGroupRule demo-eksClusterIngressRule",
            "aws:ec2/securityGroupRule:SecurityGroupRule demo-eksClusterInternetEgressRule",
            "aws:ec2/securityGroupRule:SecurityGroupRule demo-eksExtApiServerClusterIngressRule",
            "aws:ec2/securityGroupRule:SecurityGroupRule demo-eksNodeClusterIngressRule",
            "aws:ec2/securityGroupRule:SecurityGroupRule demo-eksNodeIngressRule",
            "aws:ec2/securityGroupRule:SecurityGroupRule demo-eksNodeInternetEgressRule",
            "aws:eks/accessEntry:AccessEntry demo-people",
            "aws:eks/accessPolicyAssociation:AccessPolicyAssociation demo-people-view",
            "aws:eks/addon:Addon demo-kube-proxy",
            "aws:eks/addon:Addon demo-vpc-cni",
            "aws:eks/addon:Addon pod-identity",
            "aws:eks/cluster:Cluster demo-eksCluster",
            "aws:iam/openIdConnectProvider:OpenIdConnectProvider demo-oidcProvider",
            "aws:iam/role:Role demo-eksRole-role",
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment demo-eksRole-4b490823",
            "eks:index:Addon pod-identity",
            "eks:index:ServiceRole demo-eksRole",
            "eks:index:VpcCniAddon demo-vpc-cni",
            "pulumi:providers:kubernetes demo-eks-k8s",
        ]);
        await stack.destroy(careful());
        deepEqual(await stack.resources(careful()), []);
    });

    it("supports an explicit provider of another region, an existing role, no security groups, and aws-auth", async () => {
        const program = async () => {
            const provider = new aws.Provider("ireland", { region: "eu-west-1" });
            const opts = { provider };
            const role = new aws.iam.Role(
                "control",
                { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "eks.amazonaws.com" }) },
                opts,
            );
            const attached = new aws.iam.RolePolicyAttachment(
                "control",
                { role: role.name, policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
                opts,
            );
            const cluster = new eks.Cluster(
                "other",
                {
                    ...network("net", "eu-west-1", opts),
                    serviceRole: role,
                    instanceRoles: [nodeRole().role],
                    skipDefaultNodeGroup: true,
                    skipDefaultSecurityGroups: true,
                    useDefaultVpcCni: true,
                    kubeProxyAddonOptions: { enabled: false },
                    corednsAddonOptions: { configurationValues: { replicaCount: 3 } },
                },
                { providers: { aws: provider }, dependsOn: attached },
            );
            return {
                arn: cluster.eksCluster.arn,
                access: cluster.eksCluster.vpcConfig,
                group: cluster.clusterSecurityGroupId,
            };
        };
        const { outputs } = await stack.up(program);
        match(String(outputs["arn"]), /^arn:aws:eks:eu-west-1:111122223333:cluster\/other-eksCluster-/);
        const { endpointPublicAccess, publicAccessCidrs, clusterSecurityGroupId } = outputs["access"] as Record<
            string,
            unknown
        >;
        deepEqual(
            { endpointPublicAccess, publicAccessCidrs },
            { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] },
        );
        equal(outputs["group"], clusterSecurityGroupId);
        deepEqual(await children(stack, "other"), [
            "aws:eks/addon:Addon other-coredns",
            "aws:eks/cluster:Cluster other-eksCluster",
            "kubernetes:core/v1:ConfigMap other-nodeAccess",
            "pulumi:providers:kubernetes other-eks-k8s",
        ]);
    });

    it("previews a cluster for named people, with arguments that two transforms change, before any id is known", async () => {
        const program = async () => {
            tagEverything({ owner: "platform" });
            const { vpcId, privateSubnetIds } = network("net", "eu-central-1");
            const group = new aws.ec2.SecurityGroup("app", { vpcId });
            const key = new aws.kms.Key("logs");
            new EksCluster("eks", {
                vpcId,
                privateSubnetIds,
                version: "1.33",
                appSecurityGroupId: group.id,
                people: [{ principal: "arn:aws:iam::111122223333:role/platform-team", may: "cluster-admin" }],
                nodes: { instanceType: "t3.large", min: 2, max: 4 },
                logs: { kmsKeyArn: key.arn, retentionInDays: 90 },
            });
        };
        deepEqual(Object.keys(await stack.preview(program)), ["create"]);
    });

    it("adds and removes zones, nodes and people, and updates versions, without a replacement", async () => {
        const year =
            (zones: number, version: string, more: Partial<EksClusterArgs> = {}) =>
            async () =>
                void inZones(zones, version, more);
        const destructive = async (program: () => Promise<void>) => {
            const { changes } = await stack.up(program);
            return [changes["delete"] ?? 0, changes["replace"] ?? 0];
        };
        const people = [{ principal: "arn:aws:iam::111122223333:role/keyless-sandbox", may: "cluster-admin" }] as const;
        const more = { instanceType: "t3.large", min: 5, max: 6 };
        await stack.up(year(2, "1.32"));
        deepEqual(await destructive(year(3, "1.33", { nodes: more })), [0, 0]);
        deepEqual(await destructive(year(3, "1.33", { people })), [0, 0]);
        // The third zone's subnets, tables and nodes.
        deepEqual(await destructive(year(2, "1.34")), [10, 0]);
    });

    it("refuses to delete a subnet of a control plane that an earlier version created in all zones", async () => {
        await stack.up(async () => {
            const { privateSubnetIds } = inZones(3, "1.33");
            pulumi.runtime.registerResourceTransform(({ type, props, opts }) => {
                const vpcConfig = pulumi.output(props["vpcConfig"]).apply((asked: object) => ({
                    ...asked,
                    subnetIds: privateSubnetIds,
                }));
                return type === "aws:eks/cluster:Cluster" ? { props: { ...props, vpcConfig }, opts } : undefined;
            });
        });
        deepEqual(Object.keys(await stack.preview(async () => void inZones(3, "1.33"))), ["same"]);
        await rejects(
            stack.preview(async () => void inZones(2, "1.33")),
            /zones: 2 would delete a subnet of the Kubernetes control plane, which was created in 3 zones/,
        );
    });

    it("reports all errors in a cluster's arguments", async () => {
        const program = async () => {
            new eks.Cluster("bad", {
                ...network("net", "eu-central-1"),
                fargate: true,
                accessEntries: {},
                minSize: 3,
                subnetIds: [],
            });
        };
        const failure = await stack.preview(program).then(
            () => "",
            (error: unknown) => String(error),
        );
        for (const property of ["fargate", "minSize", "accessEntries", "subnetIds", "skipDefaultNodeGroup"]) {
            match(failure, new RegExp(`property ${property} with value .* has a problem|${property}`));
        }
        await rejects(
            stack.preview(async () => void new eks.NodeGroup("n", { cluster: {} as never })),
            /does not support the component eks:index:NodeGroup/,
        );
    });
});

/** Type and name of everything below the component, sorted. */
async function children(stack: InlineStack, name: string): Promise<string[]> {
    const urns = (await stack.resources(async () => undefined)).map(({ urn }) => String(urn));
    const below = urns.filter((urn) => urn.includes("eks:index:Cluster$"));
    equal(
        urns.some((urn) => urn.endsWith(`::eks:index:Cluster::${name}`)),
        true,
    );
    return below.map((urn) => `${urn.split("$").at(-1)?.replace("::", " ")}`).sort();
}
