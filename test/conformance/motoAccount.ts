import {
    AuthorizeSecurityGroupIngressCommand,
    CreateManagedPrefixListCommand,
    CreateSecurityGroupCommand,
    CreateSubnetCommand,
    CreateVpcCommand,
    EC2Client,
    RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
    CreateDBClusterCommand,
    CreateDBInstanceCommand,
    CreateDBInstanceReadReplicaCommand,
    CreateDBParameterGroupCommand,
    CreateDBProxyCommand,
    CreateDBSubnetGroupCommand,
    ModifyDBParameterGroupCommand,
    RDSClient,
    RegisterDBProxyTargetsCommand,
} from "@aws-sdk/client-rds";

const PORT = 5432;

/** Puts two databases and an EKS cluster into an empty account: the instance `old` is as bad as can be, the cluster `shop` is not. */
export async function fillAccount(): Promise<void> {
    const [ec2, eks, iam, rds] = [new EC2Client(), new EKSClient(), new IAMClient(), new RDSClient()] as const;
    const { Vpc: { VpcId } = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const subnet = async (CidrBlock: string, AvailabilityZone: string): Promise<string> => {
        const made = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
        return made.Subnet?.SubnetId ?? "";
    };
    const SubnetId = await subnet("10.0.1.0/24", "eu-central-1a");
    const SubnetIds = [await subnet("10.0.8.0/24", "eu-central-1a"), await subnet("10.0.9.0/24", "eu-central-1b")];
    const DBSubnetGroupName = "databases";
    await rds.send(
        new CreateDBSubnetGroupCommand({ DBSubnetGroupName, DBSubnetGroupDescription: DBSubnetGroupName, SubnetIds }),
    );
    const { PrefixList } = await ec2.send(
        new CreateManagedPrefixListCommand({
            PrefixListName: "offices",
            AddressFamily: "IPv4",
            MaxEntries: 2,
            Entries: [{ Cidr: "10.7.0.0/16" }],
        }),
    );
    const group = async (GroupName: string): Promise<string> => {
        const made = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }));
        return made.GroupId ?? "";
    };
    const [nodes, open, closed] = [await group("nodes"), await group("open"), await group("closed")];
    const permission = { IpProtocol: "tcp", FromPort: PORT, ToPort: PORT };
    const anyone = { ...permission, IpRanges: [{ CidrIp: "0.0.0.0/0" }], Ipv6Ranges: [{ CidrIpv6: "::/0" }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: open, IpPermissions: [anyone] }));
    const pods = {
        ...permission,
        UserIdGroupPairs: [{ GroupId: nodes }],
        PrefixListIds: [{ PrefixListId: PrefixList?.PrefixListId }],
    };
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
            DBSubnetGroupName,
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
            DBSubnetGroupName,
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
    await rds.send(
        new CreateDBInstanceReadReplicaCommand({
            DBInstanceIdentifier: "old-copy",
            SourceDBInstanceIdentifier: "old",
            DBInstanceClass: "db.m7g.large",
        }),
    );
    const trust = { Effect: "Allow", Principal: { Service: "rds.amazonaws.com" }, Action: "sts:AssumeRole" };
    const { Role } = await iam.send(
        new CreateRoleCommand({
            RoleName: TAKEN_ROLE,
            AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
        }),
    );
    await rds.send(
        new CreateDBProxyCommand({
            DBProxyName: "front",
            EngineFamily: "POSTGRESQL",
            RoleArn: Role?.Arn ?? "",
            VpcSubnetIds: SubnetIds,
            VpcSecurityGroupIds: [closed],
            Auth: [{ AuthScheme: "SECRETS", SecretArn: SECRET, IAMAuth: "DISABLED" }],
            RequireTLS: false,
        }),
    );
    await rds.send(new RegisterDBProxyTargetsCommand({ DBProxyName: "front", DBInstanceIdentifiers: ["old"] }));
}

/** The IAM role that exists already. */
export const TAKEN_ROLE = "keyless-shop-prod";
const SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-a1b2c3";

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
