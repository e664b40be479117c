import assert from "node:assert/strict";
import { EksCluster } from "../../../components/cluster/eksCluster";
import { record, type Recording } from "../../support/mocks";

function make(): Promise<Recording> {
    return record(
        () =>
            new EksCluster("eks", {
                vpcId: "vpc-1",
                privateSubnetIds: ["subnet-a", "subnet-b"],
                version: "1.33",
                nodeSecurityGroupIds: ["sg-app"],
                nodes: { instanceType: "t3.large", min: 2, max: 4 },
            }),
    );
}

describe("the EKS cluster", () => {
    it("has one group of nodes and a key of its own", async () => {
        assert.deepEqual((await make()).inventory(), {
            "aws:ec2/launchTemplate:LaunchTemplate": 1,
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 3,
            "aws:kms/key:Key": 1,
            "eks:index:Cluster": 1,
            "eks:index:ManagedNodeGroup": 1,
            "keyless:cluster:EksCluster": 1,
            "keyless:cluster:NodeGroup": 1,
        });
    });

    it("is reached from within the network, logs all, encrypts secrets and knows people by access entries", async () => {
        assert.deepEqual((await make()).inputs("eks:index:Cluster", "eks"), {
            vpcId: "vpc-1",
            privateSubnetIds: ["subnet-a", "subnet-b"],
            version: "1.33",
            authenticationMode: "API",
            createOidcProvider: true,
            endpointPrivateAccess: true,
            endpointPublicAccess: false,
            enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
            encryptionConfigKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/eks",
            skipDefaultNodeGroup: true,
            skipDefaultSecurityGroups: true,
            useDefaultVpcCni: true,
            kubeProxyAddonOptions: { enabled: false, resolveConflictsOnCreate: "OVERWRITE", resolveConflictsOnUpdate: "OVERWRITE" },
        });
    });

    it("puts its nodes, and so its pods, into the app tier and keeps pods from the nodes' role", async () => {
        assert.deepEqual((await make()).inputs("aws:ec2/launchTemplate:LaunchTemplate", "eks-nodes"), {
            description: "nodes of eks-nodes",
            vpcSecurityGroupIds: ["sg-eks", "sg-app"],
            metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
            blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 50, volumeType: "gp3", encrypted: "true" } }],
            tagSpecifications: [{ resourceType: "instance", tags: { Name: "eks-nodes" } }],
            updateDefaultVersion: true,
        });
        assert.deepEqual((await make()).inputs("eks:index:ManagedNodeGroup", "eks-nodes"), {
            cluster: { cluster: { name: "eks" } },
            nodeRoleArn: "arn:aws:iam::111122223333:role/eks-nodes",
            subnetIds: ["subnet-a", "subnet-b"],
            instanceTypes: ["t3.large"],
            operatingSystem: "AL2023",
            scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 4 },
            ignoreScalingChanges: true,
            launchTemplate: { id: "eks-nodes-id", version: "1" },
        });
    });

    it("gives nodes what EKS asks for, and EC2 alone may take their role", async () => {
        const recording = await make();
        assert.deepEqual(
            recording.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(({ inputs }) => inputs["policyArn"]),
            [
                "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
                "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
                "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
            ],
        );
        assert.deepEqual(recording.document("aws:iam/role:Role", "eks-nodes", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
        });
    });
});
