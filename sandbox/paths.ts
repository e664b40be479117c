import { join, resolve } from "node:path";

/** The repository's root. */
export const projectDir = resolve(__dirname, "..");

/**
 * Where everything that the sandbox keeps between runs lives: the engine's state, the stand-ins' objects, the
 * certificate authority and, where the user may own a server's files, Postgres' data. Git ignores it.
 * `KEYLESS_STATE` moves it elsewhere (each integration test has its own).
 */
export function stateDir(...below: string[]): string {
    return join(resolve(process.env["KEYLESS_STATE"] ?? join(projectDir, ".keyless")), ...below);
}

/**
 * The folder of a preview whose stand-ins answer as if they created everything: `cloud` is its own copy of their
 * objects, and `notes` is where they write what they answered. Undefined otherwise.
 */
export function foresightDir(): string | undefined {
    return process.env["KEYLESS_FORESIGHT"];
}

/** Where the stand-ins keep their objects. */
export function cloudDir(): string {
    const foresight = foresightDir();
    return foresight === undefined ? stateDir("cloud") : join(foresight, "cloud");
}
