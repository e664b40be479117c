import type { Sql } from "../toolkit/sql";
import type { Facts, Known } from "./facts";

export const GROUPS = ["aws", "kubernetes", "database"] as const;
export type Group = (typeof GROUPS)[number];

/** One thing to do: a command of a shell, a statement in a database, or a change of the config in words. */
export type Change =
    { readonly command: string } | { readonly sql: Sql; readonly database: string } | { readonly config: string };

export type Outcome =
    | { readonly state: "fine"; readonly seen: readonly string[] }
    | { readonly state: "unchecked"; readonly reason: string }
    | {
          readonly state: "change";
          readonly seen: readonly string[];
          /** What stops working when the change is made. */
          readonly breaks: string;
          readonly change: readonly Change[];
      };

/** One question about what is there. */
export interface Check {
    readonly id: string;
    readonly group: Group;
    readonly what: string;
    /** Why it matters. */
    readonly why: string;
    readonly judge: (facts: Facts) => Outcome;
}

/** A check's answer; what `keyless doctor --json` prints. */
export type Finding = Omit<Check, "judge"> & Outcome;

export function fine(...seen: readonly string[]): Outcome {
    return { state: "fine", seen };
}

export function unchecked(reason: string): Outcome {
    return { state: "unchecked", reason };
}

/** Judges values that are all known; the first that is not says why nothing can be judged. */
export function judged<T extends readonly unknown[]>(
    values: readonly [...{ [K in keyof T]: Known<T[K]> }],
    judge: (...values: T) => Outcome,
): Outcome {
    const missing = values.find((one): one is { readonly unknown: string } => "unknown" in one);
    if (missing !== undefined) {
        return unchecked(missing.unknown);
    }
    return judge(...(values.map((one) => (one as { readonly value: unknown }).value) as unknown as T));
}

export function command(text: TemplateStringsArray, ...values: readonly (string | number)[]): Change {
    return { command: text.map((part, index) => part + quoted(values[index] ?? "")).join("") };
}

/** A word of a POSIX shell. */
function quoted(value: string | number): string {
    const word = String(value);
    return /^[\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
