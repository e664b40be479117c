/** Thrown when a query exceeds its budget; caught by the function that started the query. */
export class BudgetSpent extends Error {}

/**
 * Limits the work of one query, in elementary steps of about ten nanoseconds: comparing patterns with patterns is
 * exponential in the worst case, and no document may block a run.
 */
export class Budget {
    constructor(private left: number) {}

    spend(steps: number): void {
        this.left -= steps;
        if (this.left < 0) {
            throw new BudgetSpent();
        }
    }
}
