import { z } from "zod";
import { pathOf, type Problem } from "./problems";

declare module "zod" {
    /** What the reference says about a key in addition to its description, type and default. */
    interface GlobalMeta {
        examples?: readonly unknown[];
        /** What a number counts. */
        unit?: string;
        /** The values allowed, in words. */
        allowed?: string;
        /** What applies without the key, if that is not a single value. */
        absent?: string;
        /** A page of docs/ that says more. */
        more?: string;
    }
}

/** The rule for a single config value, in words that the user can act on. */
export interface ValueRule<T> {
    readonly allowed: string;
    readonly example?: T;
    /** The fix for a wrong value, unless it is to write one like the example. */
    readonly fix?: string;
    /** Says what is wrong with a value of the right type, or nothing. */
    readonly wrong?: (given: T) => string | undefined;
}

/** A text: YAML's unquoted numbers are refused, with the reason, because `1.30` would arrive as `1.3`. */
export function text(rule: ValueRule<string>) {
    return leaf((given): given is string => typeof given === "string", "a text", rule).meta({ type: "string" });
}

/** A text that matches a pattern; editors check it too. */
export function matching(
    pattern: RegExp,
    { wrong, ...rule }: Omit<ValueRule<string>, "wrong"> & { readonly wrong: string },
) {
    return text({ ...rule, wrong: (given) => (pattern.test(given) ? undefined : wrong) }).meta({
        pattern: pattern.source,
    });
}

/** One of a few numbers. */
export function oneOf(
    numbers: readonly number[],
    { wrong, ...rule }: { readonly wrong: string; readonly fix: string },
) {
    const wrongOf = (given: number) => (numbers.includes(given) ? undefined : wrong);
    return number({ ...rule, allowed: numbers.join(", "), wrong: wrongOf }).meta({ enum: numbers });
}

/** A whole number from `min` to `max`. */
export function count(min: number, max: number, fix: string) {
    const allowed = `a whole number from ${min} to ${max}`;
    const wrong = (given: number) =>
        Number.isInteger(given) && given >= min && given <= max ? undefined : `not ${allowed}`;
    return number({ allowed, fix, wrong }).meta({ type: "integer", minimum: min, maximum: max });
}

export function number(rule: ValueRule<number>) {
    const is = (given: unknown): given is number => typeof given === "number" && Number.isFinite(given);
    return leaf(is, "a number", rule).meta({ type: "number" });
}

export function flag(fix: string) {
    const rule = { allowed: "true or false", fix };
    return leaf((given): given is boolean => typeof given === "boolean", rule.allowed, rule).meta({ type: "boolean" });
}

/** One of a few words. */
export function choice<T extends string>(words: readonly [T, ...T[]], fix: string) {
    const allowed = words.join(", ");
    const is = (given: unknown): given is T => words.some((word) => word === given);
    return leaf(is, `one of ${allowed}`, { allowed, fix }).meta({ type: "string", enum: words });
}

type KeysOf<T> = T extends unknown ? keyof T & string : never;

/**
 * A field for each key of a component's entry, and for the keys that only the config has. Written after a shape as
 * `satisfies FieldsOf<…>`, it makes a key that stands in one of the two alone a compile error.
 */
export type FieldsOf<Entry, Own extends string = never> = Readonly<Record<KeysOf<Entry> | Own, z.ZodType>>;

/** Why a key cannot be, for one that people look for. */
export type Impossible = Readonly<Record<string, Pick<Problem, "wrong" | "allowed" | "fix">>>;

/** A group of keys; any other key is a problem, which says why if it is one of `impossible`. */
export function section<Shape extends z.ZodRawShape>(shape: Shape, impossible?: Impossible) {
    const own = z.strictObject(shape, { error: () => Object.keys(shape).join(", ") });
    return impossible === undefined
        ? own
        : own.check(({ issues }) =>
              issues.forEach((issue) => {
                  if (issue.code === "unrecognized_keys" && (issue.path ?? []).length === 0) {
                      Object.assign(issue, { impossible });
                  }
              }),
          );
}

/** One of two groups of keys, of which only the second has `key`. */
export function either<A extends z.ZodType, B extends z.ZodType>(without: A, withKey: B, key: string) {
    // A union takes a form whose only issues are unknown keys for the one that is meant; with the key, it is not.
    const apart = without.check(({ issues }) => {
        for (const issue of issues) {
            const own = issue.path === undefined || issue.path.length === 0;
            if (issue.code === "unrecognized_keys" && own && issue.keys.includes(key)) {
                Object.assign(issue, { continue: false });
            }
        }
    });
    return z.union([apart, withKey], { error: () => key });
}

export function list<Item extends z.ZodType>(item: Item, allowed: string) {
    return z.array(item, { error: () => allowed });
}

function leaf<T>(is: (given: unknown) => given is T, kind: string, rule: ValueRule<T>) {
    const { allowed, example, fix = `write one like ${String(example)}` } = rule;
    const examples = example === undefined ? {} : { examples: [example] };
    return z
        .custom<T>()
        .check(({ value: given, issues }) => {
            const wrong = given === undefined ? "missing" : is(given) ? rule.wrong?.(given) : `not ${kind}`;
            if (wrong !== undefined) {
                issues.push({ code: "custom", input: given, params: { wrong, allowed, fix } });
            }
        })
        .meta({ allowed, ...examples });
}

/** Translates zod's issues into problems. `values` is what was parsed. */
export function problemsOf(error: Pick<z.ZodError, "issues">, values: unknown): Problem[] {
    return error.issues.flatMap((issue) => toProblems(issue, values));
}

function toProblems(issue: z.core.$ZodIssue, values: unknown): Problem[] {
    const at = (keys: readonly PropertyKey[]) => ({ path: pathOf(keys), given: lookUp(values, keys) });
    const problem = at(issue.path);
    if (issue.code === "invalid_union") {
        const hasKey = lookUp(problem.given, [issue.message]) !== undefined;
        const inner = issue.errors[hasKey ? 1 : 0] ?? [];
        return inner.flatMap((one) => toProblems({ ...one, path: [...issue.path, ...one.path] }, values));
    }
    if (issue.code === "unrecognized_keys") {
        const { impossible = {} } = issue as { readonly impossible?: Impossible };
        return issue.keys.map((key) => ({
            ...at([...issue.path, key]),
            ...(impossible[key] ?? {
                wrong: "unknown key",
                allowed: issue.message,
                fix: `remove it, or write ${closest(key, issue.message.split(", "))} if you meant that`,
            }),
        }));
    }
    if (issue.code === "custom") {
        const { wrong, allowed, fix } = issue.params as Pick<Problem, "wrong" | "allowed" | "fix">;
        return [{ ...problem, wrong, allowed, fix }];
    }
    const isList = issue.code === "invalid_type" && issue.expected === "array";
    const allowed = isList ? issue.message : `the keys ${issue.message}`;
    const wrong = problem.given === undefined ? "missing" : isList ? "not a list" : "not a group of keys";
    return [{ ...problem, wrong, allowed, fix: `write ${allowed}` }];
}

function lookUp(values: unknown, keys: readonly PropertyKey[]): unknown {
    return keys.reduce<unknown>(
        (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
        values,
    );
}

function closest(word: string, words: readonly string[]): string {
    return words.reduce(
        (best, candidate) => (distance(word, candidate) < distance(word, best) ? candidate : best),
        words[0] ?? "",
    );
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
