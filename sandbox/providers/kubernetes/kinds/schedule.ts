import type { Field } from "../validation/field";
import type { Problems } from "../validation/problems";

interface Bounds {
    readonly min: number;
    readonly max: number;
    readonly names: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** Minute, hour, day of month, month, day of week; a name counts from the lower bound. */
const bounds: readonly Bounds[] = [
    { min: 0, max: 59, names: [] },
    { min: 0, max: 23, names: [] },
    { min: 1, max: 31, names: [] },
    { min: 1, max: 12, names: months },
    { min: 0, max: 6, names: days },
];
const descriptors = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/** A CronJob's schedule: the first error, in the words of robfig/cron, the parser of Kubernetes. */
export function validateSchedule(schedule: Field, problems: Problems): void {
    const text = schedule.text();
    if (text === undefined) {
        return;
    }
    if (text.includes("TZ")) {
        problems.invalid(schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        return;
    }
    const problem = text.startsWith("@") ? descriptorProblem(text) : fieldsProblem(text);
    if (problem !== undefined) {
        problems.invalid(schedule, problem);
    }
}

function descriptorProblem(text: string): string | undefined {
    return descriptors.includes(text) || /^@every ([0-9.]+(h|m|s|ms|us|µs|ns))+$/.test(text)
        ? undefined
        : `unrecognized descriptor: ${text}`;
}

function fieldsProblem(text: string): string | undefined {
    const fields = text.split(/\s+/).filter((each) => each !== "");
    if (fields.length !== bounds.length) {
        return `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
    }
    for (const [index, limits] of bounds.entries()) {
        for (const range of (fields[index] ?? "").split(",").filter((each) => each !== "")) {
            const problem = rangeProblem(range, limits);
            if (problem !== undefined) {
                return problem;
            }
        }
    }
    return undefined;
}

function rangeProblem(range: string, { min, max, names }: Bounds): string | undefined {
    const [span = "", step, ...slashes] = range.split("/");
    const [first = "", second, ...hyphens] = span.split("-");
    if (slashes.length > 0) {
        return `too many slashes: ${range}`;
    }
    if (hyphens.length > 0) {
        return `too many hyphens: ${range}`;
    }
    const whole = first === "*" || first === "?";
    const start = whole ? min : number(first, names, min);
    const end =
        whole || (second === undefined && step !== undefined)
            ? max
            : second === undefined
              ? start
              : number(second, names, min);
    const every = step === undefined ? 1 : number(step, [], 0);
    const unread = [start, end, every].find((each) => typeof each === "string");
    if (typeof start === "string" || typeof end === "string" || typeof every === "string") {
        return String(unread);
    }
    if (start < min) {
        return `beginning of range (${start}) below minimum (${min}): ${range}`;
    }
    if (end > max) {
        return `end of range (${end}) above maximum (${max}): ${range}`;
    }
    if (start > end) {
        return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
    }
    return every === 0 ? `step of range should be a positive number: ${range}` : undefined;
}

/** The number, or the error in it. */
function number(text: string, names: readonly string[], min: number): number | string {
    const named = names.indexOf(text.toLowerCase());
    if (named !== -1) {
        return named + min;
    }
    return /^[0-9]+$/.test(text)
        ? Number(text)
        : `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`;
}
