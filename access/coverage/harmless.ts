/**
 * Providers that reach neither the account, nor a cluster, nor a database, nor run programs on whoever deploys. Every
 * other provider may.
 */
export const HARMLESS_PROVIDERS: ReadonlySet<string> = new Set([
    ...["random", "tls", "time", "std", "archive", "cloudinit", "http", "pulumi"],
    ...["datadog", "newrelic", "pagerduty", "opsgenie", "sentry"],
]);

/** Types that give nobody access to a database's data, `*` for any text: networks, logs, alarms, queues, names, certificates. */
export const HARMLESS_TYPES: readonly string[] = [
    ...services("aws:", [
        ...["accessanalyzer", "acm", "alb", "apigateway", "apigatewayv2", "appautoscaling", "appmesh", "budgets", "cloudfront"],
        ...["cloudtrail", "cloudwatch", "costexplorer", "dax", "detective", "directconnect", "dynamodb", "ebs", "ec2clientvpn", "ec2transitgateway"],
        ...["ecr", "ecrpublic", "efs", "elasticache", "elasticsearch", "elb", "fsx", "globalaccelerator", "guardduty", "inspector", "inspector2", "kinesis"],
        ...["lb", "macie", "macie2", "memorydb", "mq", "msk", "networkfirewall", "networkmanager", "opensearch", "resourcegroups", "route53", "route53domains"],
        ...["route53recoverycontrol", "route53recoveryreadiness", "s3", "s3control", "s3outposts", "schemas", "securityhub", "servicediscovery"],
        ...["servicequotas", "ses", "sesv2", "shield", "sns", "sqs", "vpc", "vpclattice", "waf", "wafregional", "wafv2", "xray"],
    ]),
    ...types("aws:cfg/", ["aggregateAuthorization", "configurationAggregator", "deliveryChannel", "recorder*", "retentionConfiguration", "rule"]),
    ...types("aws:autoscaling/", ["attachment", "group", "lifecycleHook", "notification", "policy", "schedule", "tag", "trafficSourceAttachment"]),
    ...types("aws:backup/", ["framework", "globalSettings", "regionSettings", "reportPlan", "selection", "vault", "vaultLockConfiguration", "vaultNotifications"]),
    ...types("aws:ec2/", [
        ...["ami*", "availabilityZoneGroup", "capacityReservation", "carrierGateway", "customerGateway", "default*", "dedicatedHost", "egressOnlyInternetGateway"],
        ...["eip*", "encryptionByDefault", "flowLog", "internetGateway*", "keyPair", "localGateway*", "mainRouteTableAssociation", "managedPrefixList*"],
        ...["natGateway*", "network*", "peeringConnectionOptions", "placementGroup", "route*", "securityGroup*", "serialConsoleAccess", "subnet*", "tag"],
        ...["trafficMirror*", "volumeAttachment", "vpc*", "vpn*"],
    ]),
    ...types("aws:ecs/", ["accountSettingDefault", "capacityProvider", "cluster", "clusterCapacityProviders", "tag"]),
    ...types("aws:eks/", ["fargateProfile"]),
    ...types("aws:iam/", [
        ...["accountAlias", "accountPasswordPolicy", "groupPoliciesExclusive", "organizationsFeatures", "rolePoliciesExclusive"],
        ...["securityTokenServicePreferences", "serverCertificate", "serviceLinkedRole", "signingCertificate", "sshKey"],
        ...["userPoliciesExclusive", "virtualMfaDevice"],
    ]),
    ...types("aws:kms/", ["alias", "key", "replicaKey"]),
    ...types("aws:lambda/", ["alias", "codeSigningConfig", "eventSourceMapping", "functionEventInvokeConfig", "functionRecursionConfig", "functionScalingConfig"]),
    ...types("aws:lambda/", ["layerVersion", "provisionedConcurrencyConfig", "runtimeManagementConfig"]),
    ...types("aws:organizations/", ["account", "awsServiceAccess", "organization", "organizationalUnit", "policy", "policyAttachment", "tag"]),
    ...types("aws:rds/", ["certificate", "clusterEndpoint", "eventSubscription", "instanceDesiredState", "optionGroup"]),
    ...types("aws:rds/", ["proxyEndpoint", "reservedInstance"]),
    ...types("aws:scheduler/", ["scheduleGroup"]),
    ...types("aws:secretsmanager/", ["secretVersion", "tag"]),
    ...types("aws:ssm/", ["defaultPatchBaseline", "parameter", "patchBaseline", "patchGroup", "resourceDataSync"]),
    ...types("aws:ssoadmin/", ["permissionsBoundaryAttachment"]),
    ...["certificatemanager", "cloudfront", "cloudtrail", "cloudwatch", "dynamodb", "ecr", "elasticache", "elasticloadbalancingv2", "kinesis", "logs"].map((name) => `aws-native:${name}:*`),
    ...["route53", "s3", "sns", "sqs", "wafv2"].map((name) => `aws-native:${name}:*`),
    ...["Eip*", "EgressOnlyInternetGateway", "FlowLog", "InternetGateway", "NatGateway", "NetworkAcl*", "PrefixList", "RouteTable", "Subnet*", "TransitGateway*", "Vpc*"].map((type) => `aws-native:ec2:${type}`),
    ...["kms:Alias", "kms:Key", "rds:DbClusterParameterGroup", "rds:DbParameterGroup", "rds:DbProxyEndpoint", "rds:EventSubscription", "rds:OptionGroup", "secretsmanager:Secret"].map((type) => `aws-native:${type}`),
    ...["Endpoints", "Event", "LimitRange", "PersistentVolumeClaim", "PodTemplate", "ResourceQuota", "Secret", "Service"].map((type) => `kubernetes:core/v1:${type}`),
    ...["autoscaling", "coordination.k8s.io", "discovery.k8s.io", "networking.k8s.io", "node.k8s.io", "policy", "scheduling.k8s.io", "storage.k8s.io"].map((group) => `kubernetes:${group}/*`),
    ...["kubernetes:apps/v1:ControllerRevision", "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"],
];

/** Extensions whose functions reach nothing outside the database, and no data that their caller may not read. */
export const HARMLESS_EXTENSIONS: ReadonlySet<string> = new Set([
    ...["amcheck", "bloom", "bool_plperl", "btree_gin", "btree_gist", "citext", "cube", "dict_int", "dict_xsyn", "earthdistance", "fuzzystrmatch", "h3-pg"],
    ...["hll", "hstore", "intagg", "intarray", "ip4r", "isn", "ltree", "pg_hint_plan", "pg_prewarm", "pg_stat_statements", "pg_trgm", "pgaudit", "pgcrypto"],
    ...["pgrowlocks", "pgstattuple", "pg_buffercache", "pg_freespacemap", "pg_visibility", "plpgsql", "plv8", "postgis", "postgis_raster", "postgis_topology"],
    ...["prefix", "rdkit", "seg", "sslinfo", "tablefunc", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector"],
]);

function services(prefix: string, names: readonly string[]): readonly string[] {
    return names.map((name) => `${prefix}${name}/*`);
}

function types(prefix: string, names: readonly string[]): readonly string[] {
    return names.map((name) => `${prefix}${name}:*`);
}
