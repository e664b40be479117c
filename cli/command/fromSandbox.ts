import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { projectDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";

const load = createRequire(__filename);

/**
 * What a command that works on AWS does in the sandbox. This is the only way from those commands to the sandbox, which an
 * installation for AWS alone does not have (docs/decisions/0011-workspaces.md).
 *
 * @throws UserError when the sandbox is not installed
 */
export function fromSandbox(): typeof import("../sandbox/parts") {
    requireSandbox();
    return load("../sandbox/parts") as typeof import("../sandbox/parts");
}

/** @throws UserError when packages of the sandbox are not installed */
export function requireSandbox(root = projectDir): void {
    const { dependencies } = JSON.parse(readFileSync(join(root, "sandbox", "package.json"), "utf8")) as {
        dependencies: Record<string, string>;
    };
    const places = [join(root, "sandbox", "node_modules"), join(root, "node_modules")];
    if (Object.keys(dependencies).some((name) => !places.some((place) => existsSync(join(place, name))))) {
        throw new UserError("the sandbox is not installed, and this needs it; install everything: npm ci");
    }
}
