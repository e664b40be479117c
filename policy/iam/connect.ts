import { parseDbUser } from "./arn";
import { Budget } from "./budget";
import type { Document } from "./document";
import { contains, connectStatementsOf } from "./connectStatements";
import type { Reading } from "./connectStatements";

/** `maybe`: depends on a policy variable, the condition of a Deny, or a part that is not known yet. */
export type Answer = "yes" | "no" | "maybe";

/**
 * Whether all documents of an identity together allow it to connect as a database user (its ARN). Conditions of an
 * Allow are assumed to hold; a Deny with a condition yields `maybe`. Malformed statements grant nothing.
 * @throws BudgetSpent for documents far beyond what AWS accepts.
 */
export function mayConnect(documents: readonly Document[], arn: string): Answer {
    if (parseDbUser(arn) === undefined) {
        return "no";
    }
    const budget = new Budget(100_000_000);
    const within = (approximation: Reading["approximation"]): boolean => {
        const { allows, denies } = connectStatementsOf(documents, { approximation, plain: false });
        return allows.some((set) => contains(set, arn, budget)) && !denies.some((deny) => contains(deny, arn, budget));
    };
    return !within("over") ? "no" : within("under") ? "yes" : "maybe";
}
