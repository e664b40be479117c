import type * as pulumi from "@pulumi/pulumi";

/**
 * How many resources may wait for the engine: more than it works on at once, which is four for each processor unless
 * `--parallel` says otherwise.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/cmd/pulumi/operations/up.go
 */
export const AT_ONCE = 300;

/** Windows that are full, in all programs of this process, and the exit code that it had before. */
let full = 0;
let exitCode = process.exitCode;

/**
 * Declares the many resources of a program in portions. One that waits for the engine's answer holds six times the memory of
 * one that has it, mostly promises of its outputs; a program that declares all at once holds that for each of them.
 *
 * No resource may wait for one that is declared after it.
 */
export class DeclarationWindow {
    private declared: pulumi.Resource[] = [];
    private waiting = 0;
    private refusal: { readonly error: unknown } | undefined;
    private changed = (): void => undefined;

    constructor(private atOnce = AT_ONCE) {}

    /** Returns no change. Belongs among the `transformations` of the component whose children are declared in portions. */
    readonly record: pulumi.ResourceTransformation = ({ resource }) => {
        this.declared.push(resource);
        return undefined;
    };

    /** Call it before each portion. Resolves when there is room for one; rejects once the engine has refused a resource. */
    async room(): Promise<void> {
        this.declared.splice(0).forEach((resource) => this.follow(resource));
        while (this.waiting >= this.atOnce && this.refusal === undefined) {
            await failingExit(new Promise<void>((resolve) => (this.changed = resolve)));
        }
        if (this.refusal !== undefined) {
            throw this.refusal.error;
        }
    }

    /** Lets all portions be declared without waiting for the engine. */
    open(): void {
        this.atOnce = Infinity;
        this.changed();
    }

    private follow(resource: pulumi.Resource): void {
        this.waiting += 1;
        const answered = (): void => {
            this.waiting -= 1;
            this.changed();
        };
        const refused = (error: unknown): void => {
            this.refusal ??= { error };
            this.changed();
        };
        registered(resource).then(answered, refused);
    }
}

/**
 * Resolves when the engine has answered, rejects if it refused the resource, and does neither once the engine has ended the
 * run. The SDK's types omit it, and `apply` takes no function for a rejection.
 */
function registered({ urn }: pulumi.Resource): Promise<unknown> {
    return (urn as unknown as { promise(): Promise<unknown> }).promise();
}

/**
 * Makes the process fail if it ends while a program waits: when nothing is left to do, the SDK tells the engine that the
 * program has succeeded, and the engine would delete whatever was not declared.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/cmd/run/index.ts
 */
async function failingExit<T>(waiting: Promise<T>): Promise<T> {
    if (full === 0) {
        exitCode = process.exitCode;
        process.exitCode = 1;
    }
    full += 1;
    try {
        return await waiting;
    } finally {
        full -= 1;
        if (full === 0) {
            process.exitCode = exitCode;
        }
    }
}
