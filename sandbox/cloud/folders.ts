import { join } from "node:path";

import { stateDir } from "../../toolkit/paths";

/**
 * The folder of a preview whose stand-ins answer as if they created everything: `cloud` is its own copy of their
 * objects, and `notes` is where they write what they answered. Undefined otherwise.
 */
export function foresightDir(): string | undefined {
    return process.env["KEYLESS_FORESIGHT"];
}

/** The policies of the principal that runs a program, if it is not the account's administrator (sandbox/identity/deployer.ts). */
export function deployerFile(): string {
    return stateDir("deployer.json");
}

/** Where the stand-ins keep their objects. */
export function cloudDir(): string {
    const foresight = foresightDir();
    return foresight === undefined ? stateDir("cloud") : join(foresight, "cloud");
}
