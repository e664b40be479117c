/** A resource in the engine's state, as far as the sandbox reads it. */
export interface ResourceState {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly parent?: string;
    readonly dependencies?: readonly string[];
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
    readonly deletedWith?: string;
    /** The engine refuses to delete it. */
    readonly protect?: boolean;
    /** Whether it was replaced and is still to be deleted. */
    readonly delete?: boolean;
    readonly pendingReplacement?: boolean;
    /** Names of the program's hooks, by lifecycle event. */
    readonly resourceHooks?: Readonly<Record<string, readonly string[]>>;
}

/** An operation that began and of which nothing says that it ended. */
export interface PendingOperation {
    readonly resource: ResourceState;
    readonly type: string;
}

/** The engine's state of a stack: the resources it created, and the operations that were pending when it was killed. */
export interface Deployment {
    readonly manifest?: object;
    readonly secrets_providers?: object;
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly PendingOperation[];
}

/** A step of a run, as the engine reports it: https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/apitype/journal.go */
export interface JournalEntry {
    readonly kind: number;
    readonly sequenceID: number;
    readonly operationID: number;
    /** The index of a resource in the state before the run. */
    readonly removeOld?: number | null;
    /** The operation that created a resource. */
    readonly removeNew?: number | null;
    readonly pendingReplacementOld?: number;
    readonly pendingReplacementNew?: number;
    readonly deleteOld?: number;
    readonly deleteNew?: number;
    readonly state?: ResourceState;
    readonly operation?: PendingOperation;
    readonly isRefresh?: boolean;
    readonly secretsProvider?: object;
    readonly newSnapshot?: Deployment;
}
