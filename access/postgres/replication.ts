import { RDS_REPLICATION } from "../../toolkit/serverNames";
import type { Members } from "./members";

/**
 * What lets a login read every change of every table in its databases, whatever its privileges and the tables' policies: the attribute
 * REPLICATION, its own or a role's that it may act as, or RDS' group for it. It needs no replication connection: functions decode a slot.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.FeatureSupport.LogicalReplication.html
 */
export function replicates(members: Members, login: string): string | undefined {
    const attribute = [...members.settable(login).keys()].find((name) => members.role(name)?.replication === true);
    if (attribute !== undefined) {
        return `REPLICATION${attribute === login ? "" : ` of ${attribute}`}`;
    }
    return members.belongs(login).has(RDS_REPLICATION) ? `member of ${RDS_REPLICATION}` : undefined;
}
