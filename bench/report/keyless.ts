import { join, resolve } from "node:path";

import { shown } from "../../toolkit/shown";
import { tell } from "../../toolkit/terminal";
import { run, type Run } from "./measured";
import type { Usage } from "./row";

const ROOT = resolve(__dirname, "../..");
/** What the database answers when the provider's token has expired: docs/scale.md. */
const EXPIRED = /PAM authentication failed/;

/**
 * Runs a command of ours to its success, and again if its work in the database outlived the provider's token, as a user would.
 *
 * @returns what it printed last, and what all its runs took
 * @throws Error with what it printed, if it fails otherwise
 */
export async function keyless(args: readonly string[]): Promise<Usage & { readonly stdout: string }> {
    const runs: Run[] = [];
    for (;;) {
        const last = await run(process.execPath, [join(ROOT, "cli/keyless.mjs"), ...args], {
            cwd: ROOT,
            env: process.env,
            accepted: [0, 1],
        });
        runs.push(last);
        if (last.code === 0) {
            return { ...total(runs), stdout: last.stdout };
        }
        if (!EXPIRED.test(last.stderr)) {
            throw new Error(`keyless ${args.join(" ")} failed:\n${last.stderr}\n${last.stdout}`);
        }
        tell(shown`the token of the database's provider expired; the same command goes on`);
    }
}

function total(runs: readonly Run[]): Usage {
    const known = (of: (run: Run) => number | undefined) => runs.flatMap((run) => of(run) ?? []);
    const sum = (values: readonly number[]) =>
        values.length === 0 ? undefined : values.reduce((all, each) => all + each, 0);
    const peaks = known(({ megabytes }) => megabytes);
    return {
        seconds: sum(known(({ seconds }) => seconds)),
        cpu: sum(known(({ cpu }) => cpu)),
        megabytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    };
}
