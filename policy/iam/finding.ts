import type { Request } from "./request";
import type { Subject } from "./subject";

/** The result for one principal of one statement. */
export interface Finding {
    readonly subjects: readonly Subject[];
    /** Why other subjects are also trusted, each with a counterexample; empty if only the listed ones are. */
    readonly faults: readonly Fault[];
    /** Unknown facts that decide the result. */
    readonly open: readonly Open[];
    /** What holds, but not through the document alone. */
    readonly advice: readonly Advice[];
}

export interface Fault {
    /** A principal that the statement trusts without naming it, and that meets all its conditions. */
    readonly counterexample: string;
    /**
     * The counterexample as a request; absent if a condition is not known yet, or no request was found that meets all.
     */
    readonly request?: Request;
    /** What is wrong. */
    readonly reason: string;
    /** What to write instead. */
    readonly fix: string;
}

/**
 * An unknown fact: a part of the document, whether an account belongs to the organisation, or which audiences a
 * provider lists.
 */
export type Open =
    | { readonly kind: "value" }
    | { readonly kind: "account"; readonly account: string }
    | { readonly kind: "audience"; readonly provider: string };

/** What holds because of something outside the document, and the change that makes the document sufficient. */
export interface Advice {
    readonly reason: string;
    readonly fix: string;
}

/** Creates a finding; omitted parts are empty. */
export function finding(parts: Partial<Finding> = {}): Finding {
    return { subjects: [], faults: [], open: [], advice: [], ...parts };
}

/** A part of the document that is not known yet. */
export const unknownValue: Open = { kind: "value" };

/** Replaces a counterexample if none was found: the conditions contradict each other, or have no values. */
export const ANY_PRINCIPAL = "any principal that meets its conditions";
