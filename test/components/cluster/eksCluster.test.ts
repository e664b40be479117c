import assert from "node:assert/strict";
import { EksCluster, fixedSubnets, type EksClusterArgs } from "../../../components/cluster/eksCluster";
import { record, valueOf, type Recording } from "../../support/mocks";

const least: EksClusterArgs = {
    vpcId: "vpc-1",
    privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"],
    version: "1.33",
    appSecurityGroupId: "sg-app",
    nodes: { instanceType: "t3.large", min: 2, max: 4 },
    logs: { kmsKeyArn: "arn:key", retentionInDays: 90 },
};

function make(args: Partial<EksClusterArgs> = {}): Promise<Recording> {
    return record(() => new EksCluster("eks", { ...least, ...args }));
}

function attached(recording: Recording, role: string): unknown[] {
    const attachments = recording.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    return attachments.filter(({ inputs }) => inputs["role"] === role).map(({ inputs }) => inputs["policyArn"]);
}

describe("the subnets of a control plane", () => {
    it("stay, and a run that would delete one is refused", () => {
        assert.deepEqual(fixedSubnets(["a", "b"], ["a", "b", "c"]), ["a", "b"]);
        assert.throws(
            () => fixedSubnets(["a", "b", "c"], ["a", "b"]),
            /^Error: zones: 2 would delete a subnet of the Kubernetes control plane, which was created in 3 zones, and EKS does not change them: write zones: 3$/,
        );
    });
});

describe("the EKS cluster", () => {
    it("has a node group in each zone, four addons, a key and a log group", async () => {
        assert.deepEqual((await make()).inventory(), {
            "aws:cloudwatch/logGroup:LogGroup": 1,
            "aws:ec2/launchTemplate:LaunchTemplate": 1,
            "aws:eks/addon:Addon": 4,
            "aws:iam/role:Role": 2,
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 4,
            "aws:kms/key:Key": 1,
            "eks:index:Cluster": 1,
            "eks:index:ManagedNodeGroup": 3,
            "keyless:cluster:EksCluster": 1,
            "keyless:cluster:NodeGroup": 1,
        });
    });

    it("is in two zones, reachable from within the network, logs everything, encrypts secrets and uses access entries", async () => {
        const { serviceRole, ...inputs } = (await make()).inputs("eks:index:Cluster", "eks");
        assert.ok(serviceRole);
        assert.deepEqual(inputs, {
            name: "eks-eks-key",
            vpcId: "vpc-1",
            privateSubnetIds: ["subnet-a", "subnet-b"],
            version: "1.33",
            authenticationMode: "API",
            accessEntries: {
                deployer: {
                    principalArn: "arn:aws:iam::111122223333:role/ci/deployer",
                    accessPolicies: {
                        "cluster-admin": {
                            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
                            accessScope: { type: "cluster" },
                        },
                    },
                },
            },
            createOidcProvider: true,
            endpointPrivateAccess: true,
            endpointPublicAccess: false,
            enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
            encryptionConfigKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/eks",
            skipDefaultNodeGroup: true,
            skipDefaultSecurityGroups: true,
            useDefaultVpcCni: true,
            kubeProxyAddonOptions: {
                enabled: false,
                resolveConflictsOnCreate: "OVERWRITE",
                resolveConflictsOnUpdate: "OVERWRITE",
            },
        });
    });

    it("is reachable over the internet only from the given ranges", async () => {
        const inputs = (await make({ publicAccessFrom: ["203.0.113.0/24"] })).inputs("eks:index:Cluster", "eks");
        assert.deepEqual([inputs["endpointPublicAccess"], inputs["publicAccessCidrs"]], [true, ["203.0.113.0/24"]]);
    });

    it("keeps its log in the group that EKS writes to, encrypted and with a retention", async () => {
        assert.deepEqual((await make()).inputs("aws:cloudwatch/logGroup:LogGroup", "eks"), {
            name: "/aws/eks/eks-eks-key/cluster",
            kmsKeyId: "arn:key",
            retentionInDays: 90,
        });
    });

    it("puts its nodes, and thus its pods, into the app tier and blocks pods from the nodes' role", async () => {
        const recording = await make();
        assert.deepEqual(recording.inputs("aws:ec2/launchTemplate:LaunchTemplate", "eks-nodes"), {
            description: "nodes of eks-nodes",
            vpcSecurityGroupIds: ["sg-eks", "sg-app"],
            metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
            blockDeviceMappings: [
                { deviceName: "/dev/xvda", ebs: { volumeSize: 50, volumeType: "gp3", encrypted: "true" } },
            ],
            tagSpecifications: [{ resourceType: "instance", tags: { Name: "eks-nodes" } }],
            updateDefaultVersion: true,
        });
        assert.deepEqual(recording.inputs("eks:index:ManagedNodeGroup", "eks-nodes"), {
            cluster: { cluster: { name: "eks" } },
            version: "1.33",
            nodeRoleArn: "arn:aws:iam::111122223333:role/eks-nodes",
            subnetIds: ["subnet-a"],
            instanceTypes: ["t3.large"],
            operatingSystem: "AL2023",
            scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 },
            ignoreScalingChanges: false,
            launchTemplate: { id: "eks-nodes-id", version: "1" },
        });
    });

    it("spreads its nodes over the zones, and starts as many as the minimum", async () => {
        const sizes = async (nodes: EksClusterArgs["nodes"]) =>
            (await make({ nodes })).of("eks:index:ManagedNodeGroup").map(({ name, inputs }) => {
                const { minSize, desiredSize, maxSize } = inputs["scalingConfig"] as Record<string, number>;
                return `${name} ${String(inputs["subnetIds"])} ${minSize} ${desiredSize} ${maxSize}`;
            });
        assert.deepEqual(await sizes({ instanceType: "t3.large", min: 1, max: 1 }), [
            "eks-nodes subnet-a 1 1 1",
            "eks-nodes-1 subnet-b 0 0 1",
            "eks-nodes-2 subnet-c 0 0 1",
        ]);
        assert.deepEqual(await sizes({ instanceType: "t3.large", min: 5, max: 9 }), [
            "eks-nodes subnet-a 2 2 3",
            "eks-nodes-1 subnet-b 2 2 3",
            "eks-nodes-2 subnet-c 1 1 3",
        ]);
    });

    it("leaves the number of nodes to an autoscaler if there is one", async () => {
        const recording = await make({ nodes: { instanceType: "t3.large", min: 2, max: 4, autoscaler: true } });
        assert.equal(recording.inputs("eks:index:ManagedNodeGroup", "eks-nodes")["ignoreScalingChanges"], true);
    });

    it("leaves its nodes out of the app tier if pods have their own security groups", async () => {
        let pods: unknown;
        const recording = await record(async () => {
            pods = await valueOf(new EksCluster("eks", { ...least, appTier: "pods" }).podSecurityGroupIds);
        });
        assert.deepEqual(pods, ["sg-eks", "sg-app"]);
        assert.deepEqual(
            recording.inputs("aws:ec2/launchTemplate:LaunchTemplate", "eks-nodes")["vpcSecurityGroupIds"],
            ["sg-eks"],
        );
        assert.equal(
            recording.inputs("aws:eks/addon:Addon", "eks-vpc-cni")["configurationValues"],
            '{"enableNetworkPolicy":"true","env":{"ENABLE_POD_ENI":"true","POD_SECURITY_GROUP_ENFORCING_MODE":"standard","AWS_VPC_K8S_CNI_EXTERNALSNAT":"true"}}',
        );
        assert.deepEqual(attached(recording, "eks"), [
            "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
            "arn:aws:iam::aws:policy/AmazonEKSVPCResourceController",
        ]);
    });

    it("uses the given addon versions, or EKS' defaults for its version", async () => {
        const recording = await make({ addonVersions: { coredns: "v1.11.4-eksbuild.2" } });
        assert.deepEqual(
            recording.of("aws:eks/addon:Addon").map(({ inputs }) => [inputs["addonName"], inputs["addonVersion"]]),
            [
                ["coredns", "v1.11.4-eksbuild.2"],
                ["eks-pod-identity-agent", "v1.2.3-eksbuild.4"],
                ["kube-proxy", "v1.2.3-eksbuild.4"],
                ["vpc-cni", "v1.2.3-eksbuild.4"],
            ],
        );
    });

    it("gives nodes and control plane the roles that EKS requires, assumable by EC2 and EKS only", async () => {
        const recording = await make();
        assert.deepEqual(attached(recording, "eks-nodes"), [
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
            "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
            "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
        ]);
        assert.deepEqual(attached(recording, "eks"), ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"]);
        assert.deepEqual(recording.document("aws:iam/role:Role", "eks-nodes", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
        });
        assert.deepEqual(recording.document("aws:iam/role:Role", "eks", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Service: "eks.amazonaws.com" },
                    Action: ["sts:AssumeRole", "sts:TagSession"],
                },
            ],
        });
    });
});
