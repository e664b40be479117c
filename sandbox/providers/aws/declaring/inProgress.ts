import { setTimeout as wait } from "node:timers/promises";

import { ProviderError } from "../../protocol/types";

/** A change that AWS applies after it answered, and that excludes others of the same object meanwhile. */
export interface LastingChange {
    /** What is changed. */
    readonly of: string;
    /** Whether other changes that share it may be in progress. */
    readonly shared: boolean;
    /** `Code: message` for another change. */
    readonly conflict: string;
}

/** Long enough for a request that the engine sends at the same time. */
const milliseconds = 100;
const inProgress = new Map<string, readonly LastingChange[]>();

/** Does the work, and refuses changes that it excludes until it is applied. */
export async function lasting<T>(change: LastingChange | undefined, work: () => T): Promise<T> {
    if (change === undefined) {
        return work();
    }
    const others = inProgress.get(change.of) ?? [];
    if (others.some(({ shared }) => !shared || !change.shared)) {
        throw new ProviderError(change.conflict);
    }
    inProgress.set(change.of, [...others, change]);
    try {
        const result = work();
        await wait(milliseconds);
        return result;
    } finally {
        inProgress.set(
            change.of,
            (inProgress.get(change.of) ?? []).filter((each) => each !== change),
        );
    }
}
