import { type Changes, type RunLog, shortName } from "../../sandbox/run/events";
import { quoted, shown } from "../../toolkit/shown";
import { tell } from "../../toolkit/terminal";

/** The changes in words: `3 created, 1 updated, 120 unchanged`. */
export function describeChanges({ create, update, delete: remove, replace, same }: Changes): string {
    const counts: [number, string][] = [
        [create, "created"],
        [update, "updated"],
        [replace, "replaced"],
        [remove, "deleted"],
    ];
    const changed = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
    return changed.length === 0 ? `nothing changed (${same} resources)` : [...changed, `${same} unchanged`].join(", ");
}

/** Prints a run's errors, warnings and policy advice to standard error. */
export function tellProblems({ violations, advice, errors, warnings }: RunLog): void {
    for (const { rule, resource, message } of violations) {
        tell(shown`\npolicy ${rule} refuses ${shortName(resource)}:\n  ${quoted(message)}`);
    }
    // The engine repeats each violation as an error.
    for (const error of errors) {
        tell(shown`\nerror: ${quoted(error)}`);
    }
    for (const warning of warnings) {
        tell(shown`\nwarning: ${quoted(warning)}`);
    }
    for (const each of advice) {
        tell(shown`\nadvice: ${quoted(each)}`);
    }
}
