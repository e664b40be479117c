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
