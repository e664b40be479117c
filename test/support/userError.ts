import assert from "node:assert/strict";

import { UserError } from "../../toolkit/userError";

/** Whether an error is for the person at the terminal, in one line that matches. */
export function isUserError(expected: RegExp): (error: unknown) => true {
    return (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /\n/);
        return true;
    };
}
