import { cluster } from "./cluster";
import { clusterInstance } from "./clusterInstance";
import { instance } from "./instance";
import { clusterParameterGroup, parameterGroup } from "./parameterGroup";
import { proxy, proxyDefaultTargetGroup, proxyEndpoint } from "./proxy";
import { proxyTarget } from "./proxyTarget";
import { globalCluster } from "./replication";
import { subnetGroup } from "./subnetGroup";

export const rds = [
    cluster,
    clusterInstance,
    clusterParameterGroup,
    globalCluster,
    instance,
    parameterGroup,
    proxy,
    proxyDefaultTargetGroup,
    proxyEndpoint,
    proxyTarget,
    subnetGroup,
];
