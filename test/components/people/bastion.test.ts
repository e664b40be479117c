import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Bastion, bastionReach, type BastionArgs } from "../../../components/people/bastion";
import { record, type Recording } from "../../support/mocks";

const args = {
    vpcId: "vpc-1",
    subnetId: "subnet-a",
    reach: bastionReach({ securityGroupId: "sg-database" }, 5432),
    databasePort: 5432,
    api: { host: "0123.gr7.eu-central-1.eks.amazonaws.com", securityGroupId: "sg-cluster" },
    endpoint: "db.example",
    logs: { kmsKeyArn: "arn:key", retentionInDays: 90 },
};

const make = (more: Partial<BastionArgs> = {}): Promise<Recording> =>
    record(() => new Bastion("bastion", { ...args, ...more }));
const document = async (name: string): Promise<unknown> =>
    (await make()).document("aws:ssm/document:Document", name, "content");

describe("the bastion", () => {
    it("is one unreachable instance with a role, a log and three kinds of session", async () => {
        assert.deepEqual((await make()).inventory(), {
            "aws:cloudwatch/logGroup:LogGroup": 1,
            "aws:ec2/instance:Instance": 1,
            "aws:ec2/securityGroup:SecurityGroup": 1,
            "aws:iam/instanceProfile:InstanceProfile": 1,
            "aws:iam/policy:Policy": 2,
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicy:RolePolicy": 1,
            "aws:ssm/document:Document": 3,
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 3,
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
            "keyless:people:Bastion": 1,
            "keyless:people:BastionSessions": 1,
        });
    });

    it("admits no inbound traffic: the ingress rules are the database's and the API's, and name the bastion", async () => {
        const recording = await make();
        assert.deepEqual(
            recording.inputs("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "bastion-database-from"),
            {
                securityGroupId: "sg-database",
                referencedSecurityGroupId: "bastion-id",
                ipProtocol: "tcp",
                fromPort: 5432,
                toPort: 5432,
                description: "from the bastion",
            },
        );
        assert.deepEqual(
            recording.inputs("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "bastion-api-from-bastion"),
            {
                securityGroupId: "sg-cluster",
                referencedSecurityGroupId: "bastion-id",
                ipProtocol: "tcp",
                fromPort: 443,
                toPort: 443,
                description: "from the bastion tier",
            },
        );
    });

    it("can connect to the database's port, the Kubernetes API, and the network's endpoints of AWS if there are any", async () => {
        const egress = async (more: Partial<BastionArgs>) =>
            (await make(more))
                .of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
                .map(({ name, inputs }) => [
                    name,
                    inputs["fromPort"],
                    inputs["cidrIpv4"] ?? inputs["referencedSecurityGroupId"],
                ]);
        const toDatabase = ["bastion-to-database", 5432, "sg-database"];
        const toApi = ["bastion-bastion-to-api", 443, "sg-cluster"];
        assert.deepEqual(await egress({}), [toApi, ["bastion-to-aws", 443, "0.0.0.0/0"], toDatabase]);
        assert.deepEqual(await egress({ endpointsSecurityGroupId: "sg-endpoints" }), [
            toApi,
            toDatabase,
            ["bastion-to-endpoints", 443, "sg-endpoints"],
        ]);
    });

    it("gives shells an account without sudo, so that they cannot stop the agent that logs them", async () => {
        const { userData } = (await make()).inputs("aws:ec2/instance:Instance", "bastion");
        const lines = String(userData).split("\n");
        assert.deepEqual(lines.slice(2, 5), [
            "id ssm-user || useradd --create-home ssm-user",
            "echo '# ssm-user has no sudo' > /etc/sudoers.d/ssm-agent-users",
            "chmod 440 /etc/sudoers.d/ssm-agent-users",
        ]);
        assert.deepEqual(spawnSync("bash", ["-n"], { input: String(userData), encoding: "utf8" }).stderr, "");
    });

    it("has no public address, an encrypted disk, and a metadata service that requires a token and one hop", async () => {
        const { userData, ...inputs } = (await make()).inputs("aws:ec2/instance:Instance", "bastion");
        assert.deepEqual(inputs, {
            ami: "ami-0123",
            instanceType: "t4g.micro",
            subnetId: "subnet-a",
            vpcSecurityGroupIds: ["bastion-id"],
            iamInstanceProfile: "bastion",
            associatePublicIpAddress: false,
            metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
            rootBlockDevice: { encrypted: true, volumeType: "gp3" },
            userDataReplaceOnChange: true,
            tags: { Name: "bastion" },
        });
        assert.match(
            String(userData),
            /"restrict,port-forwarding,permitopen=\\"\*:5432\\",permitopen=\\"0123\.gr7\.eu-central-1\.eks\.amazonaws\.com:443\\" /,
        );
    });

    it("logs shells to an encrypted group only", async () => {
        const recording = await make();
        assert.deepEqual(recording.inputs("aws:cloudwatch/logGroup:LogGroup", "bastion-sessions"), {
            kmsKeyId: "arn:key",
            retentionInDays: 90,
        });
        assert.deepEqual(await document("bastion-shell"), {
            schemaVersion: "1.0",
            description: "a shell on the bastion, logged",
            sessionType: "Standard_Stream",
            inputs: {
                cloudWatchLogGroupName: "bastion-sessions",
                cloudWatchEncryptionEnabled: true,
                cloudWatchStreamingEnabled: true,
                idleSessionTimeout: "20",
                maxSessionDuration: "60",
                runAsEnabled: false,
            },
        });
    });

    it("forwards only to the database and to its own proxy, whatever the client requests", async () => {
        const properties = async (name: string) => ((await document(name)) as { properties: unknown }).properties;
        const own = { type: "LocalPortForwarding", localPortNumber: "{{ localPortNumber }}" };
        assert.deepEqual(await properties("bastion-tunnel"), { ...own, portNumber: "5432", host: "db.example" });
        assert.deepEqual(await properties("bastion-socks"), { ...own, portNumber: "1080" });
    });

    it("requires a policy: one for tunnels to the database, another for a shell", async () => {
        const ssm = (resource: string) => `arn:aws:ssm:eu-central-1:111122223333:${resource}`;
        const recording = await make();
        const policy = (...documents: readonly string[]) => ({
            Version: "2012-10-17",
            Statement: [
                {
                    Sid: "StartTheseSessions",
                    Effect: "Allow",
                    Action: "ssm:StartSession",
                    Resource: [
                        "arn:aws:ec2:eu-central-1:111122223333:instance/bastion-id",
                        ...documents.map((name) => ssm(`document/${name}`)),
                    ],
                    Condition: { BoolIfExists: { "ssm:SessionDocumentAccessCheck": "true" } },
                },
                {
                    Sid: "EndOnesOwnSessions",
                    Effect: "Allow",
                    Action: ["ssm:ResumeSession", "ssm:TerminateSession"],
                    Resource: ssm("session/${aws:userid}-*"),
                },
            ],
        });
        assert.deepEqual(
            recording.document("aws:iam/policy:Policy", "bastion", "policy"),
            policy("bastion-tunnel", "bastion-socks"),
        );
        assert.deepEqual(
            recording.document("aws:iam/policy:Policy", "bastion-shell", "policy"),
            policy("bastion-shell"),
        );
    });
});
