import * as pulumi from "@pulumi/pulumi";
import { lockHolders } from "../../toolkit/lockHolders";
import type { OpenSession } from "./provisionerSession";

/**
 * Reports which sessions hold the lock that the provider timed out on: any login can hold a lock that the provider
 * needs, and Postgres' own error does not name it. Reports once per run: one session can block many resources.
 *
 * @param database the database that the program's provider connects to
 */
export function namingLockHolders(open: OpenSession, database: pulumi.Input<string>): pulumi.ResourceTransformation {
    const known = new Promise<string>((resolve) => pulumi.output(database).apply(resolve));
    let reported: Promise<void> | undefined;
    const hook = new pulumi.ErrorHook("keyless-name-lock-holders", async ({ errors }) => {
        if (errors[0]?.includes("canceling statement due to lock timeout")) {
            reported ??= report(open, await known);
            await reported;
        }
        return false;
    });
    return ({ type, props, opts }) =>
        type.startsWith("postgresql:index/")
            ? { props, opts: { ...opts, hooks: { ...opts.hooks, onError: [...(opts.hooks?.onError ?? []), hook] } } }
            : undefined;
}

async function report(open: OpenSession, database: string): Promise<void> {
    await pulumi.log.error(`a statement timed out waiting for a lock; ${await lockHolders(() => open(database))}`);
}
