import assert from "node:assert/strict";
import { endpointServiceName, interfaceServices } from "../../../components/network/endpointServices";
import { VpcEndpoints } from "../../../components/network/vpcEndpoints";
import { record, type Recording } from "../../support/mocks";

function make(interfaces: boolean): Promise<Recording> {
    const args = {
        vpcId: "vpc-1",
        cidr: "10.20.0.0/16",
        subnetIds: ["subnet-a", "subnet-b"],
        routeTableIds: ["rtb-a"],
        interfaces,
    };
    return record(() => new VpcEndpoints("ends", args));
}

describe("the VPC endpoints", () => {
    it("include only S3 by default", async () => {
        assert.deepEqual((await make(false)).resources.slice(0, 1), [
            {
                type: "aws:ec2/vpcEndpoint:VpcEndpoint",
                name: "ends-s3",
                inputs: {
                    vpcId: "vpc-1",
                    serviceName: "com.amazonaws.eu-central-1.s3",
                    vpcEndpointType: "Gateway",
                    routeTableIds: ["rtb-a"],
                    tags: { Name: "ends-s3" },
                },
            },
        ]);
        assert.equal((await make(false)).resources.length, 2);
    });

    it("include everything that a cluster without NAT needs", async () => {
        const recording = await make(true);
        assert.deepEqual(
            recording.of("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => inputs["serviceName"]),
            [
                "ec2",
                "ecr.api",
                "ecr.dkr",
                "eks",
                "eks-auth",
                "logs",
                "s3",
                "secretsmanager",
                "ssm",
                "ssmmessages",
                "sts",
            ].map((service) => `com.amazonaws.eu-central-1.${service}`),
        );
    });

    it("are reachable from within the network by HTTPS, under the services' own names", async () => {
        const recording = await make(true);
        assert.deepEqual(recording.inputs("aws:ec2/vpcEndpoint:VpcEndpoint", "ends-sts"), {
            vpcId: "vpc-1",
            serviceName: "com.amazonaws.eu-central-1.sts",
            vpcEndpointType: "Interface",
            subnetIds: ["subnet-a", "subnet-b"],
            securityGroupIds: ["ends-id"],
            privateDnsEnabled: true,
            tags: { Name: "ends-sts" },
        });
        assert.deepEqual(recording.inputs("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ends"), {
            securityGroupId: "ends-id",
            cidrIpv4: "10.20.0.0/16",
            ipProtocol: "tcp",
            fromPort: 443,
            toPort: 443,
            description: "the network by HTTPS",
        });
    });
});

describe("the name of an endpoint's service", () => {
    it("has a special prefix for some services in China", () => {
        const named = ["s3", ...interfaceServices].map((service) => endpointServiceName("cn-north-1", service));
        assert.deepEqual(
            named.filter((name) => name.startsWith("cn.")),
            ["sts", "eks", "eks-auth", "ec2", "ecr.api", "ecr.dkr"].map(
                (service) => `cn.com.amazonaws.cn-north-1.${service}`,
            ),
        );
        assert.equal(endpointServiceName("us-gov-west-1", "sts"), "com.amazonaws.us-gov-west-1.sts");
    });
});
