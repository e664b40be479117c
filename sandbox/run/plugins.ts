import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "@pulumi/postgresql/package.json";

import { findExecutable } from "../executable";
import { projectDir, stateDir } from "../paths";

const POSTGRESQL = "pulumi-resource-postgresql";

/**
 * The folders in which the engine finds its plugins before all others: the stand-ins' and, where the official
 * postgresql plugin of our SDK's version is installed, one before it with that.
 */
export function pluginDirs(inherited: NodeJS.ProcessEnv): string[] {
    const standIns = join(projectDir, "sandbox", "providers", "bin");
    const official = officialPostgresql(inherited);
    return official === undefined ? [standIns] : [wrap(official), standIns];
}

/** The official plugin's executable: the engine's own installation, else one on PATH. */
function officialPostgresql(inherited: NodeJS.ProcessEnv): string | undefined {
    const home = inherited["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
    const installed = join(home, "plugins", `resource-postgresql-v${version}`);
    const path = (inherited["PATH"] ?? "").split(delimiter).filter((dir) => dir !== "");
    return findExecutable(POSTGRESQL, [installed, ...path]);
}

/** A folder of PATH may hold other plugins too, which must not come before the stand-ins. */
function wrap(executable: string): string {
    const dir = stateDir("plugins");
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, POSTGRESQL), `#!/bin/sh\nexec '${executable.replaceAll("'", "'\\''")}' "$@"\n`);
    chmodSync(join(dir, POSTGRESQL), 0o755);
    return dir;
}
