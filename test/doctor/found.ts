import { diagnose } from "../../doctor/checks/all";
import type { Facts } from "../../doctor/facts";

export interface Found {
    readonly id: string;
    readonly seen: readonly string[];
    readonly breaks: string;
    readonly change: readonly string[];
}

/** What must be changed, with its changes as text. */
export function foundIn(facts: Facts): readonly Found[] {
    return diagnose(facts).flatMap((one) =>
        one.state === "change"
            ? [
                  {
                      id: one.id,
                      seen: one.seen,
                      breaks: one.breaks,
                      change: one.change.map((change) =>
                          "sql" in change
                              ? String(change.sql)
                              : "command" in change
                                ? change.command
                                : `config: ${change.config}`,
                      ),
                  },
              ]
            : [],
    );
}
