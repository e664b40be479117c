import { BUCKET, BUCKET_OBJECT, BUCKET_POLICY, DB_CLUSTER_SNAPSHOT, KEY } from "../../sandbox/cloud/aws/tokens";

type Group = Readonly<Record<string, unknown>>;

/** A run of the program with a changed config. */
export interface Step {
    readonly title: string;
    /** As the stack's file has it. */
    readonly config: Group;
    /** What an operator does before it: docs/deploying.md, docs/databases.md. */
    readonly first?: "bootstrap" | "release the master";
    /** What the run does to AWS: how many resources it creates, and each other operation by type. */
    readonly does: Readonly<Record<string, number>>;
    /** What it does to the database and in Kubernetes. */
    readonly inside?: Readonly<Record<string, number>>;
    /** The services that must reach their data, and no other, from then on: their logins. */
    readonly logins: readonly string[];
}

const image = (name: string) => `111122223333.dkr.ecr.eu-central-1.amazonaws.com/${name}:1`;
const shop = { name: "shop", image: image("shop") };
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

    with(change: { platform?: Group; database?: Group; rest?: Group }): Group {
        this.platform = merged(this.platform, change.platform);
        this.database = merged(this.database, change.database);
        this.rest = merged(this.rest, change.rest);
        const platform = { ...this.platform, database: this.database };
        return { "aws:region": "eu-central-1", "keyless:platform": platform, ...this.rest };
    }
}

/** Without what is undefined. */
function merged(before: Group, change: Group = {}): Group {
    return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined));
}

const stack = new Stack();
const access = (...tenants: readonly Group[]) => ({ connectionTest: { image: image("connection-test") }, tenants });
const helped = { profiles: [support], people: [sue] };
const two = ["billing_app", "shop_app"];

export const steps: readonly Step[] = [
    { title: "is deployed without its access", config: stack.with({}), does: { create: 70 }, logins: [] },
    {
        title: "gets its tenants",
        first: "bootstrap",
        config: stack.with({ rest: { "keyless:deploy": "all", "keyless:access": access(shop, billing) } }),
        does: { create: 5 },
        inside: { create: 27 },
        logins: two,
    },
    {
        title: "gets a tenant, people of the database and of the cluster, a zone and nodes",
        config: stack.with({
            platform: { network: { zones: 3, nat: "one" }, cluster: { version: "1.32", people, nodes: more } },
            rest: { "keyless:access": { ...access(shop, billing, crm), ...helped } },
        }),
        does: {
            create: 15,
            "update aws:ec2/vpcEndpoint:VpcEndpoint": 1,
            "update aws:eks/nodeGroup:NodeGroup": 2,
            "update aws:rds/subnetGroup:SubnetGroup": 1,
        },
        inside: { create: 14, "update postgresql:index/schema:Schema": 1 },
        logins: ["billing_app", "crm_app", "shop_app"],
    },
    {
        title: "moves to another version of Kubernetes with fewer nodes, and loses a tenant",
        config: stack.with({
            platform: { cluster: { version: "1.33", people } },
            rest: { "keyless:access": { ...access(shop, billing), ...helped } },
        }),
        does: {
            "delete aws:iam/role:Role": 1,
            "delete aws:iam/rolePolicy:RolePolicy": 1,
            "update aws:eks/addon:Addon": 1,
            "update aws:eks/cluster:Cluster": 1,
            "update aws:eks/nodeGroup:NodeGroup": 3,
        },
        inside: {
            "delete kubernetes:batch/v1:Job": 1,
            "delete kubernetes:core/v1:ConfigMap": 1,
            "delete kubernetes:core/v1:Namespace": 1,
            "delete kubernetes:core/v1:ServiceAccount": 1,
            "delete postgresql:index/defaultPrivileges:DefaultPrivileges": 3,
            "delete postgresql:index/role:Role": 2,
            "delete postgresql:index/schema:Schema": 1,
        },
        logins: two,
    },
    {
        title: "moves to a minor version of Postgres, and a service to Pod Identity",
        config: stack.with({
            database: { engineVersion: "16.11" },
            rest: { "keyless:access": { ...access({ ...shop, identity: "podIdentity" }, billing), ...helped } },
        }),
        does: {
            create: 2,
            "delete aws:iam/role:Role": 1,
            "replace aws:iam/rolePolicy:RolePolicy": 1,
            "update aws:rds/cluster:Cluster": 1,
        },
        inside: {
            "replace kubernetes:batch/v1:Job": 1,
            "update kubernetes:apps/v1:Deployment": 1,
            "update kubernetes:core/v1:ServiceAccount": 1,
        },
        logins: two,
    },
    {
        title: "moves to another major version of Postgres",
        config: stack.with({ database: { engineVersion: "17.5", allowMajorVersionUpgrade: true } }),
        does: { "replace aws:rds/clusterParameterGroup:ClusterParameterGroup": 1, "update aws:rds/cluster:Cluster": 1 },
        logins: two,
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
        inside: { "replace kubernetes:batch/v1:Job": 2, "update kubernetes:apps/v1:Deployment": 1 },
        logins: two,
    },
    {
        title: "gets a copy in another region",
        first: "release the master",
        config: stack.with({ platform: { replica: { region: "eu-west-1", cidr: "10.21.0.0/16" } } }),
        does: {
            create: 37,
            "update aws:cloudwatch/logMetricFilter:LogMetricFilter": 3,
            "update aws:iam/rolePolicy:RolePolicy": 3,
        },
        inside: { "replace kubernetes:batch/v1:Job": 2 },
        logins: two,
    },
    {
        title: "loses its deletion protection, and its alarms, but not their record",
        config: stack.with({ database: { protect: false }, rest: { "keyless:alarms": undefined } }),
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
            "update aws:rds/cluster:Cluster": 2,
        },
        logins: two,
    },
    {
        title: "loses its bastion and its copy",
        config: stack.with({ platform: { bastion: undefined, replica: undefined } }),
        does: {
            "delete aws:cloudwatch/logGroup:LogGroup": 5,
            "delete aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
            "delete aws:ec2/flowLog:FlowLog": 1,
            "delete aws:ec2/instance:Instance": 1,
            "delete aws:ec2/route:Route": 4,
            "delete aws:ec2/routeTable:RouteTable": 1,
            "delete aws:ec2/routeTableAssociation:RouteTableAssociation": 2,
            "delete aws:ec2/securityGroup:SecurityGroup": 2,
            "delete aws:ec2/subnet:Subnet": 2,
            "delete aws:ec2/vpc:Vpc": 1,
            "delete aws:ec2/vpcPeeringConnection:VpcPeeringConnection": 1,
            "delete aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": 1,
            "delete aws:iam/instanceProfile:InstanceProfile": 1,
            "delete aws:iam/policy:Policy": 2,
            "delete aws:iam/role:Role": 2,
            "delete aws:iam/rolePolicy:RolePolicy": 2,
            "delete aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
            "delete aws:kms/key:Key": 2,
            "delete aws:rds/cluster:Cluster": 1,
            "delete aws:rds/clusterInstance:ClusterInstance": 1,
            "delete aws:rds/clusterParameterGroup:ClusterParameterGroup": 1,
            "delete aws:rds/globalCluster:GlobalCluster": 1,
            "delete aws:rds/subnetGroup:SubnetGroup": 1,
            "delete aws:ssm/document:Document": 3,
            "delete aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 4,
            "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 3,
            "update aws:iam/rolePolicy:RolePolicy": 3,
        },
        inside: { "replace kubernetes:batch/v1:Job": 2 },
        logins: two,
    },
    {
        title: "loses its proxy and a zone",
        config: stack.with({ database: { proxy: undefined }, platform: { network: { zones: 2, nat: "one" } } }),
        does: {
            create: 2,
            "delete aws:cloudwatch/logGroup:LogGroup": 1,
            "delete aws:ec2/route:Route": 1,
            "delete aws:ec2/routeTable:RouteTable": 1,
            "delete aws:ec2/routeTableAssociation:RouteTableAssociation": 3,
            "delete aws:ec2/securityGroup:SecurityGroup": 1,
            "delete aws:ec2/subnet:Subnet": 3,
            "delete aws:eks/nodeGroup:NodeGroup": 1,
            "delete aws:iam/role:Role": 1,
            "delete aws:iam/rolePolicy:RolePolicy": 3,
            "delete aws:rds/proxy:Proxy": 1,
            "delete aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": 1,
            "delete aws:rds/proxyTarget:ProxyTarget": 1,
            "delete aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 3,
            "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 3,
            "update aws:ec2/vpcEndpoint:VpcEndpoint": 1,
            "update aws:eks/nodeGroup:NodeGroup": 1,
            "update aws:iam/rolePolicy:RolePolicy": 3,
            "update aws:rds/subnetGroup:SubnetGroup": 1,
        },
        inside: { "replace kubernetes:batch/v1:Job": 2, "update kubernetes:apps/v1:Deployment": 1 },
        logins: two,
    },
];

/** What a trail of the stack's own leaves, by type: its files, their key, and their bucket with its rules. */
export const leftByTrail: readonly string[] = [
    KEY,
    BUCKET,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    BUCKET_OBJECT,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    BUCKET_POLICY,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
];

/** What is left of the stack at the year's end, by type: a final snapshot with its key, and the trail's. */
export const leftByYear: readonly string[] = [KEY, DB_CLUSTER_SNAPSHOT, ...leftByTrail];
