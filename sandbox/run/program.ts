import { createRequire } from "node:module";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/**
 * Runs the program in that file as the engine's official language host would: loading the module declares the
 * resources, and its exports are the stack's outputs. Each run reloads it.
 */
export function programIn(file: string): PulumiFn {
    return async () => {
        const load = createRequire(file);
        forget(load.cache, load.cache[load.resolve(file)]);
        return load(file) as Record<string, unknown>;
    };
}

/** Removes a module from the cache, along with the modules that it loaded; dependencies declare nothing, and stay. */
function forget(cache: NodeJS.Dict<NodeModule>, module: NodeModule | undefined): void {
    if (module === undefined || cache[module.filename] === undefined || module.filename.includes("/node_modules/")) {
        return;
    }
    delete cache[module.filename];
    module.children.forEach((child) => forget(cache, child));
}
