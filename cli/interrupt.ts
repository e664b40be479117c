import { shown } from "../toolkit/shown";
import { tell } from "../toolkit/terminal";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const controller = new AbortController();

/** Aborted by the first signal to end: finish what can't be left halfway, then stop. */
export const interrupt: AbortSignal = controller.signal;

let count = 0;

function onSignal(): void {
    count += 1;
    if (count === 1) {
        tell(shown`\nstopping in order; press Ctrl-C again to stop at once`);
        controller.abort(new Error("interrupted"));
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

for (const signal of SIGNALS) {
    process.on(signal, onSignal);
}
// keyless.mjs is gone, and with it whoever waits for us.
process.on("disconnect", onSignal);
process.channel?.unref();
