import { findEngine } from "../../sandbox/engine";
import { backendDir, forgetStack, run, type RunOptions } from "../../sandbox/run";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { Progress } from "../../toolkit/progress";
import { drained, printJson, tell } from "../../toolkit/terminal";
import type { FleetOperation } from "../fleet/journal";
import type { Ran } from "../fleet/run";
import { interrupt } from "../command/interrupt";
import { describeChanges } from "./report";

/** What this process is sent. */
export interface FleetShardRun extends Pick<RunOptions, "stack" | "server" | "parallel"> {
    readonly operation: FleetOperation;
    readonly config: Readonly<Record<string, unknown>>;
}

async function main(): Promise<Ran> {
    // Nothing else keeps this process alive until then.
    process.channel?.ref();
    const given = await new Promise<FleetShardRun>((resolve) => process.once("message", resolve));
    process.channel?.unref();
    const { operation, ...options } = given;
    const progress = new Progress({ write: () => undefined });
    const engine = await findEngine(progress, interrupt);
    if (operation === "down" && readDeployment(backendDir(), options.stack) === undefined) {
        return { ok: true, changes: "nothing to remove", errors: [] };
    }
    const { ok, log } = await run(operation === "down" ? "destroy" : operation, {
        ...options,
        engine,
        progress,
        interrupt,
    });
    if (ok && operation === "down") {
        await forgetStack(options.stack, engine);
    }
    const violations = log.violations.map(({ rule, message }) => `policy ${rule}: ${message}`);
    return { ok, changes: describeChanges(log.changes), errors: [...log.errors, ...violations] };
}

void main()
    .catch((error: unknown): Ran => {
        const message = error instanceof Error ? error.message : String(error);
        return { ok: false, changes: "", errors: [message] };
    })
    .then(async (ran) => {
        printJson(ran);
        await drained();
        process.exit(0);
    })
    .catch((error: unknown) => {
        tell(String(error));
        process.exit(1);
    });
