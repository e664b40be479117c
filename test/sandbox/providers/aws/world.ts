import type { Props } from "../../../../sandbox/cloud/props";
import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import { must } from "../../../../sandbox/cloud/aws/values";
import type { Stage } from "./stage";

/** Ids and names of the objects that exist before a case starts. */
export type World = Readonly<Record<string, string>>;

export function document(...statements: Props[]): string {
    return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export function trust(service: string, ...actions: string[]): string {
    return document({ Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole", ...actions] });
}

export const allow = (Action: string, Resource = "*"): string => document({ Effect: "Allow", Action, Resource });

/** A small account: a network of two zones, another network, roles, keys, a database cluster and an EKS cluster. */
export async function furnish(stage: Stage): Promise<World> {
    const make = async (type: string, inputs: Props, name: string): Promise<string> =>
        (await stage.create(type, inputs, name)).id;
    const vpc = await make(tokens.VPC, { cidrBlock: "10.20.0.0/16", enableDnsHostnames: true }, "main");
    const otherVpc = await make(tokens.VPC, { cidrBlock: "10.30.0.0/16" }, "other");
    const subnet = (zone: string, third: number, vpcId = vpc) =>
        make(
            tokens.SUBNET,
            {
                vpcId,
                cidrBlock: `10.${vpcId === vpc ? 20 : 30}.${third}.0/24`,
                availabilityZone: `eu-central-1${zone}`,
            },
            `s${third}`,
        );
    const [subnetA, subnetB, otherSubnet] = [
        await subnet("a", 0),
        await subnet("b", 1),
        await subnet("a", 0, otherVpc),
    ];
    const otherSubnetB = await subnet("b", 1, otherVpc);
    const group = await make(tokens.SECURITY_GROUP, { vpcId: vpc, name: "app" }, "app");
    const otherGroup = await make(tokens.SECURITY_GROUP, { vpcId: otherVpc, name: "app" }, "app");
    const gateway = await make(tokens.INTERNET_GATEWAY, { vpcId: vpc }, "igw");
    const otherGateway = await make(tokens.INTERNET_GATEWAY, { vpcId: otherVpc }, "igw2");
    const table = await make(tokens.ROUTE_TABLE, { vpcId: vpc }, "rtb");
    const otherTable = await make(tokens.ROUTE_TABLE, { vpcId: otherVpc }, "rtb2");
    const address = await make(tokens.EIP, { domain: "vpc" }, "eip");
    const role = await make(tokens.ROLE, { name: "service", assumeRolePolicy: trust("ec2.amazonaws.com") }, "role");
    await make(tokens.ROLE, { name: "eks", assumeRolePolicy: trust("eks.amazonaws.com") }, "eks");
    await make(
        tokens.ROLE,
        { name: "pods", assumeRolePolicy: trust("pods.eks.amazonaws.com", "sts:TagSession") },
        "pods",
    );
    for (const [name, service] of Object.entries({
        proxy: "rds",
        scheduler: "scheduler",
        trail: "cloudtrail",
        tasks: "ecs-tasks",
        functions: "lambda",
    })) {
        await make(tokens.ROLE, { name, assumeRolePolicy: trust(`${service}.amazonaws.com`) }, name);
    }
    const user = await make(tokens.USER, { name: "ada" }, "ada");
    const team = await make(tokens.GROUP, { name: "team" }, "team");
    const policy = await make(tokens.POLICY, { name: "read", policy: allow("s3:GetObject") }, "read");
    const key = await stage.create(tokens.KEY, { description: "everything", policy: keyPolicy }, "key");
    const plainKey = await stage.create(tokens.KEY, {}, "plain");
    const logs = await make(tokens.LOG_GROUP, { name: "/keyless/flow" }, "logs");
    const template = await make(tokens.LAUNCH_TEMPLATE, { name: "nodes" }, "nodes");
    await make(tokens.DB_SUBNET_GROUP, { name: "db", subnetIds: [subnetA, subnetB] }, "db");
    await make(tokens.CLUSTER_PARAMETER_GROUP, { name: "pg16", family: "aurora-postgresql16" }, "pg16");
    await make(tokens.CLUSTER_PARAMETER_GROUP, { name: "pg15", family: "aurora-postgresql15" }, "pg15");
    const master = { masterUsername: "root1", manageMasterUserPassword: true };
    const cluster = await make(
        tokens.DB_CLUSTER,
        {
            clusterIdentifier: "main",
            engine: "aurora-postgresql",
            engineVersion: "16.9",
            dbSubnetGroupName: "db",
            vpcSecurityGroupIds: [group],
            skipFinalSnapshot: true,
            ...master,
        },
        "main",
    );
    const kubernetes = await make(
        tokens.EKS_CLUSTER,
        {
            name: "k8s",
            version: "1.33",
            roleArn: "arn:aws:iam::111122223333:role/eks",
            accessConfig: { authenticationMode: "API" },
            vpcConfig: { subnetIds: [subnetA, subnetB] },
        },
        "k8s",
    );
    const bucket = await make(tokens.BUCKET, { bucket: "keyless-trail" }, "trail");
    await make(tokens.BUCKET_POLICY, { bucket, policy: trailPolicy }, "trail");
    const topic = await make(tokens.TOPIC, { name: "alarms" }, "alarms");
    const rule = await make(tokens.EVENT_RULE, { name: "changes", eventPattern: '{"source":["aws.ec2"]}' }, "changes");
    const permissionSet = await stage.create(tokens.PERMISSION_SET, { name: "Developer", instanceArn }, "developer");
    const secret = await make(tokens.SECRET, { name: "proxy" }, "proxy");
    const proxied = {
        engineFamily: "POSTGRESQL",
        roleArn: "arn:aws:iam::111122223333:role/proxy",
        vpcSubnetIds: [subnetA, subnetB],
        defaultAuthScheme: "IAM_AUTH",
    };
    const proxy = await make(tokens.DB_PROXY, { name: "front", ...proxied }, "front");
    const world1 = await make(
        tokens.GLOBAL_CLUSTER,
        { globalClusterIdentifier: "world", engine: "aurora-postgresql" },
        "world",
    );
    const peering = await make(tokens.PEERING, { vpcId: vpc, peerVpcId: otherVpc, autoAccept: true }, "peering");
    const profile = await make(tokens.INSTANCE_PROFILE, { name: "bastion", role }, "bastion");
    await make(tokens.PARAMETER_GROUP, { name: "pg15", family: "postgres15" }, "pg15");
    return {
        ...{
            bucket,
            topic,
            rule,
            secret,
            proxy,
            globalCluster: world1,
            peering,
            profile,
            permissionSet: must(permissionSet.state, "arn"),
        },
        ...{
            vpc,
            otherVpc,
            subnetA,
            subnetB,
            otherSubnet,
            otherSubnetB,
            group,
            otherGroup,
            gateway,
            otherGateway,
            table,
            otherTable,
            address,
        },
        ...{ role, user, team, policy, logs, template, cluster, kubernetes },
        key: must(key.state, "arn"),
        plainKey: must(plainKey.state, "arn"),
        roleArn: "arn:aws:iam::111122223333:role/service",
    };
}

export const instanceArn = "arn:aws:sso:::instance/ssoins-0123456789abcdef";

const trailPolicy = document(
    {
        Effect: "Allow",
        Principal: { Service: "cloudtrail.amazonaws.com" },
        Action: "s3:GetBucketAcl",
        Resource: "arn:aws:s3:::keyless-trail",
    },
    {
        Effect: "Allow",
        Principal: { Service: "cloudtrail.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::keyless-trail/*",
    },
);

const keyPolicy = document(
    {
        Sid: "Account",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: "kms:*",
        Resource: "*",
    },
    {
        Sid: "Logs",
        Effect: "Allow",
        Principal: { Service: "logs.eu-central-1.amazonaws.com" },
        Action: "kms:Encrypt",
        Resource: "*",
    },
);
