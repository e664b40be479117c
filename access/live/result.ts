import { type Shown, inLines, padded, quoted, shown } from "../../toolkit/shown";
import type { FromElsewhere } from "./fromElsewhere";
import { elsewhereLines } from "./renderElsewhere";
import { policyText, stateOf, tableName, type ReportedRowSecurity } from "./rowSecurity";
import type { Difference } from "./verify";

/** The result of comparing the computed matrix with one or more servers. */
export interface LiveResult {
    /** Number of cells compared with the catalogs. */
    readonly cells: number;
    /** Number of cells that logins attempted for real. */
    readonly attempts: number;
    readonly differences: readonly Difference[];
    /** Attempts that say nothing about rights: they failed for another reason, such as a trigger. */
    readonly undecided: readonly Omit<Difference, "what">[];
    /** On existing servers: others' logins and rights, which no resource declares. */
    readonly elsewhere: FromElsewhere;
    /** Tables with row-level security, and whose rows of the matrix it filters. */
    readonly rowSecurity: readonly ReportedRowSecurity[];
    /** What changed in it since an earlier result, if one was given. */
    readonly rowSecurityChanges?: readonly string[];
}

/** Further ones add nothing on a screen; the JSON has them all. */
const MOST = 20;

/** One line if everything agrees, else a line for each difference and its reason; then what policies filter. */
export function renderLive(result: LiveResult): Shown {
    const { rowSecurity, rowSecurityChanges: changes } = result;
    const policies =
        rowSecurity.length === 0 ? [] : ["", "rows filtered by policies:", ...rowSecurity.flatMap(tableLines)];
    const changed =
        changes === undefined
            ? []
            : [
                  "",
                  ...(changes.length === 0
                      ? ["no change of row-level security"]
                      : ["changes of row-level security:", ...changes.map((change) => shown`  ${change}`)]),
              ];
    return inLines([comparisonOf(result), ...elsewhereLines(result.elsewhere), ...policies, ...changed]);
}

/** A table's policies, then each identity of the matrix with what they mean to it. */
function tableLines(table: ReportedRowSecurity): Shown[] {
    const names = table.policies.map(({ name }) => name);
    const filter = !table.enabled
        ? "all rows: row security is disabled"
        : names.length === 0
          ? "no rows: row security is enabled without a policy"
          : `rows filtered by ${names.length === 1 ? "policy" : "policies"} ${names.join(", ")}`;
    return [
        shown`  ${tableName(table)}: row security ${stateOf(table)}`,
        ...table.policies.map((policy) => shown`    policy ${policy.name} ${policyText(policy)}`),
        ...table.reach.map(
            ({ identity, login, may, bypass }) =>
                shown`    ${identity} may ${may} it as ${login}: ${bypass === undefined ? filter : `all rows (${bypass})`}`,
        ),
        ...(table.enabled
            ? [
                  shown`    bypassed by ${table.bypassing.map(({ role, why }) => `${role} (${why})`).join(", ") || "no role"}`,
              ]
            : []),
    ];
}

function comparisonOf({ cells, attempts, differences, undecided }: LiveResult): Shown {
    const tried = attempts === 0 ? "" : `, ${attempts} of them tried`;
    const failed = undecided.map(({ server, cell, why }) => shown`  undecided  ${cell} on ${server}: ${quoted(why)}`);
    if (differences.length === 0) {
        return inLines([`computed and real agree in ${cells} cells${tried}`, ...failed.slice(0, MOST)]);
    }
    const lines = differences
        .slice(0, MOST)
        .map(({ server, cell, what, why }) => shown`  ${padded(what, 8)}  ${cell} on ${server}: ${quoted(why)}`);
    const more = differences.length > MOST ? [shown`  and ${differences.length - MOST} more`] : [];
    return inLines([
        `computed and real differ in ${differences.length} of ${cells} cells${tried}:`,
        ...lines,
        ...more,
        ...failed.slice(0, MOST),
    ]);
}
