import type { Deployment, JournalEntry, PendingOperation, ResourceState } from "./deployment";

/** https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/apitype/journal.go */
const Kind = {
    begin: 0,
    success: 1,
    failure: 2,
    refreshSuccess: 3,
    outputs: 4,
    write: 5,
    secretsManager: 6,
    rebuiltBaseState: 7,
} as const;

/**
 * The state that a run leaves, from the state before it and its journal. The same as the engine's own
 * (https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/journal.go, JournalReplayer), except for what this program does
 * not use: snippets and extensions.
 *
 * @throws an error for an entry of a kind that is not known
 */
export function replay(base: Deployment, entries: readonly JournalEntry[]): Deployment {
    let state = new Replay(base);
    for (const entry of [...entries].sort((one, other) => one.sequenceID - other.sequenceID)) {
        if (entry.kind === Kind.rebuiltBaseState) {
            state = new Replay(state.deployment());
        } else {
            state.add(entry);
        }
    }
    return state.deployment();
}

class Replay {
    private readonly created = new Map<number, ResourceState>();
    private readonly removedNew = new Set<number>();
    private readonly removedOld = new Set<number>();
    private readonly replacedOld = new Map<number, ResourceState>();
    private readonly deletedOld = new Set<number>();
    private readonly pendingOld = new Set<number>();
    private readonly begun = new Map<number, PendingOperation>();
    private refreshed = false;

    constructor(private base: Deployment) {}

    add(entry: JournalEntry): void {
        const { kind, operationID, state, operation } = entry;
        const [old, fresh] = [entry.removeOld ?? undefined, entry.removeNew ?? undefined];
        switch (kind) {
            case Kind.begin:
                if (operation !== undefined) {
                    this.begun.set(operationID, operation);
                }
                return;
            case Kind.success:
                this.begun.delete(operationID);
                this.succeed(entry, old, fresh);
                return;
            case Kind.refreshSuccess:
                this.begun.delete(operationID);
                this.refreshed = true;
                this.replaceOrRemove(state, old, fresh);
                return;
            case Kind.failure:
                this.begun.delete(operationID);
                return;
            case Kind.outputs:
                if (state !== undefined) {
                    this.replaceOrRemove(state, old, fresh);
                }
                return;
            case Kind.write:
                this.base = entry.newSnapshot ?? {};
                return;
            case Kind.secretsManager:
                this.base = {
                    ...this.base,
                    ...(entry.secretsProvider && { secrets_providers: entry.secretsProvider }),
                };
                return;
            default:
                throw new Error(`the engine's journal has an entry of the unknown kind ${kind}`);
        }
    }

    deployment(): Deployment {
        const fresh = [...this.created].filter(([id]) => !this.removedNew.has(id)).map(([, resource]) => resource);
        const { resources: before = [], pending_operations: pending = [] } = this.base;
        const old = before.flatMap((resource, index) => {
            if (this.removedOld.has(index)) {
                return [];
            }
            const kept = this.pendingOld.has(index) ? { ...resource, pendingReplacement: true } : resource;
            return [this.replacedOld.get(index) ?? (this.deletedOld.has(index) ? { ...kept, delete: true } : kept)];
        });
        const resources = [...fresh, ...old];
        return {
            ...this.base,
            resources: this.refreshed ? withoutDangling(resources) : resources,
            // Only a person can tell whether an operation that never ended created something.
            pending_operations: [...this.begun.values(), ...pending.filter(({ type }) => type === "creating")],
        };
    }

    private succeed(entry: JournalEntry, old: number | undefined, fresh: number | undefined): void {
        const { operationID, state, deleteOld, deleteNew, pendingReplacementOld, pendingReplacementNew } = entry;
        if (state !== undefined) {
            this.created.set(operationID, state);
        }
        if (old !== undefined) {
            this.removedOld.add(old);
        }
        if (fresh !== undefined) {
            this.removedNew.add(fresh);
        }
        if (deleteOld !== undefined) {
            this.deletedOld.add(deleteOld);
        }
        if (pendingReplacementOld !== undefined) {
            this.pendingOld.add(pendingReplacementOld);
        }
        this.mark(deleteNew, { delete: true });
        this.mark(pendingReplacementNew, { pendingReplacement: true });
        this.refreshed ||= entry.isRefresh === true;
    }

    private mark(operation: number | undefined, mark: Partial<ResourceState>): void {
        const resource = operation === undefined ? undefined : this.created.get(operation);
        if (operation !== undefined && resource !== undefined) {
            this.created.set(operation, { ...resource, ...mark });
        }
    }

    private replaceOrRemove(
        state: ResourceState | undefined,
        old: number | undefined,
        fresh: number | undefined,
    ): void {
        if (old !== undefined) {
            if (state === undefined) {
                this.removedOld.add(old);
            } else {
                this.replacedOld.set(old, state);
            }
        }
        if (fresh !== undefined) {
            if (state === undefined) {
                this.removedNew.add(fresh);
            } else {
                this.created.set(fresh, state);
            }
        }
    }
}

/** A refresh may remove resources on which others still depend. */
function withoutDangling(resources: readonly ResourceState[]): ResourceState[] {
    const there = new Set<string>();
    const parents = new Map<string, string | undefined>();
    return resources.map((resource) => {
        const { urn, dependencies = [], propertyDependencies = {}, deletedWith, parent, ...rest } = resource;
        const known = (urns: readonly string[]) => urns.filter((one) => there.has(one));
        const nearest = parent === undefined || there.has(parent) ? parent : parents.get(parent);
        const needed = known(dependencies);
        const byProperty = Object.entries(propertyDependencies)
            .map(([key, urns]) => [key, known(urns)] as const)
            .filter(([, urns]) => urns.length > 0);
        there.add(urn);
        parents.set(urn, nearest);
        return {
            ...rest,
            urn,
            ...(nearest !== undefined && { parent: nearest }),
            ...(needed.length > 0 && { dependencies: needed }),
            ...(byProperty.length > 0 && { propertyDependencies: Object.fromEntries(byProperty) }),
            ...(deletedWith !== undefined && there.has(deletedWith) && { deletedWith }),
        };
    });
}
