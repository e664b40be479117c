import type { Effect } from "./effect";

/** What changes to a type's resources do to what runs. */
interface TypeEffects {
    /** The effect of deleting or replacing a resource; undefined if nothing that runs notices. */
    readonly gone?: Effect;
    /** Properties whose change in place has an effect. */
    readonly updated?: Readonly<Record<string, Effect>>;
}

/**
 * Changes of RDS' instances that restart the database or fail over, even without a replacement:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html
 */
const restarts = {
    caCertIdentifier: "connections",
    dbParameterGroupName: "connections",
    engineVersion: "outage",
    identifier: "connections",
    instanceClass: "connections",
    parameterGroupName: "connections",
    port: "outage",
    storageType: "connections",
} as const;

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html */
const clusterRestarts = {
    dbClusterParameterGroupName: "connections",
    engineVersion: "outage",
    iamDatabaseAuthenticationEnabled: "permissions",
    port: "outage",
    vpcSecurityGroupIds: "connections",
} as const;

/** A Deployment replaces its pods when their template changes: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
const rollsOut = { "spec.template": "workloads" } as const;

/** Types with a known effect, aws-native types under their aws equivalents. */
export const TYPES: Readonly<Record<string, TypeEffects | undefined>> = {
    // What holds data.
    "aws:rds/cluster:Cluster": { gone: "data", updated: clusterRestarts },
    "aws:rds/instance:Instance": { gone: "data", updated: { ...restarts, vpcSecurityGroupIds: "connections" } },
    "aws:rds/clusterSnapshot:ClusterSnapshot": { gone: "data" },
    "aws:rds/snapshot:Snapshot": { gone: "data" },
    "aws:kms/key:Key": { gone: "data" },
    "aws:s3/bucket:Bucket": { gone: "data" },
    "aws:s3/bucketV2:BucketV2": { gone: "data" },
    "aws:dynamodb/table:Table": { gone: "data" },
    "aws:ebs/volume:Volume": { gone: "data" },
    "aws:efs/fileSystem:FileSystem": { gone: "data" },
    "aws:secretsmanager/secret:Secret": { gone: "data" },
    "kubernetes:core/v1:PersistentVolumeClaim": { gone: "data" },
    "mysql:index/database:Database": { gone: "data" },
    "postgresql:index/database:Database": { gone: "data" },
    "postgresql:index/extension:Extension": { gone: "data" },
    "postgresql:index/schema:Schema": { gone: "data" },

    // What every service goes through.
    "aws:eks/cluster:Cluster": { gone: "outage" },
    "aws:rds/proxy:Proxy": { gone: "outage" },
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": { gone: "outage" },
    "aws:rds/proxyTarget:ProxyTarget": { gone: "outage" },
    "aws:rds/subnetGroup:SubnetGroup": { gone: "outage" },
    "aws:ec2/vpc:Vpc": { gone: "outage" },
    "eks:index:Cluster": { gone: "outage" },
    "kubernetes:core/v1:Namespace": { gone: "outage" },

    // What a part of the connections goes through.
    "aws:rds/clusterInstance:ClusterInstance": { gone: "connections", updated: restarts },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": { gone: "connections" },
    "aws:rds/parameterGroup:ParameterGroup": { gone: "connections" },
    "aws:rds/globalCluster:GlobalCluster": { gone: "connections", updated: { engineVersion: "outage" } },
    "aws:rds/proxyEndpoint:ProxyEndpoint": { gone: "connections" },
    "aws:ec2/eip:Eip": { gone: "connections" },
    "aws:ec2/internetGateway:InternetGateway": { gone: "connections" },
    "aws:ec2/natGateway:NatGateway": { gone: "connections" },
    "aws:ec2/route:Route": { gone: "connections" },
    "aws:ec2/routeTable:RouteTable": { gone: "connections" },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": { gone: "connections" },
    "aws:ec2/securityGroup:SecurityGroup": { gone: "connections" },
    "aws:ec2/securityGroupRule:SecurityGroupRule": { gone: "connections" },
    "aws:ec2/subnet:Subnet": { gone: "connections" },
    "aws:ec2/vpcEndpoint:VpcEndpoint": { gone: "connections" },
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": { gone: "connections" },
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": { gone: "connections" },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { gone: "connections" },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { gone: "connections" },
    "aws:ssm/document:Document": { gone: "connections" },
    "aws:lb/loadBalancer:LoadBalancer": { gone: "connections" },
    "aws:lb/targetGroup:TargetGroup": { gone: "connections" },
    "kubernetes:core/v1:Service": { gone: "connections" },
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": { gone: "connections" },
    "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy": { gone: "connections" },

    // What lets a principal in.
    "aws:eks/accessEntry:AccessEntry": { gone: "permissions" },
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": { gone: "permissions" },
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": { gone: "permissions" },
    "aws:iam/instanceProfile:InstanceProfile": { gone: "permissions" },
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": { gone: "permissions" },
    "aws:iam/policy:Policy": { gone: "permissions" },
    "aws:iam/policyAttachment:PolicyAttachment": { gone: "permissions" },
    "aws:iam/role:Role": { gone: "permissions" },
    "aws:iam/rolePolicy:RolePolicy": { gone: "permissions" },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { gone: "permissions" },
    "aws:ssoadmin/accountAssignment:AccountAssignment": { gone: "permissions" },
    "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment": { gone: "permissions" },
    "aws:ssoadmin/permissionSet:PermissionSet": { gone: "permissions" },
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": { gone: "permissions" },
    "kubernetes:core/v1:ServiceAccount": { gone: "permissions" },
    "kubernetes:core/v1:ServiceAccountPatch": { gone: "permissions" },
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": { gone: "permissions" },
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": { gone: "permissions" },
    "kubernetes:rbac.authorization.k8s.io/v1:Role": { gone: "permissions" },
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": { gone: "permissions" },
    "mysql:index/grant:Grant": { gone: "permissions" },
    "mysql:index/user:User": { gone: "permissions" },
    "postgresql:index/defaultPrivileges:DefaultPrivileges": { gone: "permissions" },
    "postgresql:index/defaultPrivileg:DefaultPrivileg": { gone: "permissions" },
    "postgresql:index/grant:Grant": { gone: "permissions" },
    "postgresql:index/grantRole:GrantRole": { gone: "permissions" },
    "postgresql:index/role:Role": { gone: "permissions" },

    // What runs.
    "aws:autoscaling/group:Group": { gone: "workloads" },
    "aws:ec2/instance:Instance": { gone: "workloads" },
    "aws:ecs/service:Service": { gone: "workloads", updated: { taskDefinition: "workloads" } },
    "aws:eks/addon:Addon": { gone: "workloads" },
    "aws:eks/fargateProfile:FargateProfile": { gone: "workloads" },
    // https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
    "aws:eks/nodeGroup:NodeGroup": {
        gone: "workloads",
        updated: {
            launchTemplate: "workloads",
            releaseVersion: "workloads",
            scalingConfig: "workloads",
            version: "workloads",
        },
    },
    "aws:lambda/function:Function": { gone: "workloads" },
    "kubernetes:apps/v1:DaemonSet": { gone: "workloads", updated: rollsOut },
    "kubernetes:apps/v1:Deployment": { gone: "workloads", updated: rollsOut },
    "kubernetes:apps/v1:StatefulSet": { gone: "workloads", updated: rollsOut },
    "kubernetes:batch/v1:CronJob": { gone: "workloads" },
    "kubernetes:batch/v1:Job": { gone: "workloads" },
    "kubernetes:core/v1:ConfigMap": { gone: "workloads" },
    "kubernetes:core/v1:Secret": { gone: "workloads" },

    // What records and warns.
    "aws:cloudtrail/trail:Trail": { gone: "monitoring" },
    "aws:cloudwatch/logGroup:LogGroup": { gone: "monitoring" },
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": { gone: "monitoring" },
    "aws:cloudwatch/metricAlarm:MetricAlarm": { gone: "monitoring" },
    "aws:ec2/flowLog:FlowLog": { gone: "monitoring" },
    "aws:sns/topic:Topic": { gone: "monitoring" },
    "aws:s3/bucketPolicy:BucketPolicy": { gone: "monitoring" },
    "aws:sns/topicPolicy:TopicPolicy": { gone: "monitoring" },
    "aws:sns/topicSubscription:TopicSubscription": { gone: "monitoring" },

    // What nothing that runs notices.
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {},
    "aws:ec2/launchTemplate:LaunchTemplate": {},
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {},
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {},
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {},
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {},
    "aws:s3/bucketVersioning:BucketVersioning": {},
    "aws:scheduler/schedule:Schedule": {},
    "aws:scheduler/scheduleGroup:ScheduleGroup": {},
};
