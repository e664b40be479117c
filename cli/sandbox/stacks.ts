import { readResources, together } from "../../access";
import type { LiveResult, Resource } from "../../access";
import { UserError } from "../../toolkit/userError";
import { backendDir } from "../../sandbox/run";
import { listStacks, readDeployment } from "../../sandbox/backend/checkpoints";
import type { Deployment } from "../../sandbox/backend/deployment";
import type { Server } from "../../sandbox/server";
import { ownName } from "../command/stackName";
import { inSandbox } from "./session";
import { verifySandbox } from "./verifySandbox";

/** The sandbox's state of a stack. @throws UserError when the stack does not exist */
export function deploymentOf(stack: string): Deployment {
    const deployment = readDeployment(backendDir(), stack);
    if (deployment === undefined) {
        throw new UserError(noStack(stack));
    }
    return { resources: [], ...deployment };
}

/** What `pulumi stack export` prints of the sandbox's state of a stack; undefined if it does not exist. */
export function stateOf(stack: string): unknown {
    const deployment = readDeployment(backendDir(), stack);
    return deployment && { deployment: { resources: [], ...deployment } };
}

/** The resources in the sandbox's state of a stack; none if it does not exist. */
export function resourcesOf(stack: string): readonly Resource[] {
    return readResources({ deployment: { resources: [], ...readDeployment(backendDir(), stack) } }).after;
}

/**
 * Compares the computed matrix with the servers that a stack or its platform stack created.
 *
 * @param platform the platform stack, as the config names it
 * @param exhaustive whether every login tries everything, however many there are
 */
export async function verifyStack(
    server: Pick<Server, "postgresFor">,
    stack: string,
    platform?: string,
    exhaustive?: boolean,
): Promise<LiveResult> {
    const { resources, mine } = withPlatform(stack, platform);
    return verifySandbox(server, resources, mine, exhaustive);
}

/**
 * The resources of all sandbox stacks, since several may use one server; and which of them belong to this stack or to its
 * platform stack.
 *
 * @param platform the platform stack, as the config names it
 */
export function withPlatform(
    stack: string,
    platform: string | undefined,
): { readonly resources: readonly Resource[]; readonly mine: ReadonlySet<string> } {
    const own = [stack, ...(platform === undefined ? [] : [ownName(platform)])];
    return {
        resources: together(...listStacks(backendDir()).map(resourcesOf)),
        mine: new Set(own.flatMap(resourcesOf).map(({ urn }) => urn)),
    };
}

/** @throws UserError when the stack is not in the sandbox */
export function needStack(stack: string): void {
    if (resourcesOf(stack).length === 0) {
        throw new UserError(noStack(stack));
    }
}

/** Compares the computed matrix with the servers of a sandbox stack. @throws UserError when the stack does not exist */
export async function liveSandbox(stack: string): Promise<LiveResult> {
    needStack(stack);
    return inSandbox((sandbox) => verifyStack(sandbox.server, stack));
}

function noStack(stack: string): string {
    return `the sandbox has no stack ${JSON.stringify(stack)}; deploy it: npm start -- --stack ${stack}`;
}
