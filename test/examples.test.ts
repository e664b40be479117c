import assert from "node:assert/strict";
import { parseDocument, reach, recognise, trust, visible } from "../policy/iam";
import { exampleStacks, recordStack } from "./support/examples";
import type { Recorded } from "./support/mocks";

/** Every text in a resource that is a policy document, wherever it stands. */
function documentsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return /^\s*\{.*"Statement"/s.test(value) ? [value] : [];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(documentsIn) : [];
}

function verdictOf(text: string): string {
    const found = recognise(text) === "trust" ? trust(parseDocument(text, "trust")) : reach([parseDocument(text, "identity")]);
    return found.verdict === "exact" || found.verdict === "none" ? found.verdict : `${found.verdict}: ${visible(found.reason)}: ${text}`;
}

describe("the IAM documents of all example stacks", () => {
    for (const stack of exampleStacks) {
        it(`of ${stack.name} are exact, or allow no connect at all`, async () => {
            const recording = await recordStack(stack);
            const judged = recording.resources.flatMap(({ type, name, inputs }: Recorded) =>
                documentsIn(inputs).map((text) => ({ resource: `${type} ${name}`, verdict: verdictOf(text) })),
            );
            assert.deepEqual(judged.filter(({ verdict }) => verdict !== "exact" && verdict !== "none"), []);
            assert.ok(judged.some(({ verdict }) => verdict === "exact"));
        });
    }
});
