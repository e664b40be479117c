import type { Call } from "./row";

/** The API calls of each data source; the source as in {@link Row}. */
interface Lookup {
    readonly source: string;
    readonly calls: readonly Call[];
}

const none = { source: "meta", calls: [] };

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: "No permissions are required" */
export const functions: Readonly<Record<string, Lookup>> = {
    "aws:index/getCallerIdentity:getCallerIdentity": { source: "sts/caller_identity_data_source.go", calls: [] },
    "aws:index/getPartition:getPartition": none,
    "aws:index/getRegion:getRegion": none,
    "aws:index/getAvailabilityZones:getAvailabilityZones": {
        source: "ec2/ec2_availability_zones_data_source.go",
        calls: [["ec2:DescribeAvailabilityZones", "*"]],
    },
    "aws:iam/getSessionContext:getSessionContext": {
        source: "iam/session_context_data_source.go",
        calls: [["iam:GetRole", "{caller}"]],
    },
    "aws:eks/getAccessEntry:getAccessEntry": {
        source: "eks/access_entry_data_source.go",
        calls: [["eks:DescribeAccessEntry", "eks access-entry/{clusterName}/*"]],
    },
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": {
        source: "iam/openid_connect_provider_data_source.go",
        calls: [
            ["iam:ListOpenIDConnectProviders", "*"],
            ["iam:GetOpenIDConnectProvider", "iam oidc-provider/*"],
        ],
    },
    "aws:ec2/getVpc:getVpc": {
        source: "ec2/vpc_data_source.go",
        calls: [
            ["ec2:DescribeVpcs ec2:DescribeRouteTables", "*"],
            ["ec2:DescribeVpcAttribute", "ec2 vpc/{id}"],
        ],
    },
    "aws:ec2/getSubnet:getSubnet": { source: "ec2/vpc_subnet_data_source.go", calls: [["ec2:DescribeSubnets", "*"]] },
    "aws:ec2/getSubnets:getSubnets": {
        source: "ec2/vpc_subnets_data_source.go",
        calls: [["ec2:DescribeSubnets", "*"]],
    },
    "aws:ec2/getRouteTables:getRouteTables": {
        source: "ec2/vpc_route_tables_data_source.go",
        calls: [["ec2:DescribeRouteTables", "*"]],
    },
    "aws:ec2/getRouteTable:getRouteTable": {
        source: "ec2/vpc_route_table_data_source.go",
        calls: [["ec2:DescribeRouteTables", "*"]],
    },
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": {
        source: "ec2/vpc_endpoint_data_source.go",
        calls: [["ec2:DescribeVpcEndpoints ec2:DescribePrefixLists", "*"]],
    },
    "aws:ec2/getSecurityGroup:getSecurityGroup": {
        source: "ec2/vpc_security_group_data_source.go",
        calls: [["ec2:DescribeSecurityGroups", "*"]],
    },
    "aws:cloudwatch/getLogGroup:getLogGroup": {
        source: "logs/group_data_source.go",
        calls: [
            ["logs:DescribeLogGroups", "*"],
            ["logs:ListTagsForResource", "logs log-group:{name}*"],
        ],
    },
    "aws:iam/getRole:getRole": { source: "iam/role_data_source.go", calls: [["iam:GetRole", "iam role/{name}"]] },
    "aws:iam/getPolicy:getPolicy": {
        source: "iam/policy_data_source.go",
        calls: [["iam:GetPolicy iam:GetPolicyVersion", "{arn}"]],
    },
    "aws:kms/getAlias:getAlias": { source: "kms/alias_data_source.go", calls: [["kms:ListAliases", "*"]] },
    "aws:eks/getCluster:getCluster": {
        source: "eks/cluster_data_source.go",
        calls: [["eks:DescribeCluster", "eks cluster/{name}"]],
    },
    "aws:eks/getAddon:getAddon": {
        source: "eks/addon_data_source.go",
        calls: [["eks:DescribeAddon", "eks addon/{clusterName}/{addonName}/*"]],
    },
    "aws:eks/getAddonVersion:getAddonVersion": {
        source: "eks/addon_version_data_source.go",
        calls: [["eks:DescribeAddonVersions", "*"]],
    },
    "aws:rds/getEngineVersion:getEngineVersion": {
        source: "rds/engine_version_data_source.go",
        calls: [["rds:DescribeDBEngineVersions", "*"]],
    },
    // Tags come with the same answers.
    "aws:rds/getCluster:getCluster": {
        source: "rds/cluster_data_source.go",
        calls: [["rds:DescribeDBClusters", "rds cluster:{clusterIdentifier}"]],
    },
    "aws:rds/getInstance:getInstance": {
        source: "rds/instance_data_source.go",
        calls: [["rds:DescribeDBInstances", "rds db:{dbInstanceIdentifier}"]],
    },
    "aws:rds/getProxy:getProxy": {
        source: "rds/proxy_data_source.go",
        calls: [["rds:DescribeDBProxies", "*"]],
    },
    "aws:rds/getSubnetGroup:getSubnetGroup": {
        source: "rds/subnet_group_data_source.go",
        calls: [["rds:DescribeDBSubnetGroups", "rds subgrp:{name}"]],
    },
    "aws:ssoadmin/getInstances:getInstances": {
        source: "ssoadmin/instances_data_source.go",
        calls: [["sso:ListInstances", "*"]],
    },
    "aws:ssm/getParameter:getParameter": {
        source: "ssm/parameter_data_source.go",
        calls: [["ssm:GetParameter", "ssm parameter{name}"]],
    },
};
