import { deepEqual, equal } from "node:assert/strict";

import { kinds } from "../../../../sandbox/providers/kubernetes/kinds";
import { shapes } from "../../../../sandbox/providers/kubernetes/shapes";
import type { Shape } from "../../../../sandbox/providers/kubernetes/shapes/shape";

describe("the shapes of Kubernetes' objects", () => {
    it("refer only to defined types", () => {
        const named = (shape: Shape): string[] =>
            shape.kind === "named" ? [shape.type] : shape.kind === "plain" ? [] : named(shape.of);
        const used = shapes.names().flatMap((name) => [...shapes.fields(name).values()].flatMap(named));
        deepEqual(
            [...new Set(used)].filter((name) => !shapes.names().includes(name)),
            [],
        );
    });

    it("include every kind", () => {
        for (const { kind } of kinds.values()) {
            equal(shapes.fields(kind).has("metadata"), true, kind);
        }
    });
});
