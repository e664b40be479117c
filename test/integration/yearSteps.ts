type Group = Readonly<Record<string, unknown>>;

/** A run of the program with a changed config. */
export interface Step {
    readonly title: string;
    /** As the engine passes it to the program: groups and lists are JSON. */
    readonly config: Readonly<Record<string, string>>;
    /** What the run does to AWS: how many resources it creates, and each other operation by type. */
    readonly does: Readonly<Record<string, number>>;
}

const shop = { name: "shop", image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:1" };
const billing = { name: "billing", identity: "podIdentity" };
const crm = { name: "crm" };
const support = { name: "support", grants: [{ tenant: "shop", privileges: ["SELECT"] }] };
const sue = { user: "support_sue", assumedBy: ["arn:aws:iam::222233334444:user/sue"], profiles: ["support"] };
const people = [
    { principal: "arn:aws:iam::111122223333:role/keyless-sandbox", may: "cluster-admin" },
    { principal: "arn:aws:iam::222233334444:role/on-call", may: "view" },
];
const more = { instanceType: "t3.large", min: 5, max: 6 };

/** The changes of a year, each on top of the ones before. */
class Stack {
    private platform: Group = { network: { zones: 2, nat: "one" }, cluster: { version: "1.32" } };
    private database: Group = { engineVersion: "16.10", readers: 0 };
    private rest: Group = { "keyless:deploy": "platform" };

    with(change: { platform?: Group; database?: Group; rest?: Group }): Record<string, string> {
        this.platform = merged(this.platform, change.platform);
        this.database = merged(this.database, change.database);
        this.rest = merged(this.rest, change.rest);
        const config = { "keyless:platform": { ...this.platform, database: this.database }, ...this.rest };
        const texts = Object.entries(config).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]);
        return { "aws:region": "eu-central-1", ...(Object.fromEntries(texts) as Record<string, string>) };
    }
}

/** Without what is undefined. */
function merged(before: Group, change: Group = {}): Group {
    return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined));
}

const stack = new Stack();
const access = (...tenants: readonly Group[]) => ({ tenants });
const moved = { ...access({ ...shop, identity: "podIdentity" }, billing), profiles: [support], people: [sue] };

export const steps: readonly Step[] = [
    { title: "is deployed without its access first", config: stack.with({}), does: { create: 69 } },
    {
        title: "gets its tenants once the provisioner exists",
        config: stack.with({ rest: { "keyless:deploy": "all", "keyless:access": access(shop, billing) } }),
        does: { create: 5 },
    },
    {
        title: "gets a tenant, people of the database and of the cluster, a zone and nodes",
        config: stack.with({
            platform: { network: { zones: 3, nat: "one" }, cluster: { version: "1.32", people, nodes: more } },
            rest: { "keyless:access": { ...access(shop, billing, crm), profiles: [support], people: [sue] } },
        }),
        does: {
            create: 14,
            "update aws:ec2/vpcEndpoint:VpcEndpoint": 1,
            "update aws:eks/nodeGroup:NodeGroup": 2,
            "update aws:rds/subnetGroup:SubnetGroup": 1,
        },
    },
    {
        title: "moves to another version of Kubernetes with fewer nodes, and loses a tenant",
        config: stack.with({
            platform: { cluster: { version: "1.33", people } },
            rest: { "keyless:access": { ...access(shop, billing), profiles: [support], people: [sue] } },
        }),
        does: {
            "delete aws:iam/role:Role": 1,
            "delete aws:iam/rolePolicy:RolePolicy": 1,
            "update aws:eks/addon:Addon": 1,
            "update aws:eks/cluster:Cluster": 1,
            "update aws:eks/nodeGroup:NodeGroup": 3,
        },
    },
    {
        title: "moves to a minor version of Postgres, and a service to Pod Identity",
        config: stack.with({ database: { engineVersion: "16.11" }, rest: { "keyless:access": moved } }),
        does: { create: 1, "update aws:iam/role:Role": 1, "update aws:rds/cluster:Cluster": 1 },
    },
    {
        title: "moves to another major version of Postgres",
        config: stack.with({ database: { engineVersion: "17.5", allowMajorVersionUpgrade: true } }),
        does: { "replace aws:rds/clusterParameterGroup:ClusterParameterGroup": 1, "update aws:rds/cluster:Cluster": 1 },
    },
    {
        title: "gets a proxy, a bastion and alarms",
        config: stack.with({
            platform: { bastion: true },
            database: { proxy: true, allowMajorVersionUpgrade: undefined },
            rest: { "keyless:alarms": { trail: "own" } },
        }),
        does: {
            create: 63,
            "delete aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
            "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
            "update aws:iam/rolePolicy:RolePolicy": 3,
            "update aws:rds/cluster:Cluster": 1,
        },
    },
    {
        title: "gets a copy in another region",
        config: stack.with({ platform: { replica: { region: "eu-west-1", cidr: "10.21.0.0/16" } } }),
        does: {
            create: 37,
            "update aws:cloudwatch/logMetricFilter:LogMetricFilter": 3,
            "update aws:iam/rolePolicy:RolePolicy": 3,
        },
    },
    {
        title: "loses its deletion protection",
        config: stack.with({ database: { protect: false } }),
        does: { "update aws:cloudwatch/logMetricFilter:LogMetricFilter": 1, "update aws:rds/cluster:Cluster": 2 },
    },
    {
        title: "loses its alarms, but not their record",
        config: stack.with({ rest: { "keyless:alarms": undefined } }),
        does: {
            "delete aws:cloudtrail/trail:Trail": 1,
            "delete aws:cloudwatch/logGroup:LogGroup": 1,
            "delete aws:cloudwatch/logMetricFilter:LogMetricFilter": 11,
            "delete aws:cloudwatch/metricAlarm:MetricAlarm": 9,
            "delete aws:iam/role:Role": 1,
            "delete aws:iam/rolePolicy:RolePolicy": 1,
            "delete aws:kms/key:Key": 2,
            "delete aws:sns/topic:Topic": 2,
            "delete aws:sns/topicPolicy:TopicPolicy": 2,
            "retain aws:kms/key:Key": 1,
            "retain aws:s3/bucket:Bucket": 1,
            "retain aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
            "retain aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
            "retain aws:s3/bucketPolicy:BucketPolicy": 1,
            "retain aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
            "retain aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
            "retain aws:s3/bucketVersioning:BucketVersioning": 1,
        },
    },
    {
        title: "loses its bastion",
        config: stack.with({ platform: { bastion: undefined } }),
        does: {
            "delete aws:cloudwatch/logGroup:LogGroup": 1,
            "delete aws:ec2/instance:Instance": 1,
            "delete aws:ec2/securityGroup:SecurityGroup": 1,
            "delete aws:iam/instanceProfile:InstanceProfile": 1,
            "delete aws:iam/policy:Policy": 2,
            "delete aws:iam/role:Role": 1,
            "delete aws:iam/rolePolicy:RolePolicy": 1,
            "delete aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
            "delete aws:ssm/document:Document": 3,
            "delete aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 3,
            "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
        },
    },
    {
        title: "loses its copy",
        config: stack.with({ platform: { replica: undefined } }),
        does: {
            "delete aws:cloudwatch/logGroup:LogGroup": 4,
            "delete aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
            "delete aws:ec2/flowLog:FlowLog": 1,
            "delete aws:ec2/route:Route": 4,
            "delete aws:ec2/routeTable:RouteTable": 1,
            "delete aws:ec2/routeTableAssociation:RouteTableAssociation": 2,
            "delete aws:ec2/securityGroup:SecurityGroup": 1,
            "delete aws:ec2/subnet:Subnet": 2,
            "delete aws:ec2/vpc:Vpc": 1,
            "delete aws:ec2/vpcPeeringConnection:VpcPeeringConnection": 1,
            "delete aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": 1,
            "delete aws:iam/role:Role": 1,
            "delete aws:iam/rolePolicy:RolePolicy": 1,
            "delete aws:kms/key:Key": 2,
            "delete aws:rds/cluster:Cluster": 1,
            "delete aws:rds/clusterInstance:ClusterInstance": 1,
            "delete aws:rds/clusterParameterGroup:ClusterParameterGroup": 1,
            "delete aws:rds/globalCluster:GlobalCluster": 1,
            "delete aws:rds/subnetGroup:SubnetGroup": 1,
            "delete aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
            "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
            "update aws:iam/rolePolicy:RolePolicy": 3,
        },
    },
    {
        title: "loses its proxy",
        config: stack.with({ database: { proxy: undefined } }),
        does: {
            create: 2,
            "delete aws:cloudwatch/logGroup:LogGroup": 1,
            "delete aws:ec2/securityGroup:SecurityGroup": 1,
            "delete aws:iam/role:Role": 1,
            "delete aws:iam/rolePolicy:RolePolicy": 3,
            "delete aws:rds/proxy:Proxy": 1,
            "delete aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": 1,
            "delete aws:rds/proxyTarget:ProxyTarget": 1,
            "delete aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 3,
            "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 3,
            "update aws:iam/rolePolicy:RolePolicy": 3,
        },
    },
    {
        title: "loses its access",
        config: stack.with({ rest: { "keyless:access": undefined } }),
        does: {
            "delete aws:eks/podIdentityAssociation:PodIdentityAssociation": 2,
            "delete aws:iam/role:Role": 3,
            "delete aws:iam/rolePolicy:RolePolicy": 3,
        },
    },
    {
        title: "loses a zone",
        config: stack.with({ platform: { network: { zones: 2, nat: "one" } } }),
        does: {
            "delete aws:ec2/route:Route": 1,
            "delete aws:ec2/routeTable:RouteTable": 1,
            "delete aws:ec2/routeTableAssociation:RouteTableAssociation": 3,
            "delete aws:ec2/subnet:Subnet": 3,
            "delete aws:eks/nodeGroup:NodeGroup": 1,
            "update aws:ec2/vpcEndpoint:VpcEndpoint": 1,
            "update aws:eks/nodeGroup:NodeGroup": 1,
            "update aws:rds/subnetGroup:SubnetGroup": 1,
        },
    },
];
