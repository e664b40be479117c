/**
 * Something other than a privilege that lets an identity act with others' privileges: code that runs as them, or a setting that
 * changes what their sessions do. A comparison reports those that are new.
 */
export interface Opening {
    /** Equal in two versions of a stack where the opening is the same, including what it runs. */
    readonly key: string;
    /** A sentence without its full stop. */
    readonly text: string;
    /** What narrows it: it is as wide as before, or less, while all that narrowed it then still does. */
    readonly limits?: readonly string[];
    /** The resource that it is expected of: not reported if that resource is also new. */
    readonly comesWith?: string;
}
