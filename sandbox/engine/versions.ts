import { homedir } from "node:os";
import { join } from "node:path";

/** The engine we install or build: the newest that the Go module proxy offers as a module. */
export const ENGINE_VERSION = "3.250.0";

/**
 * The CLIs on PATH that will do. From 3.206 on the engine sends its events over gRPC; what lies below 3.220 was never
 * tried with the program's SDK (see package.json).
 */
export const SUITABLE_VERSIONS = ">=3.220.0 <4.0.0";

/**
 * Where the engine is kept: per version and outside the repository, so that all checkouts share it. Laid out as the
 * Automation API lays out its own installations: the command is `bin/pulumi`.
 */
export function engineDir(): string {
    return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "keyless", "engine", `v${ENGINE_VERSION}`);
}
