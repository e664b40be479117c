import type { Report } from "./report";

/** What a reader must know before anything else, a sentence each, worst first. */
export function noticesOf({ withdrawn = [] }: Pick<Report, "withdrawn">): readonly string[] {
    const words = { removed: "no longer stated", weakened: "stated less strictly than before" };
    return withdrawn.map(({ assertion, how }) => `${words[how]}: ${assertion}`);
}

/** How a violation names what it violates. */
export function statementOf({ assertion, withdrawn }: Report["violations"][number]): string {
    return withdrawn === true ? `${assertion} (stated before this change)` : assertion;
}
