import { cancelStatements } from "../../toolkit/cancel";
import { shown } from "../../toolkit/shown";
import { tell } from "../../toolkit/terminal";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Escalates this long after the first signal as for a second Ctrl-C, and this long after that it kills, in milliseconds. */
const AGAIN_MS = 20_000;

const controller = new AbortController();

/** Aborted by the first signal: finish what cannot be left halfway, then stop. */
export const interrupt: AbortSignal = controller.signal;

let count = 0;

function onSignal(): void {
    count += 1;
    if (count === 1) {
        // A child of the command also receives the signal, but has no channel.
        if (process.connected) {
            tell(shown`\nShutting down; press Ctrl-C again to force quit.`);
        }
        controller.abort(new Error("interrupted"));
        cancelStatements();
        // Rejections of a program whose engine is gone: the SDK's listener would print them, and throws if one has no reason.
        process.removeAllListeners("unhandledRejection").on("unhandledRejection", () => undefined);
        // A provider may wait for a lock that another session never releases.
        setTimeout(() => count === 1 && onSignal(), AGAIN_MS).unref();
    } else if (count === 2) {
        // The engine, in our process group, exits on a second signal without waiting for its providers. We receive
        // our own signal, too.
        count += 1;
        signalGroup("SIGINT");
        setTimeout(() => signalGroup("SIGKILL"), AGAIN_MS).unref();
    } else if (count > 4) {
        signalGroup("SIGKILL");
    }
}

function signalGroup(signal: NodeJS.Signals): void {
    try {
        process.kill(-process.pid, signal);
    } catch {
        // Not a group leader: started without keyless.mjs.
    }
}

let receive: (signal: NodeJS.Signals) => void = onSignal;

/** Forwards signals to a program in the foreground during the work, instead of stopping. */
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
// keyless.mjs, which waits for this process, is gone.
process.on("disconnect", onSignal);
process.channel?.unref();
