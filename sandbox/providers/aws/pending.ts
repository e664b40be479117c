import type { Cloud } from "../../cloud/aws/cloud";
import { PENDING_VALUES } from "../../cloud/aws/tokens";
import { same } from "../../cloud/aws/values";
import type { Props } from "../../cloud/props";
import type { Declaration } from "./declaring/declaration";
import { json } from "./state";

/**
 * The arguments of an update that wait for the maintenance window: those that the provider sends, because they differ
 * from the engine's last state, and those that wait already.
 */
export function heldBack(
    { deferred = [] }: Declaration,
    inputs: Props,
    { known, before, waiting }: { readonly known: Props; readonly before: Props; readonly waiting: Props },
): string[] {
    const running: Props = { ...before, engineVersion: before["engineVersionActual"] ?? null };
    return deferred.filter(
        (name) =>
            inputs["applyImmediately"] !== true &&
            inputs[name] !== undefined &&
            !same(inputs[name], running[name]) &&
            (!same(inputs[name], known[name]) || same(inputs[name], waiting[name])),
    );
}

/** Keeps what waits, as `PendingModifiedValues` of an RDS API's answer; the provider shows none of it. */
export function keepPending(type: string, id: string, values: Props, cloud: Cloud): void {
    const key = `${type} ${id}`;
    if (Object.keys(values).length === 0) {
        cloud.forget(PENDING_VALUES, key);
        return;
    }
    const state = json(values);
    cloud.store.put({ type: PENDING_VALUES, id: key, ...cloud.home(PENDING_VALUES), inputs: state, state });
}

/** What waits for an object's maintenance window. */
export function pendingOf(type: string, id: string, cloud: Cloud): Props {
    return cloud.state(PENDING_VALUES, `${type} ${id}`);
}
