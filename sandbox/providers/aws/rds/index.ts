import { cluster } from "./cluster";
import { clusterInstance } from "./clusterInstance";
import { clusterParameterGroup, parameterGroup } from "./parameterGroup";
import { subnetGroup } from "./subnetGroup";

export const rds = [cluster, clusterInstance, clusterParameterGroup, parameterGroup, subnetGroup];
