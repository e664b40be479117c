/** Thrown when a question takes more work than it may; caught where the question was put. */
export class BudgetSpent extends Error {}

/**
 * Bounds the work of one question, in elementary steps (some ten nanoseconds each): deciding patterns against patterns
 * is exponential in the worst case, and no document may keep a run waiting.
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
