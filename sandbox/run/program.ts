import { createRequire } from "node:module";
import { log, output } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/**
 * Runs the program in that file as the engine's official language host would: loading the module declares the
 * resources, and its exports are the stack's outputs. Each run reloads it.
 *
 * The official host ends after a rejection that nothing handles, such as a lookup of a subnet that does not exist, because
 * then no more events can arrive. The Automation API's only logs it, and waits for resources that are never registered:
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/automation/server.ts
 */
export function programIn(file: string): PulumiFn {
    return async () => {
        const load = createRequire(file);
        forget(load.cache, load.cache[load.resolve(file)]);
        let reject = (_: unknown): void => undefined;
        const failed = new Promise<never>((_, rejectIt) => (reject = rejectIt));
        // The engine reports and ends what it refuses itself.
        const fail = (error: unknown): void => (isRefusal(error) ? undefined : reject(error));
        process.on("unhandledRejection", fail);
        try {
            const outputs = load(file) as Record<string, unknown>;
            await Promise.race([failed, settled(outputs)]);
            return outputs;
        } catch (error) {
            await stopWaiting();
            throw error;
        } finally {
            process.off("unhandledRejection", fail);
        }
    };
}

/** Resolves once every output of the program is known, or unknown for the rest of this preview; the SDK's types omit it. */
function settled(outputs: Readonly<Record<string, unknown>>): Promise<unknown> {
    return (output(outputs) as unknown as { promise(withUnknowns: boolean): Promise<unknown> }).promise(true);
}

/** Whether the engine has answered a call with an error. */
function isRefusal(error: unknown): boolean {
    return error instanceof Error && "code" in error && "metadata" in error;
}

/** Resources whose arguments were rejected are never registered, but the SDK would wait for them. */
async function stopWaiting(): Promise<void> {
    const { getStore } = createRequire(__filename)("@pulumi/pulumi/runtime/state") as {
        readonly getStore: () => { readonly settings: object };
    };
    // Ends after every message before it, whose errors say why the run fails.
    await log.debug("the program has failed", undefined, undefined, true);
    const done = Promise.resolve();
    // Also for resources that are only about to be registered.
    Object.defineProperty(getStore().settings, "rpcDone", { get: () => done, set: () => undefined });
    // What was still being registered fails when the engine is gone.
    process.on("unhandledRejection", () => undefined);
}

/** Removes a module from the cache, along with the modules that it loaded; dependencies declare nothing, and stay. */
function forget(cache: NodeJS.Dict<NodeModule>, module: NodeModule | undefined): void {
    if (module === undefined || cache[module.filename] === undefined || module.filename.includes("/node_modules/")) {
        return;
    }
    delete cache[module.filename];
    module.children.forEach((child) => forget(cache, child));
}
