/** A value that was read, or the reason why it could not be: what is not known is never judged. */
export type Known<T> = { readonly value: T } | { readonly unknown: string };

export function known<T>(value: T): { readonly value: T } {
    return { value };
}

export function unknown(reason: string): { readonly unknown: string } {
    return { unknown: reason };
}

/** What one reading gives; its failure becomes the reason why nothing is known. */
export async function attempt<T>(what: string, read: () => Promise<T>): Promise<Known<T>> {
    try {
        return known(await read());
    } catch (error) {
        return unknown(`${what}: ${reasonOf(error)}`);
    }
}

/** Reads with a value that may be unknown itself. */
export async function attemptWith<T, U>(
    from: Known<T>,
    what: string,
    read: (value: T) => Promise<U>,
): Promise<Known<U>> {
    return "value" in from ? attempt(what, () => read(from.value)) : from;
}

/** An AWS error's message alone does not always say which error it is. */
function reasonOf(error: unknown): string {
    if (!(error instanceof Error)) {
        return String(error);
    }
    const [first = ""] = error.message.split("\n");
    return /^(Error|error)$/.test(error.name) ? first : `${error.name}: ${first}`;
}
