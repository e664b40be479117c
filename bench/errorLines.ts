import { inspect } from "node:util";

/** The lines with the errors: the engine repeats its whole output. */
export function linesOfErrors(error: unknown): string[] {
    const lines = String(error)
        .split("\n")
        .filter((line) => line.includes("error:"));
    return lines.length > 0 ? [...new Set(lines)] : [inspect(error)];
}
