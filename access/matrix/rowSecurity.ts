import type { FilteredReach, ReportedRowSecurity, RowSecurity } from "../live/rowSecurity";
import { LEVEL_VERBS } from "../model/level";
import type { AccessModel } from "./model";

/** Each table with the identities of the matrix that reach it: some filtered by its policies, others not. */
export function rowSecurityIn(
    { cells }: Pick<AccessModel, "cells">,
    server: string,
    tables: readonly RowSecurity[],
): readonly ReportedRowSecurity[] {
    return tables.map((table) => {
        const reasons = new Map(table.bypassing.map(({ role, why }) => [role, why]));
        const here = cells.filter(
            ({ datum }) =>
                datum.server === server &&
                datum.database === table.database &&
                datum.schema === table.schema &&
                datum.kind === "table" &&
                datum.name === table.table,
        );
        const reach = here.flatMap(({ identity, paths }) =>
            paths.map(({ chain, level }): FilteredReach => ({
                identity: identity.label,
                login: chain.login,
                may: LEVEL_VERBS[level],
                bypass: reasons.get(chain.login),
            })),
        );
        const once = new Map(reach.map((one) => [JSON.stringify(one), one]));
        return { ...table, server, reach: [...once.values()] };
    });
}
