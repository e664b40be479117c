import { homedir } from "node:os";
import { join } from "node:path";

/** The engine to install or build: the newest that the Go module proxy has as a module. */
export const ENGINE_VERSION = "3.250.0";

/**
 * Supported CLIs on PATH. From 3.206 on, the engine sends its events over gRPC; versions below 3.220 are untested with
 * the program's SDK (see package.json).
 */
export const SUITABLE_VERSIONS = ">=3.220.0 <4.0.0";

/**
 * The engine's folder: one per version and outside the repository, so that all checkouts share it. Its layout is that
 * of the Automation API's own installations: the command is `bin/pulumi`.
 */
export function engineDir(): string {
    return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "keyless", "engine", `v${ENGINE_VERSION}`);
}
