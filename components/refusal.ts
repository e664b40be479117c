import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

/** Why the engine must not do what a hook is told of; undefined if it may. */
export type Reason = string | undefined;

/**
 * A hook that fails the run, previews included, before a resource is touched that AWS would refuse midway. It may look
 * things up: the engine calls hooks from outside the program, whose context this restores.
 *
 * @param path of the setting that the refusal is about
 */
export function refuseIf(
    name: string,
    path: string,
    reasonFor: (args: pulumi.ResourceHookArgs) => Reason | Promise<Reason>,
): pulumi.ResourceHook {
    const inProgram = AsyncLocalStorage.snapshot();
    return new pulumi.ResourceHook(
        name,
        async (args) => {
            const reason = await inProgram(() => reasonFor(args));
            if (reason !== undefined) {
                throw new pulumi.RunError(`${path}: ${reason}`);
            }
        },
        { onDryRun: true },
    );
}
