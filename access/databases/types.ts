export const CLUSTER = "aws:rds/cluster:Cluster";
export const CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
export const INSTANCE = "aws:rds/instance:Instance";
export const PROXY = "aws:rds/proxy:Proxy";
export const PROXY_ENDPOINT = "aws:rds/proxyEndpoint:ProxyEndpoint";
export const PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget";

/** Types that a connect ARN's resource id can come from. */
export const ENDPOINT_TYPES: readonly string[] = [CLUSTER, INSTANCE, PROXY];
