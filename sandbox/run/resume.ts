import type { Stack } from "@pulumi/pulumi/automation";

import { Store } from "../cloud/store";
import type { Deployment } from "../backend/deployment";
import { recover } from "./recovery";

/**
 * Writes a state from which the stack can resume after a killed run. The next run must refresh first: only the ids of
 * recovered resources are known.
 */
export async function resume(stack: Stack): Promise<void> {
    const state = await stack.exportStack();
    const deployment = state.deployment as Deployment;
    const types = new Set((deployment.pending_operations ?? []).map(({ resource }) => resource.type));
    const store = new Store();
    const existing = [...types].flatMap((type) => store.list(type));
    await stack.importStack({ ...state, deployment: recover(deployment, existing) });
}
