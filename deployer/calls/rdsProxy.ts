import type { Rows } from "./row";

const tags = ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"] as const;
/** Proxies, endpoints and target groups have ids in their ARNs, which the provider does not keep for all of them. */
const proxy = "{dbProxyName>aws:rds/proxy:Proxy>arn}";
const targetGroup = "~rds target-group:*";

export const rdsProxy: Rows = {
    "aws:rds/proxy:Proxy": {
        source: "rds/proxy.go",
        self: ["{arn}", "rds db-proxy:*"],
        tags,
        create: [
            ["rds:CreateDBProxy", "*"],
            ["iam:PassRole", "{roleArn}", { service: "rds" }],
        ],
        read: [["rds:DescribeDBProxies rds:ListTagsForResource"]],
        update: [["rds:ModifyDBProxy"], ["iam:PassRole", "{roleArn}", { service: "rds", changed: "roleArn" }]],
        delete: [["rds:DeleteDBProxy rds:DescribeDBProxies"]],
    },
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": {
        source: "rds/proxy_default_target_group.go",
        self: "rds target-group:*",
        create: [["rds:ModifyDBProxyTargetGroup", targetGroup]],
        read: [["rds:DescribeDBProxyTargetGroups", proxy]],
        update: [["rds:ModifyDBProxyTargetGroup", targetGroup]],
        delete: [],
    },
    "aws:rds/proxyTarget:ProxyTarget": {
        source: "rds/proxy_target.go",
        self: targetGroup.slice(1),
        create: [["rds:RegisterDBProxyTargets", targetGroup]],
        read: [["rds:DescribeDBProxyTargets", [proxy, targetGroup]]],
        update: [],
        delete: [
            [
                "rds:DeregisterDBProxyTargets",
                [proxy, targetGroup, "rds cluster:{dbClusterIdentifier}", "rds db:{dbInstanceIdentifier}"],
            ],
        ],
    },
    "aws:rds/proxyEndpoint:ProxyEndpoint": {
        source: "rds/proxy_endpoint.go",
        self: ["{arn}", "rds db-proxy-endpoint:*"],
        tags,
        create: [["rds:CreateDBProxyEndpoint", ["self", proxy]]],
        read: [["rds:DescribeDBProxyEndpoints", ["self", proxy]], ["rds:ListTagsForResource"]],
        update: [["rds:ModifyDBProxyEndpoint"]],
        delete: [["rds:DeleteDBProxyEndpoint"], ["rds:DescribeDBProxyEndpoints", ["self", proxy]]],
    },
};
