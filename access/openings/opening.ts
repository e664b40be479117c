/**
 * Something that is not a privilege and still lets somebody act with the privileges of others: code that runs as them, or a
 * setting that changes what their sessions do. A comparison reports those that the version before did not have.
 */
export interface Opening {
    /** Equal in two versions of a stack where the opening is the same, including what it runs. */
    readonly key: string;
    /** A sentence without its full stop. */
    readonly text: string;
    /** What narrows it: it is as wide as before, or less, while all that narrowed it then still does. */
    readonly limits?: readonly string[];
    /** The resource with which it comes expectedly: no news where that one is new, too. */
    readonly comesWith?: string;
}
