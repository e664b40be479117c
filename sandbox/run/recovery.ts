import { readFileSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { commandLine } from "../commandLine";
import { readIfThere } from "../postgres/files";
import { UserError } from "../userError";

/** A resource in the engine's state, as far as the recovery looks at it. */
export interface ResourceState {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    /** The engine refuses to delete it. */
    readonly protect?: boolean;
    /** Names of the program's hooks, by when they run. */
    readonly resourceHooks?: Readonly<Record<string, readonly string[]>>;
}

/** The engine's state of a stack: what it made, and what it was at when it was killed. */
export interface Deployment {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly { readonly resource: ResourceState; readonly type: string }[];
}

/** Something that exists, whether the engine knows of it or not. */
export interface Existing {
    readonly type: string;
    readonly id: string;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** Another process, which lives, works on the stack. */
export class StackBusyError extends UserError {}

/**
 * Removes the locks that killed engines left on a stack. The file backend never does that by itself.
 *
 * @throws StackBusyError when an engine that lives holds one
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

/** Whether an engine runs under this number, and not another process that was given it since. */
function isEngine(pid: number): boolean {
    return /(^|\/)pulumi([\0 ]|$)/.test(commandLine(pid));
}

/** What the backend has of a stack; undefined before its first run. */
export function readDeployment(backendDir: string, stack: string): Deployment | undefined {
    const text = readIfThere(join(backendDir, ".pulumi", "stacks", "keyless", `${stack}.json`));
    if (text === undefined) {
        return undefined;
    }
    const { checkpoint } = JSON.parse(text) as { checkpoint: { latest?: Deployment } };
    return checkpoint.latest ?? {};
}

/** Whether a resource is deleted with the help of the program, in which its hooks are. */
export function hasDeleteHooks({ resources = [] }: Deployment): boolean {
    return resources.some(({ resourceHooks = {} }) =>
        Object.entries(resourceHooks).some(([when, hooks]) => when.endsWith("Delete") && hooks.length > 0),
    );
}

/** The stacks that the backend has. */
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

/** A name is one thing's alone. The engine keeps marks of its own (`__defaults`) among a resource's inputs. */
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
