/**
 * Something other than a privilege that lets an identity act with others' privileges: code that runs as them, or a setting that
 * changes what their sessions do. A comparison reports new ones.
 */
export interface Opening {
    /** Equal in two versions of a stack if the opening is the same, including the code that it runs. */
    readonly key: string;
    /** A sentence without its full stop. */
    readonly text: string;
    /** Its restrictions: it is not wider than before as long as all earlier ones remain. */
    readonly limits?: readonly string[];
    /** The resource that implies it: not reported if that resource is also new. */
    readonly comesWith?: string;
}
