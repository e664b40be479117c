import { copyable } from "../toolkit/copyable";
import { type Shown, inLines, padded, row, shown } from "../toolkit/shown";
import { type Change, type Finding, GROUPS } from "./finding";

const STATES = { fine: "fine", change: "TO CHANGE", unchecked: "not checked" } as const;

/** Lines of one kind that are shown; `--json` prints all. */
const MOST = 8;

/** A table of all answers, and below it what must be changed. */
export function renderFindings(findings: readonly Finding[]): Shown {
    const widths = [
        Math.max(...GROUPS.map((group) => group.length)),
        Math.max(...Object.values(STATES).map((state) => state.length)),
    ] as const;
    const table = GROUPS.flatMap((group) => findings.filter((one) => one.group === group)).map((one) =>
        row([padded(one.group, widths[0]), padded(STATES[one.state], widths[1]), shown`${one.what}: ${firstOf(one)}`]),
    );
    const changes = findings.flatMap((one) => (one.state === "change" ? ["", details(one)] : []));
    return inLines([...table, ...changes, "", summary(findings)]);
}

function firstOf(finding: Finding): string {
    if (finding.state === "unchecked") {
        return finding.reason;
    }
    const [first = "", ...more] = finding.seen;
    return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}

function details({ id, what, why, seen, breaks, change }: Extract<Finding, { state: "change" }>): Shown {
    return inLines([
        shown`${id}: ${what}`,
        ...most(seen).map((one) => shown`  seen    ${one}`),
        shown`  why     ${why}`,
        shown`  breaks  ${breaks}`,
        ...most(change.map(lineOf)).map((one) => shown`  change  ${one}`),
    ]);
}

function most<T>(lines: readonly T[]): readonly (T | string)[] {
    return lines.length <= MOST ? lines : [...lines.slice(0, MOST), `… and ${lines.length - MOST} more (--json)`];
}

function lineOf(change: Change): Shown {
    if ("sql" in change) {
        return shown`${copyable(change.sql)}  -- in ${change.database}`;
    }
    return "command" in change ? shown`${change.command}` : shown`${change.config}`;
}

function summary(findings: readonly Finding[]): string {
    const count = (state: Finding["state"]) => findings.filter((one) => one.state === state).length;
    return `${count("fine")} fine, ${count("change")} to change, ${count("unchecked")} not checked`;
}
