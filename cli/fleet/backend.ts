import { shown } from "../../toolkit/shown";
import { UserError } from "../../toolkit/userError";
import { cloudOf, normalBackend } from "./backendUrl";
import type { FleetPlan } from "./plan";
import { pulumiBackend } from "./pulumi";

/** Where a fleet's states are: the sandbox, or the user's backend, in one text for all its URLs. @throws UserError if the plan names another one */
export async function backendOf({ engine }: Pick<FleetPlan, "engine">, sandbox: boolean): Promise<string> {
    if (sandbox) {
        return "sandbox";
    }
    const url = await pulumiBackend();
    const used = normalBackend(url);
    const wanted = engine?.backend;
    if (wanted !== undefined && !isSame(wanted, url)) {
        throw new UserError(
            shown`the plan's engine.backend is ${wanted}, and Pulumi uses ${used}, where the same shards would be created once more: set PULUMI_BACKEND_URL to the plan's`,
        );
    }
    return used;
}

function isSame(wanted: string, used: string): boolean {
    const cloud = cloudOf(wanted);
    return cloud === undefined ? normalBackend(wanted) === normalBackend(used) : cloud === cloudOf(used);
}
