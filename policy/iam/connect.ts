import { parseDbUser } from "./arn";
import { Budget } from "./budget";
import type { Document } from "./document";
import { contains, viewOf } from "./view";
import type { Stance } from "./view";

/** `maybe`: it depends on a policy variable, on the condition of a Deny, or on a part that is not known yet. */
export type Answer = "yes" | "no" | "maybe";

/**
 * Whether the documents, those of one identity taken together, let it connect as one user of one database (its ARN).
 * Conditions of an Allow are taken to hold; a Deny under a condition makes it a `maybe`. Malformed statements grant
 * nothing.
 * @throws BudgetSpent for documents far beyond what AWS takes.
 */
export function mayConnect(documents: readonly Document[], arn: string): Answer {
    if (parseDbUser(arn) === undefined) {
        return "no";
    }
    const budget = new Budget(100_000_000);
    const within = (allow: Stance["allow"]): boolean => {
        const { allows, denies } = viewOf(documents, { allow, plain: false });
        return allows.some((set) => contains(set, arn, budget)) && !denies.some((deny) => contains(deny, arn, budget));
    };
    return !within("most") ? "no" : within("least") ? "yes" : "maybe";
}
