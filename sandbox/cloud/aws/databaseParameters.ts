import type { CloudObject, Store } from "../store";
import { CLUSTER_PARAMETER_GROUP, DB_CLUSTER, PARAMETER_GROUP } from "./tokens";
import { records, text } from "./values";

/** The parameters in the group of a database, by name; those that the group leaves at their default are absent. */
export function parametersOf(store: Pick<Store, "list">, { type, state, region, account }: CloudObject) {
    const [groups, property] =
        type === DB_CLUSTER
            ? [CLUSTER_PARAMETER_GROUP, "dbClusterParameterGroupName"]
            : [PARAMETER_GROUP, "parameterGroupName"];
    const group = store.list(groups, { region, account }).find(({ id }) => id === text(state, property));
    return new Map(
        records(group?.state ?? {}, "parameters").map((each) => [text(each, "name") ?? "", text(each, "value") ?? ""]),
    );
}

/** What the parameters say about replication. */
export interface ReplicationParameters {
    /** `rds.logical_replication`: the server's log contains what logical decoding needs. */
    readonly logical: boolean;
    /**
     * Whether tokens are accepted for replication connections: both parameters are required.
     * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Replication.Logical.IAM-auth.html
     */
    readonly tokens: boolean;
}

export function replicationOf(parameters: ReadonlyMap<string, string>): ReplicationParameters {
    const logical = parameters.get("rds.logical_replication") === "1";
    return { logical, tokens: logical && parameters.get("rds.iam_auth_for_replication") === "1" };
}
