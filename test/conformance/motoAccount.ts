import {
    AuthorizeSecurityGroupIngressCommand,
    CreateSecurityGroupCommand,
    CreateSubnetCommand,
    CreateVpcCommand,
    EC2Client,
    RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateOpenIDConnectProviderCommand, IAMClient } from "@aws-sdk/client-iam";
import {
    CreateDBClusterCommand,
    CreateDBInstanceCommand,
    CreateDBParameterGroupCommand,
    ModifyDBParameterGroupCommand,
    RDSClient,
} from "@aws-sdk/client-rds";

const PORT = 5432;

/** Puts two databases and an EKS cluster into an empty account: the instance `old` is as bad as can be, the cluster `shop` is not. */
export async function fillAccount(): Promise<void> {
    const [ec2, eks, iam, rds] = [new EC2Client(), new EKSClient(), new IAMClient(), new RDSClient()] as const;
    const { Vpc: { VpcId } = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const { Subnet: { SubnetId } = {} } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.1.0/24" }));
    const group = async (GroupName: string): Promise<string> => {
        const made = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }));
        return made.GroupId ?? "";
    };
    const [nodes, open, closed] = [await group("nodes"), await group("open"), await group("closed")];
    const permission = { IpProtocol: "tcp", FromPort: PORT, ToPort: PORT };
    const anyone = { ...permission, IpRanges: [{ CidrIp: "0.0.0.0/0" }], Ipv6Ranges: [{ CidrIpv6: "::/0" }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: open, IpPermissions: [anyone] }));
    const pods = { ...permission, UserIdGroupPairs: [{ GroupId: nodes }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: closed, IpPermissions: [pods] }));
    const tags = [{ Key: "kubernetes.io/cluster/prod", Value: "owned" }];
    await ec2.send(
        new RunInstancesCommand({
            ImageId: "ami-12c6146b",
            InstanceType: "m7g.large",
            MinCount: 2,
            MaxCount: 2,
            SubnetId,
            SecurityGroupIds: [nodes],
            TagSpecifications: [{ ResourceType: "instance", Tags: tags }],
        }),
    );
    await eks.send(
        new CreateClusterCommand({
            name: "prod",
            roleArn: "arn:aws:iam::123456789012:role/eks",
            resourcesVpcConfig: { subnetIds: [SubnetId ?? ""] },
        }),
    );
    await iam.send(
        new CreateOpenIDConnectProviderCommand({
            Url: "https://oidc.eks.eu-central-1.amazonaws.com/id/OTHER",
            ClientIDList: ["sts.amazonaws.com"],
        }),
    );
    await parameterGroup(rds, "old", "0");
    const master = { MasterUsername: "postgres", MasterUserPassword: "not-a-secret" };
    await rds.send(
        new CreateDBInstanceCommand({
            ...master,
            DBInstanceIdentifier: "old",
            Engine: "postgres",
            DBInstanceClass: "db.m7g.large",
            AllocatedStorage: 20,
            DBParameterGroupName: "old",
            PubliclyAccessible: true,
            VpcSecurityGroupIds: [open],
        }),
    );
    await rds.send(
        new CreateDBClusterCommand({
            DBClusterIdentifier: "shop",
            Engine: "aurora-postgresql",
            MasterUsername: "postgres",
            ManageMasterUserPassword: true,
            EnableIAMDatabaseAuthentication: true,
            VpcSecurityGroupIds: [closed],
        }),
    );
    await rds.send(
        new CreateDBInstanceCommand({
            DBInstanceIdentifier: "shop-1",
            DBClusterIdentifier: "shop",
            Engine: "aurora-postgresql",
            DBInstanceClass: "db.r7g.large",
        }),
    );
}

async function parameterGroup(rds: RDSClient, DBParameterGroupName: string, value: string): Promise<void> {
    await rds.send(
        new CreateDBParameterGroupCommand({
            DBParameterGroupName,
            DBParameterGroupFamily: "postgres16",
            Description: DBParameterGroupName,
        }),
    );
    const parameter = { ParameterName: "rds.force_ssl", ParameterValue: value, ApplyMethod: "immediate" } as const;
    await rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters: [parameter] }));
}
