import type { Value, Values } from "./value";
import { at, hasUnknown, isValues, list, Unknown } from "./value";

/**
 * A property under its name in aws: its name in aws-native, with a conversion if its format differs too, or several of which
 * the first that is set counts.
 */
type Source =
    string | readonly [argument: string, form: (value: Value) => Value] | { readonly oneOf: readonly string[] };

interface Synonym {
    /** The equivalent type in aws. */
    readonly type: string;
    readonly names: Readonly<Record<string, Source>>;
}

/**
 * The aws-native names of things that aws also has. aws-native is generated from CloudFormation's schemas, in camel
 * case: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/. The locations of IAM documents are in
 * policy/iam/carriers.ts.
 */
const SYNONYMS: Readonly<Record<string, Synonym>> = {
    "aws-native:iam:Role": { type: "aws:iam/role:Role", names: { name: "roleName" } },
    "aws-native:iam:User": { type: "aws:iam/user:User", names: { name: "userName" } },
    "aws-native:iam:Group": { type: "aws:iam/group:Group", names: { name: "groupName" } },
    "aws-native:iam:ManagedPolicy": {
        type: "aws:iam/policy:Policy",
        names: { name: "managedPolicyName", arn: "policyArn" },
    },
    "aws-native:iam:UserToGroupAddition": {
        type: "aws:iam/groupMembership:GroupMembership",
        names: { group: "groupName" },
    },
    "aws-native:iam:InstanceProfile": {
        type: "aws:iam/instanceProfile:InstanceProfile",
        names: { name: "instanceProfileName", role: "roles" },
    },
    "aws-native:iam:OidcProvider": {
        type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        names: { clientIdLists: "clientIdList" },
    },
    "aws-native:sso:PermissionSet": {
        type: "aws:ssoadmin/permissionSet:PermissionSet",
        names: { arn: "permissionSetArn" },
    },
    "aws-native:sso:Assignment": { type: "aws:ssoadmin/accountAssignment:AccountAssignment", names: {} },
    "aws-native:identitystore:Group": { type: "aws:identitystore/group:Group", names: {} },
    "aws-native:rds:DbCluster": {
        type: "aws:rds/cluster:Cluster",
        names: {
            clusterIdentifier: "dbClusterIdentifier",
            iamDatabaseAuthenticationEnabled: "enableIamDatabaseAuthentication",
            clusterResourceId: "dbClusterResourceId",
            arn: "dbClusterArn",
            masterPassword: "masterUserPassword",
            iamRoles: "associatedRoles",
            restoreToPointInTime: { oneOf: ["sourceDbClusterIdentifier", "sourceDbClusterResourceId"] },
            endpoint: ["endpoint", (value) => at(value, "address") ?? null],
            readerEndpoint: ["readEndpoint", (value) => at(value, "address") ?? null],
            port: ["port", Number],
        },
    },
    "aws-native:rds:DbInstance": {
        type: "aws:rds/instance:Instance",
        names: {
            identifier: "dbInstanceIdentifier",
            clusterIdentifier: "dbClusterIdentifier",
            iamDatabaseAuthenticationEnabled: "enableIamDatabaseAuthentication",
            resourceId: "dbiResourceId",
            arn: "dbInstanceArn",
            username: "masterUsername",
            password: "masterUserPassword",
            iamRoles: "associatedRoles",
            snapshotIdentifier: { oneOf: ["dbSnapshotIdentifier", "dbClusterSnapshotIdentifier"] },
            restoreToPointInTime: { oneOf: ["sourceDbiResourceId", "sourceDbInstanceAutomatedBackupsArn"] },
            vpcSecurityGroupIds: "vpcSecurityGroups",
            // A Multi-AZ cluster has readable replicas that are instances.
            replicateSourceDb: { oneOf: ["sourceDbInstanceIdentifier", "sourceDbClusterIdentifier"] },
            endpoint: ["endpoint", (value) => at(value, "address") ?? null],
            port: ["port", Number],
        },
    },
    "aws-native:rds:DbSubnetGroup": { type: "aws:rds/subnetGroup:SubnetGroup", names: { name: "dbSubnetGroupName" } },
    "aws-native:rds:GlobalCluster": { type: "aws:rds/globalCluster:GlobalCluster", names: {} },
    "aws-native:rds:DbProxy": { type: "aws:rds/proxy:Proxy", names: { name: "dbProxyName", arn: "dbProxyArn" } },
    "aws-native:rds:DbProxyEndpoint": {
        type: "aws:rds/proxyEndpoint:ProxyEndpoint",
        names: { name: "dbProxyEndpointName" },
    },
    "aws-native:rds:DbParameterGroup": {
        type: "aws:rds/parameterGroup:ParameterGroup",
        names: { name: "dbParameterGroupName", parameters: ["parameters", parameterList] },
    },
    "aws-native:rds:DbClusterParameterGroup": {
        type: "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        names: { name: "dbClusterParameterGroupName", parameters: ["parameters", parameterList] },
    },
    "aws-native:rds:DbProxyTargetGroup": {
        type: "aws:rds/proxyTarget:ProxyTarget",
        names: { dbClusterIdentifier: "dbClusterIdentifiers", dbInstanceIdentifier: "dbInstanceIdentifiers" },
    },
    "aws-native:eks:Cluster": {
        type: "aws:eks/cluster:Cluster",
        names: {
            vpcConfig: "resourcesVpcConfig",
            identities: ["openIdConnectIssuerUrl", (issuer) => [{ oidcs: [{ issuer }] }]],
        },
    },
    "aws-native:eks:AccessEntry": { type: "aws:eks/accessEntry:AccessEntry", names: { userName: "username" } },
    "aws-native:eks:Nodegroup": {
        type: "aws:eks/nodeGroup:NodeGroup",
        names: { nodeRoleArn: "nodeRole", subnetIds: "subnets" },
    },
    "aws-native:eks:Addon": { type: "aws:eks/addon:Addon", names: {} },
    "aws-native:eks:FargateProfile": {
        type: "aws:eks/fargateProfile:FargateProfile",
        names: { subnetIds: "subnets" },
    },
    "aws-native:autoscaling:AutoScalingGroup": {
        type: "aws:autoscaling/group:Group",
        names: {
            vpcZoneIdentifiers: "vpcZoneIdentifier",
            launchConfiguration: "launchConfigurationName",
            launchTemplate: [
                "launchTemplate",
                (value) => ({
                    id: at(value, "launchTemplateId") ?? null,
                    name: at(value, "launchTemplateName") ?? null,
                }),
            ],
        },
    },
    "aws-native:autoscaling:LaunchConfiguration": {
        type: "aws:ec2/launchConfiguration:LaunchConfiguration",
        names: { name: "launchConfigurationName" },
    },
    "aws-native:route53:HostedZone": { type: "aws:route53/zone:Zone", names: {} },
    "aws-native:route53:RecordSet": {
        type: "aws:route53/record:Record",
        names: { zoneId: "hostedZoneId", records: "resourceRecords" },
    },
    "aws-native:logs:SubscriptionFilter": {
        type: "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        names: { logGroup: "logGroupName" },
    },
    "aws-native:logs:AccountPolicy": { type: "aws:cloudwatch/logAccountPolicy:LogAccountPolicy", names: {} },
    "aws-native:kms:Key": { type: "aws:kms/key:Key", names: { policy: "keyPolicy" } },
    "aws-native:ssm:Parameter": { type: "aws:ssm/parameter:Parameter", names: {} },
    "aws-native:cloudformation:Stack": { type: "aws:cloudformation/stack:Stack", names: {} },
    "aws-native:eks:PodIdentityAssociation": {
        type: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        names: {},
    },
    "aws-native:ecs:TaskDefinition": {
        type: "aws:ecs/taskDefinition:TaskDefinition",
        names: { arn: "taskDefinitionArn" },
    },
    "aws-native:ecs:Service": {
        type: "aws:ecs/service:Service",
        names: { networkConfiguration: ["networkConfiguration", (value) => at(value, "awsvpcConfiguration") ?? null] },
    },
    "aws-native:lambda:Function": { type: "aws:lambda/function:Function", names: {} },
    "aws-native:ec2:Instance": {
        type: "aws:ec2/instance:Instance",
        names: { vpcSecurityGroupIds: "securityGroupIds" },
    },
    "aws-native:ec2:NetworkInterface": {
        type: "aws:ec2/networkInterface:NetworkInterface",
        names: { securityGroups: "groupSet" },
    },
    "aws-native:ec2:NetworkInterfaceAttachment": {
        type: "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
        names: {},
    },
    "aws-native:ec2:Vpc": { type: "aws:ec2/vpc:Vpc", names: {} },
    "aws-native:ec2:Subnet": { type: "aws:ec2/subnet:Subnet", names: {} },
    "aws-native:ec2:VpcPeeringConnection": { type: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", names: {} },
    "aws-native:ec2:Route": { type: "aws:ec2/route:Route", names: {} },
    "aws-native:ec2:LaunchTemplate": {
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        names: {
            name: "launchTemplateName",
            iamInstanceProfile: ["launchTemplateData", (value) => at(value, "iamInstanceProfile") ?? null],
            vpcSecurityGroupIds: ["launchTemplateData", (value) => at(value, "securityGroupIds") ?? null],
            ...Object.fromEntries(
                ["imageId", "userData", "keyName", "blockDeviceMappings"].map((name) => [
                    name,
                    ["launchTemplateData", (value: Value): Value => at(value, name) ?? null] as const,
                ]),
            ),
            networkInterfaces: [
                "launchTemplateData",
                (value) => list(at(value, "networkInterfaces")).map(networkInterface),
            ],
        },
    },
    "aws-native:ec2:SecurityGroup": {
        type: "aws:ec2/securityGroup:SecurityGroup",
        names: {
            ingress: ["securityGroupIngress", inlineRules("source")],
            egress: ["securityGroupEgress", inlineRules("destination")],
        },
    },
    "aws-native:ec2:SecurityGroupIngress": {
        type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        names: ruleNames("source"),
    },
    "aws-native:ec2:SecurityGroupEgress": {
        type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        names: ruleNames("destination"),
    },
};

type Side = "source" | "destination";

function ruleNames(side: Side): Synonym["names"] {
    return {
        securityGroupId: "groupId",
        cidrIpv4: "cidrIp",
        prefixListId: `${side}PrefixListId`,
        referencedSecurityGroupId: `${side}SecurityGroupId`,
    };
}

function isSet(value: Value | undefined): boolean {
    return value !== undefined && value !== null && value !== "";
}

/** aws-native has an object of values by name, which may be numbers, aws a list of texts. */
function parameterList(value: Value): Value {
    return isValues(value)
        ? Object.entries(value).map(([name, one]) => ({ name, value: typeof one === "number" ? String(one) : one }))
        : value;
}

function networkInterface(value: Value): Value {
    return { securityGroups: at(value, "groups") ?? null, subnetId: at(value, "subnetId") ?? null };
}

function inlineRules(side: Side): (rules: Value) => Value {
    const several = (rule: Value, name: string): Value => {
        const value = at(rule, name);
        return value === undefined || value === null || hasUnknown(value) ? (value ?? []) : [value];
    };
    return (rules) =>
        list(rules).map((rule) => ({
            ...(isValues(rule) ? rule : {}),
            protocol: at(rule, "ipProtocol") ?? null,
            cidrBlocks: several(rule, "cidrIp"),
            ipv6CidrBlocks: several(rule, "cidrIpv6"),
            prefixListIds: several(rule, `${side}PrefixListId`),
            securityGroups: several(rule, `${side}SecurityGroupId`),
        }));
}

/**
 * An instance at a point in time of another: that names its source like a replica, but is a database of its own.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
 */
const RESTORED: Synonym["names"] = {
    replicateSourceDb: { oneOf: [] },
    restoreToPointInTime: "sourceDbInstanceIdentifier",
};

function isRestored(
    type: string,
    { restoreTime, sourceDbInstanceIdentifier, useLatestRestorableTime }: Values,
): boolean {
    const when = isSet(restoreTime) || (isSet(useLatestRestorableTime) && useLatestRestorableTime !== false);
    return type === "aws-native:rds:DbInstance" && when && isSet(sourceDbInstanceIdentifier);
}

/** The aws type that is equivalent to an aws-native resource; undefined for every other resource. */
export interface Translation {
    readonly type: string;
    readonly values: (values: Values) => Values;
    readonly suppliers: (
        suppliers: Readonly<Record<string, readonly string[]>>,
    ) => Readonly<Record<string, readonly string[]>>;
}

/** Reads resources of aws-native as those of aws; a database instance that names a cluster is one of the cluster's instances. */
export function translationOf(type: string, inputs: Values): Translation | undefined {
    const synonym = Object.hasOwn(SYNONYMS, type) ? SYNONYMS[type] : undefined;
    if (synonym === undefined) {
        return undefined;
    }
    const given = isRestored(type, inputs) ? { ...synonym.names, ...RESTORED } : synonym.names;
    const names = Object.entries(given).map(([name, source]): [string, string, ((value: Value) => Value)?] => {
        if (typeof source === "string") {
            return [name, source];
        }
        return "oneOf" in source
            ? [name, source.oneOf.find((argument) => isSet(inputs[argument])) ?? ""]
            : [name, ...source];
    });
    const member = type === "aws-native:rds:DbInstance" && inputs["dbClusterIdentifier"] !== undefined;
    return {
        type: member ? "aws:rds/clusterInstance:ClusterInstance" : synonym.type,
        values: (values) => {
            const renamed = names.flatMap(([name, argument, form]) => {
                const value = values[argument];
                return value === undefined
                    ? []
                    : [[name, form === undefined || value instanceof Unknown ? value : form(value)] as const];
            });
            return { ...values, ...Object.fromEntries(renamed) };
        },
        suppliers: (suppliers) => {
            const renamed = names.flatMap(([name, argument]) =>
                suppliers[argument] === undefined ? [] : [[name, suppliers[argument]] as const],
            );
            return { ...suppliers, ...Object.fromEntries(renamed) };
        },
    };
}
