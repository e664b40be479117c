import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "@pulumi/postgresql/package.json";

import { findExecutable } from "../../toolkit/system/executable";
import { projectDir, stateDir } from "../../toolkit/paths";

const POSTGRESQL = "pulumi-resource-postgresql";

/**
 * The folders in which the engine looks for plugins first: the folder of the stand-ins, preceded by one that holds the
 * official postgresql plugin if it is installed in the SDK's version.
 */
export function pluginDirs(inherited: NodeJS.ProcessEnv): string[] {
    const standIns = join(projectDir, "sandbox", "providers", "bin");
    const official = officialPostgresql(inherited);
    return official === undefined ? [standIns] : [wrap(official), standIns];
}

/** The official plugin's executable: from the engine's own installation, else from PATH. */
function officialPostgresql(inherited: NodeJS.ProcessEnv): string | undefined {
    const home = inherited["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
    const installed = join(home, "plugins", `resource-postgresql-v${version}`);
    const path = (inherited["PATH"] ?? "").split(delimiter).filter((dir) => dir !== "");
    return findExecutable(POSTGRESQL, [installed, ...path]);
}

/** A folder in PATH may contain other plugins too, which must not take precedence over the stand-ins. */
function wrap(executable: string): string {
    const dir = stateDir("plugins");
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, POSTGRESQL), `#!/bin/sh\nexec '${executable.replaceAll("'", "'\\''")}' "$@"\n`);
    chmodSync(join(dir, POSTGRESQL), 0o755);
    return dir;
}
