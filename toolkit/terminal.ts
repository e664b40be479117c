import { type Showable, type Shown, json, shown } from "./shown";

/** Where text is shown. */
export interface Screen {
    readonly isTTY?: boolean;
    readonly columns?: number;
    write(text: Shown): void;
}

const pending = new Set<Promise<void>>();

/**
 * The only code that writes to standard output and standard error (lint enforces this), and it accepts only {@link Shown}: no name
 * in a catalog, a preview or a file can move the cursor, hide text beside it or imitate our output.
 */
function screenOf(stream: NodeJS.WriteStream): Screen {
    // A reader that has exited (`| head`) wants no more output; this is not an error.
    stream.on("error", () => undefined);
    return {
        get isTTY() {
            return stream.isTTY;
        },
        get columns() {
            return stream.columns;
        },
        write(text) {
            const written = new Promise<void>((taken) => stream.write(String(text), () => taken()));
            pending.add(written);
            void written.then(() => pending.delete(written));
        },
    };
}

export const standardOutput = screenOf(process.stdout);
export const standardError = screenOf(process.stderr);

/** A result, on standard output. */
export function print(text: Showable): void {
    standardOutput.write(shown`${text}\n`);
}

/** A result for programs, on standard output. */
export function printJson(value: unknown): void {
    print(json(value));
}

/** Messages other than the result, on standard error. */
export function tell(text: Showable): void {
    standardError.write(shown`${text}\n`);
}

/** Resolves when all output has been consumed: a process that exits earlier loses output that a pipe still buffers. */
export async function drained(): Promise<void> {
    await Promise.all(pending);
}
