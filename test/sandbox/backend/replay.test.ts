import assert from "node:assert/strict";

import type { JournalEntry, ResourceState } from "../../../sandbox/backend/deployment";
import { replay } from "../../../sandbox/backend/replay";

const resource = (urn: string, more: Partial<ResourceState> = {}): ResourceState => ({ urn, type: "t", ...more });
const [A, B, C] = [resource("a"), resource("b"), resource("c")];

function after(before: readonly ResourceState[], ...steps: readonly Partial<JournalEntry>[]) {
    const entries = steps.map((step, index): JournalEntry => ({
        kind: 1,
        operationID: index,
        sequenceID: index,
        ...step,
    }));
    return replay({ resources: before }, entries);
}

describe("the replay of a journal", () => {
    it("adds what was created before what is old, and removes what was deleted", () => {
        assert.deepEqual(after([A, B], { state: C }, { removeOld: 0 }), { resources: [C, B], pending_operations: [] });
    });

    it("replaces what was updated, and what was created and then removed", () => {
        const updated = resource("a", { id: "2" });
        assert.deepEqual(after([A], { state: updated, removeOld: 0 }).resources, [updated]);
        assert.deepEqual(after([], { state: A, operationID: 7 }, { removeNew: 7 }).resources, []);
    });

    it("marks what is still to be deleted or replaced", () => {
        assert.deepEqual(
            after([A, B], { state: resource("a", { id: "2" }), deleteOld: 0, pendingReplacementOld: 1 }).resources,
            [resource("a", { id: "2" }), { ...A, delete: true }, { ...B, pendingReplacement: true }],
        );
        assert.deepEqual(
            after([], { state: A, operationID: 7 }, { deleteNew: 7 }, { pendingReplacementNew: 7 }).resources,
            [{ ...A, delete: true, pendingReplacement: true }],
        );
    });

    it("keeps operations that began and did not end, and creations of earlier runs", () => {
        const creating = { resource: A, type: "creating" };
        const [deleting, updating] = [
            { resource: B, type: "deleting" },
            { resource: C, type: "updating" },
        ];
        const entries: JournalEntry[] = [
            { kind: 0, sequenceID: 1, operationID: 1, operation: deleting },
            { kind: 0, sequenceID: 2, operationID: 2, operation: updating },
            { kind: 2, sequenceID: 3, operationID: 2 },
        ];
        assert.deepEqual(replay({ pending_operations: [creating, updating] }, entries).pending_operations, [
            deleting,
            creating,
        ]);
    });

    it("reads entries in the order of the steps, in whatever order they were recorded", () => {
        const entries: JournalEntry[] = [
            { kind: 1, sequenceID: 2, operationID: 2, removeNew: 1 },
            { kind: 1, sequenceID: 1, operationID: 1, state: A },
        ];
        assert.deepEqual(replay({}, entries).resources, []);
    });

    it("leaves no dependency on what a refresh did not find", () => {
        const child = resource("c", {
            parent: "b",
            dependencies: ["a", "b"],
            propertyDependencies: { x: ["b"], y: ["a"] },
            deletedWith: "b",
        });
        const before = [A, resource("b", { parent: "a" }), child];
        assert.deepEqual(after(before, { kind: 3, removeOld: 1 }).resources, [
            A,
            resource("c", { dependencies: ["a"], propertyDependencies: { y: ["a"] } }),
        ]);
        const again = { ...A, outputs: { seen: true } };
        assert.deepEqual(after([A], { kind: 3, removeOld: 0, state: again }).resources, [again]);
    });

    it("begins anew where the engine does, and knows a new way to keep secrets", () => {
        assert.deepEqual(after([A, B], { removeOld: 0 }, { kind: 7 }, { removeOld: 0 }).resources, []);
        assert.deepEqual(
            replay({}, [{ kind: 6, sequenceID: 1, operationID: 1, secretsProvider: { type: "passphrase" } }]),
            {
                secrets_providers: { type: "passphrase" },
                resources: [],
                pending_operations: [],
            },
        );
    });

    it("refuses an entry that it does not know", () => {
        assert.throws(
            () => after([], { kind: 9 }),
            new Error("the engine's journal has an entry of the unknown kind 9"),
        );
    });
});
