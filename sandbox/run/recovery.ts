import { readFileSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { commandLine } from "../../toolkit/system/commandLine";
import { readIfThere } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";

/** The parts of a resource in the engine's state that the recovery needs. */
export interface ResourceState {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    /** The engine refuses to delete it. */
    readonly protect?: boolean;
    /** Names of the program's hooks, by lifecycle event. */
    readonly resourceHooks?: Readonly<Record<string, readonly string[]>>;
}

/** The engine's state of a stack: the resources it created, and the operations that were pending when it was killed. */
export interface Deployment {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly { readonly resource: ResourceState; readonly type: string }[];
}

/** An existing object, whether or not the engine's state contains it. */
export interface Existing {
    readonly type: string;
    readonly id: string;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** Another running process works on the stack. */
export class StackBusyError extends UserError {}

/**
 * Removes the locks that killed engines left on a stack. The file backend never does that itself.
 *
 * @throws StackBusyError when a running engine holds one
 */
export function removeDeadLocks(backendDir: string, stack: string): void {
    const dir = join(backendDir, ".pulumi", "locks", "organization", "keyless", stack);
    for (const name of list(dir)) {
        const lock = JSON.parse(readFileSync(join(dir, name), "utf8")) as { pid: number; hostname: string };
        if (lock.hostname !== hostname() || isEngine(lock.pid)) {
            throw new StackBusyError(
                `process ${lock.pid} on ${lock.hostname} works on the stack ${stack}: wait for it, or end it`,
            );
        }
        rmSync(join(dir, name), { force: true });
    }
}

/** Whether the process with this id is an engine, and not another process that reused the id. */
function isEngine(pid: number): boolean {
    return /(^|\/)pulumi([\0 ]|$)/.test(commandLine(pid));
}

/** The backend's state of a stack; undefined before its first run. */
export function readDeployment(backendDir: string, stack: string): Deployment | undefined {
    const text = readIfThere(join(backendDir, ".pulumi", "stacks", "keyless", `${stack}.json`));
    if (text === undefined) {
        return undefined;
    }
    const { checkpoint } = JSON.parse(text) as { checkpoint: { latest?: Deployment } };
    return checkpoint.latest ?? {};
}

/** Whether deleting a resource requires the program, which contains its hooks. */
export function hasDeleteHooks({ resources = [] }: Deployment): boolean {
    return resources.some(({ resourceHooks = {} }) =>
        Object.entries(resourceHooks).some(([when, hooks]) => when.endsWith("Delete") && hooks.length > 0),
    );
}

/** The stacks in the backend. */
export function listStacks(backendDir: string): string[] {
    return list(join(backendDir, ".pulumi", "stacks", "keyless")).map((name) => name.slice(0, -".json".length));
}

/**
 * The state from which an interrupted run can resume. Objects that were being created when the engine was killed may
 * exist without its knowledge: those found are added to the state, for a refresh to read; all others are recreated.
 */
export function recover(deployment: Deployment, existing: readonly Existing[]): Deployment {
    const known = new Set((deployment.resources ?? []).map(({ type, id }) => `${type} ${id}`));
    const adopted: ResourceState[] = [];
    for (const { resource, type } of deployment.pending_operations ?? []) {
        const id = type === "creating" ? idOf(resource, existing, known) : undefined;
        if (id !== undefined) {
            known.add(`${resource.type} ${id}`);
            adopted.push({ ...resource, id });
        }
    }
    return { ...deployment, resources: [...(deployment.resources ?? []), ...adopted], pending_operations: [] };
}

function idOf(resource: ResourceState, existing: readonly Existing[], known: ReadonlySet<string>): string | undefined {
    const { type, inputs = {} } = resource;
    switch (type) {
        // Postgres objects are identified by their names; the refresh finds out whether they exist.
        case "postgresql:index/role:Role":
        case "postgresql:index/database:Database":
            return String(inputs["name"]);
        case "postgresql:index/schema:Schema":
            return `${String(inputs["database"])}.${String(inputs["name"])}`;
        default:
            return existing.find(
                (each) => each.type === type && !known.has(`${type} ${each.id}`) && isSame(each.inputs, inputs),
            )?.id;
    }
}

/** A name identifies one object. The engine keeps internal entries (`__defaults`) among a resource's inputs. */
function isSame(made: Readonly<Record<string, unknown>>, asked: Readonly<Record<string, unknown>>): boolean {
    const named = asked["name"] !== undefined && made["name"] === asked["name"];
    return named || isDeepStrictEqual(withoutMarks(made), withoutMarks(asked));
}

function withoutMarks(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith("__")));
}

function list(dir: string): string[] {
    try {
        return readdirSync(dir).filter((name) => name.endsWith(".json"));
    } catch {
        return [];
    }
}
