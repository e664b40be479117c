import { readResources, together } from "../../access";
import type { LiveResult, Resource } from "../../access";
import { backendDir } from "../../sandbox/run";
import { listStacks, readDeployment } from "../../sandbox/run/recovery";
import type { Server } from "../../sandbox/server";
import { verifySandbox } from "./live";

/** What the sandbox's state of a stack holds; nothing when it has no such stack. */
export function resourcesOf(stack: string): readonly Resource[] {
    return readResources({ deployment: { resources: [], ...readDeployment(backendDir(), stack) } }).after;
}

/**
 * Compares the computed matrix with the servers that a stack, or the one whose platform it uses, has made. The resources of
 * all stacks count: several may give access to one server.
 *
 * @param platform the platform's stack, as the config names it
 */
export async function verifyStack(server: Pick<Server, "postgresFor">, stack: string, platform?: string): Promise<LiveResult> {
    const own = [stack, ...(platform === undefined ? [] : [platform.split("/").at(-1) ?? platform])];
    const mine = new Set(own.flatMap(resourcesOf).map(({ urn }) => urn));
    return verifySandbox(server, together(...listStacks(backendDir()).map(resourcesOf)), mine);
}
