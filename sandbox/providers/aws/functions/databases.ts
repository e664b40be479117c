import type { Cloud } from "../../../cloud/aws/cloud";
import { DB_CLUSTER, DB_SUBNET_GROUP } from "../../../cloud/aws/tokens";
import { must, text, texts } from "../../../cloud/aws/values";
import type { Props } from "../../../cloud/props";
import type { CloudObject } from "../../../cloud/store";
import { refuse } from "../declaring/declaration";
import { resultsOf } from "../declaring/schema";
import { locateInstance } from "../rds/locate";
import { locateProxy } from "../rds/proxy";
import { placesOf } from "../ec2/subnet";
import type { DataSource } from "./dataSource";

const CLUSTER = "aws:rds/getCluster:getCluster";
const INSTANCE = "aws:rds/getInstance:getInstance";
const PROXY = "aws:rds/getProxy:getProxy";
const SUBNET_GROUP = "aws:rds/getSubnetGroup:getSubnetGroup";

/**
 * Databases that exist. The answers have exactly what the provider's data sources set, which is less than the resources' outputs: that of
 * an instance does not say whether IAM authentication is on.
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/cluster_data_source.go,
 * instance_data_source.go, proxy_data_source.go and subnet_group_data_source.go there
 */
export const databases: Readonly<Record<string, DataSource>> = {
    [CLUSTER]: (args, cloud) => {
        const id = must(args, "clusterIdentifier");
        const found = cloud.find(DB_CLUSTER, id) ?? refuse(`reading RDS Cluster (${id}): couldn't find resource`);
        return answer(CLUSTER, found.id, {
            ...found.state,
            // The engine's running version, as DescribeDBClusters returns it.
            engineVersion: text(found.state, "engineVersionActual") ?? must(found.state, "engineVersion"),
        });
    },
    [INSTANCE]: (args, cloud) => {
        const { state } =
            locateInstance(must(args, "dbInstanceIdentifier"), cloud) ?? refuse("no matching RDS DB Instance found");
        const identifier = must(state, "identifier");
        return answer(INSTANCE, identifier, {
            ...state,
            dbInstanceArn: must(state, "arn"),
            dbInstanceClass: must(state, "instanceClass"),
            dbInstanceIdentifier: identifier,
            dbSubnetGroup: must(state, "dbSubnetGroupName"),
            engineVersion: text(state, "engineVersionActual") ?? must(state, "engineVersion"),
            masterUsername: must(state, "username"),
            vpcSecurityGroups: texts(state, "vpcSecurityGroupIds"),
        });
    },
    [PROXY]: (args, cloud) => {
        const name = must(args, "name");
        const { state } = locateProxy(name, cloud) ?? refuse(`reading RDS DB Proxy (${name}): couldn't find resource`);
        return answer(PROXY, name, { ...state, vpcId: networkOf(texts(state, "vpcSubnetIds"), cloud) });
    },
    [SUBNET_GROUP]: (args, cloud) => {
        const found: CloudObject =
            cloud.find(DB_SUBNET_GROUP, must(args, "name")) ?? refuse("no matching RDS DB Subnet Group found");
        return answer(SUBNET_GROUP, found.id, { ...found.state, status: "Complete" });
    },
};

function answer(token: string, id: string, state: Props): Props {
    const results = [...resultsOf(token)].flatMap(([name, empty]) => {
        const value = state[name] ?? empty;
        return value === undefined ? [] : [[name, value] as const];
    });
    return { ...(Object.fromEntries(results) as Props), id };
}

function networkOf(subnetIds: readonly string[], cloud: Cloud): string {
    return [...placesOf(subnetIds, cloud).vpcs][0] ?? "";
}
