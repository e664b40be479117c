import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";

import { projectDir, stateDir } from "../../toolkit/paths";
import { readIfThere, writeWhole } from "../../toolkit/system/files";

/** The engine's working folder. */
export function workDir(stack: string): string {
    return stateDir("work", stack);
}

/**
 * Creates that folder with a copy of the project's file and of the stack's config, because the engine writes to both
 * (the salt of the stack's encryption), and a run must not change anything in the repository.
 *
 * @param config the stack's config, by full key
 * @returns the folder
 */
export function writeWorkspace(stack: string, config: Readonly<Record<string, unknown>>): string {
    const dir = workDir(stack);
    mkdirSync(dir, { recursive: true });
    copyFileSync(join(projectDir, "Pulumi.yaml"), join(dir, "Pulumi.yaml"));
    const file = join(dir, `Pulumi.${stack}.yaml`);
    writeWhole(file, stringify({ ...saltOf(file), config }));
    return dir;
}

/** The salt of earlier runs, so that the values they encrypted stay readable. */
function saltOf(file: string): { encryptionsalt?: string } {
    const { encryptionsalt } = parse(readIfThere(file) ?? "{}") as { encryptionsalt?: string };
    return encryptionsalt === undefined ? {} : { encryptionsalt };
}
