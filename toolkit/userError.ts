import type { Showable } from "./shown";

/** An error that the person at the terminal can mend: shown without a stack. */
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
