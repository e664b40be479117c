import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, reach, recognise, trust, visible } from "../../policy/iam";
import { exampleStacks, recordStack } from "../support/examples";
import type { Recorded } from "../support/mocks";
import { takesTags } from "../support/tags";

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

/** How many resources of each type each stack makes: `KEYLESS_WRITE=1 npx mocha --config .mocharc.integration.yml test/integration/exampleStacks.test.ts` counts anew. */
const inventoryFile = join(__dirname, "exampleStacks.json");
const rewrite = process.env["KEYLESS_WRITE"] !== undefined;
const found: Record<string, Record<string, number>> = {};
const inventories = rewrite ? found : (JSON.parse(readFileSync(inventoryFile, "utf8")) as typeof found);

describe("the resources of all example stacks, in an AWS that only takes notes", () => {
    after(() => {
        if (rewrite) {
            const sorted = Object.entries(found).map(([name, counts]) => [name, Object.fromEntries(Object.entries(counts).sort())]);
            writeFileSync(inventoryFile, `${JSON.stringify(Object.fromEntries(sorted), undefined, 4)}\n`);
        }
    });

    for (const stack of exampleStacks) {
        it(`of ${stack.name} are these and no others, and their IAM documents are exact or allow no connect at all`, async () => {
            const recording = await recordStack(stack);
            const judged = recording.resources.flatMap(({ type, name, inputs }: Recorded) =>
                documentsIn(inputs).map((text) => ({ resource: `${type} ${name}`, verdict: verdictOf(text) })),
            );
            found[stack.name] = recording.inventory();
            assert.deepEqual(found[stack.name], inventories[stack.name]);
            assert.deepEqual(judged.filter(({ verdict }) => verdict !== "exact" && verdict !== "none"), []);
            assert.ok(judged.some(({ verdict }) => verdict === "exact"));
        });

        it(`of ${stack.name} have their tags wherever AWS takes any`, async () => {
            const { resources } = await recordStack(stack);
            const own = resources.filter(({ type }) => type.startsWith("aws:"));
            const untagged = own.filter(({ type, inputs }) => {
                const tags = inputs["tags"] as Record<string, string> | undefined;
                return takesTags(type) && (tags?.["project"] !== "keyless" || tags["stack"] !== "test");
            });
            assert.deepEqual(untagged.map(({ type, name }) => `${type} ${name}`), []);
            assert.ok(own.length > 10);
        });
    }
});
