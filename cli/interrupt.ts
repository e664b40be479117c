import { cancelStatements } from "../toolkit/cancel";
import { shown } from "../toolkit/shown";
import { tell } from "../toolkit/terminal";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Whoever does not press Ctrl-C again is spared it: this long after the first signal, and then this long, in milliseconds. */
const AGAIN_MS = 20_000;
const KILL_MS = 60_000;

const controller = new AbortController();

/** Aborted by the first signal to end: finish what can't be left halfway, then stop. */
export const interrupt: AbortSignal = controller.signal;

let count = 0;

function onSignal(): void {
    count += 1;
    if (count === 1) {
        // A part of the command, which a signal reaches too, has no channel.
        if (process.connected) {
            tell(shown`\nstopping in order; press Ctrl-C again to stop at once`);
        }
        controller.abort(new Error("interrupted"));
        cancelStatements();
        // Those of the program whose engine has gone: the SDK's listener would print them, and fails where there is no reason.
        process.removeAllListeners("unhandledRejection").on("unhandledRejection", () => undefined);
        // A provider may wait for a lock that somebody else never lets go of.
        setTimeout(() => count === 1 && onSignal(), AGAIN_MS).unref();
        setTimeout(() => signalGroup("SIGKILL"), KILL_MS).unref();
    } else if (count === 2) {
        // The engine, in our process group, knows two: the second ends it without waiting for its providers. Ours comes
        // back to us.
        count += 1;
        signalGroup("SIGINT");
    } else if (count > 4) {
        signalGroup("SIGKILL");
    }
}

function signalGroup(signal: NodeJS.Signals): void {
    try {
        process.kill(-process.pid, signal);
    } catch {
        // Not the leader of a group: started without keyless.mjs.
    }
}

let receive: (signal: NodeJS.Signals) => void = onSignal;

/** Hands signals to a program in the foreground, for as long as the work takes, in place of stopping at them. */
export async function passingSignals<T>(to: (signal: NodeJS.Signals) => void, work: () => Promise<T>): Promise<T> {
    receive = to;
    try {
        return await work();
    } finally {
        receive = onSignal;
    }
}

for (const signal of SIGNALS) {
    process.on(signal, () => receive(signal));
}
// keyless.mjs is gone, and with it whoever waits for us.
process.on("disconnect", onSignal);
process.channel?.unref();
