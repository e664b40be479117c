/** An error that the person at the terminal can mend: shown without a stack. */
export class UserError extends Error {}
