import type { Request } from "./request";
import type { Subject } from "./subject";

/** What one principal of one statement comes to. */
export interface Finding {
    readonly subjects: readonly Subject[];
    /** Why more than the listed may come in, each with one who would; empty when nobody else may. */
    readonly faults: readonly Fault[];
    /** What is not known and decides it. */
    readonly open: readonly Open[];
    /** What holds, but not by the document alone. */
    readonly advice: readonly Advice[];
}

export interface Fault {
    /** Somebody whom the statement lets in and does not name, within all its conditions. */
    readonly counterexample: string;
    /**
     * The same as a request; absent where a condition is not known yet, or where nothing was found to meet them all.
     */
    readonly request?: Request;
    /** What is wrong. */
    readonly reason: string;
    /** What to write instead. */
    readonly fix: string;
}

/**
 * Something that is not known: a part of the document, whether an account is one's own, which audiences a provider
 * lists.
 */
export type Open =
    | { readonly kind: "value" }
    | { readonly kind: "account"; readonly account: string }
    | { readonly kind: "audience"; readonly provider: string };

/** What holds by something besides the document, and what to write so that it holds by itself. */
export interface Advice {
    readonly reason: string;
    readonly fix: string;
}

/** A finding with nothing in it but what is given. */
export function finding(parts: Partial<Finding> = {}): Finding {
    return { subjects: [], faults: [], open: [], advice: [], ...parts };
}

/** A part of the document that is not known yet. */
export const unknownValue: Open = { kind: "value" };

/** Said for a counterexample where none was found: conditions that contradict one another, or have no values. */
export const whoever = "any principal that meets its conditions";
