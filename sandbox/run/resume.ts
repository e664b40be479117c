import type { Stack } from "@pulumi/pulumi/automation";

import { Store } from "../cloud/store";
import { type Deployment, recover } from "./recovery";

/**
 * Writes a state from which the stack's next run can go on after one that was killed. That run must refresh first: what
 * was taken in is known by its id only.
 */
export async function resume(stack: Stack): Promise<void> {
    const state = await stack.exportStack();
    const deployment = state.deployment as Deployment;
    const types = new Set((deployment.pending_operations ?? []).map(({ resource }) => resource.type));
    const store = new Store();
    const existing = [...types].flatMap((type) => store.list(type));
    await stack.importStack({ ...state, deployment: recover(deployment, existing) });
}
