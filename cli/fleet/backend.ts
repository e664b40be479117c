import { shown } from "../../toolkit/shown";
import { UserError } from "../../toolkit/userError";
import type { FleetPlan } from "./plan";
import { pulumiBackend } from "./pulumi";

/** Where a fleet's states are: the sandbox, or the URL of the user's backend. @throws UserError if the plan names another one */
export async function backendOf({ engine }: Pick<FleetPlan, "engine">, sandbox: boolean): Promise<string> {
    if (sandbox) {
        return "sandbox";
    }
    const used = await pulumiBackend();
    // Pulumi Cloud's URL is another one for its API than for its users.
    const wanted = engine?.backend?.startsWith("https:") === true ? undefined : engine?.backend;
    if (wanted !== undefined && withoutQuery(wanted) !== withoutQuery(used)) {
        throw new UserError(
            shown`the plan's engine.backend is ${wanted}, and Pulumi uses ${used}, where the same shards would be created once more: set PULUMI_BACKEND_URL to the plan's`,
        );
    }
    return used;
}

/** The same bucket can be named with other parameters, such as a profile. */
function withoutQuery(url: string): string {
    return url.replace(/[?#].*$/, "").replace(/\/+$/, "");
}
