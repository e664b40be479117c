import * as pulumi from "@pulumi/pulumi";
import { lockHolders } from "../../toolkit/lockHolders";
import type { OpenSession } from "./provisionerSession";

/**
 * Names who holds the lock that the provider waited for in vain: any login can hold one that the provider needs, and Postgres'
 * own error says nothing of it. Once a run: one session holds up many resources.
 *
 * @param database the one that the program's provider connects to
 */
export function namingLockHolders(open: OpenSession, database: pulumi.Input<string>): pulumi.ResourceTransformation {
    const known = new Promise<string>((resolve) => pulumi.output(database).apply(resolve));
    let told: Promise<void> | undefined;
    const hook = new pulumi.ErrorHook("keyless-name-lock-holders", async ({ errors }) => {
        if (errors[0]?.includes("canceling statement due to lock timeout")) {
            told ??= tell(open, await known);
            await told;
        }
        return false;
    });
    return ({ type, props, opts }) =>
        type.startsWith("postgresql:index/")
            ? { props, opts: { ...opts, hooks: { ...opts.hooks, onError: [...(opts.hooks?.onError ?? []), hook] } } }
            : undefined;
}

async function tell(open: OpenSession, database: string): Promise<void> {
    await pulumi.log.error(`a statement waited for a lock in vain; ${await lockHolders(() => open(database))}`);
}
