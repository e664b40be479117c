import { createRequire } from "node:module";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/**
 * The program in that file as the engine's official language host would run it: loading the module declares the
 * resources, what it exports are the stack's outputs. It can be loaded once in a process.
 */
export function programIn(file: string): PulumiFn {
    return async () => createRequire(file)(file) as Record<string, unknown>;
}
