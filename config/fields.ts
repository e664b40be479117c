import { z } from "zod";
import { pathOf, type Problem } from "./problems";

/** What a single value of the config must be, in words that its reader can act on. */
export interface Rule<T> {
    readonly allowed: string;
    readonly fix: string;
    /** Says what is wrong with a value of the right type, or nothing. */
    readonly wrong?: (given: T) => string | undefined;
}

/** A text: YAML's unquoted numbers are refused, with the reason, because `1.30` would arrive as `1.3`. */
export function text(rule: Rule<string>) {
    return leaf((given): given is string => typeof given === "string", "a text", rule);
}

/** A number within bounds that `wrong` tells. */
export function number(rule: Rule<number>) {
    return leaf((given): given is number => typeof given === "number" && Number.isFinite(given), "a number", rule);
}

/** A whole number from `min` to `max`. */
export function count(min: number, max: number, fix: string) {
    const allowed = `a whole number from ${min} to ${max}`;
    return number({ allowed, fix, wrong: (given) => (Number.isInteger(given) && given >= min && given <= max ? undefined : `not ${allowed}`) });
}

export function flag(fix: string) {
    return leaf((given): given is boolean => typeof given === "boolean", "true or false", { allowed: "true or false", fix });
}

/** One of a few words. */
export function choice<T extends string>(words: readonly [T, ...T[]], fix: string) {
    const allowed = words.join(", ");
    return leaf((given): given is T => words.some((word) => word === given), `one of ${allowed}`, { allowed, fix });
}

/** A group of keys; a key that is not in it is a problem. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
    return z.strictObject(shape, { error: () => Object.keys(shape).join(", ") });
}

export function list<Item extends z.ZodType>(item: Item, allowed: string) {
    return z.array(item, { error: () => allowed });
}

function leaf<T>(is: (given: unknown) => given is T, kind: string, rule: Rule<T>) {
    return z.unknown().transform((given, context): T => {
        const wrong = given === undefined ? "missing" : is(given) ? rule.wrong?.(given) : `not ${kind}`;
        if (is(given) && wrong === undefined) {
            return given;
        }
        context.issues.push({ code: "custom", input: given, params: { wrong, allowed: rule.allowed, fix: rule.fix } });
        return z.NEVER;
    });
}

/** What zod found, told in our words. `values` is what was parsed. */
export function problemsOf(error: z.ZodError, values: unknown): Problem[] {
    return error.issues.flatMap((issue) => {
        const at = (keys: readonly PropertyKey[]) => ({ path: pathOf(keys), given: lookUp(values, keys) });
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => ({
                ...at([...issue.path, key]),
                wrong: "unknown key",
                allowed: issue.message,
                fix: `remove it, or write ${closest(key, issue.message.split(", "))} if that is what was meant`,
            }));
        }
        if (issue.code === "custom") {
            const { wrong, allowed, fix } = issue.params as Pick<Problem, "wrong" | "allowed" | "fix">;
            return [{ ...at(issue.path), wrong, allowed, fix }];
        }
        const isList = issue.code === "invalid_type" && issue.expected === "array";
        const allowed = isList ? issue.message : `the keys ${issue.message}`;
        const problem = at(issue.path);
        const wrong = problem.given === undefined ? "missing" : isList ? "not a list" : "not a group of keys";
        return [{ ...problem, wrong, allowed, fix: `write ${allowed}` }];
    });
}

function lookUp(values: unknown, keys: readonly PropertyKey[]): unknown {
    return keys.reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined), values);
}

function closest(word: string, words: readonly string[]): string {
    return words.reduce((best, candidate) => (distance(word, candidate) < distance(word, best) ? candidate : best), words[0] ?? "");
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (const [i, letter] of [...a].entries()) {
        const next = [i + 1];
        for (const [j, other] of [...b].entries()) {
            next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
        }
        row = next;
    }
    return row[b.length] ?? 0;
}
