import type { Showable } from "./shown";

/** An error that the user can fix: shown without a stack trace. */
export class UserError extends Error {
    readonly #shown: Showable;

    /** @param message a plain text is shown in one line, and whatever it holds is made visible */
    constructor(message: Showable) {
        super(String(message));
        this.#shown = message;
    }

    get shown(): Showable {
        return this.#shown;
    }
}
