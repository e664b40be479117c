import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import { parseDocument, reach, recognise, trust, visible } from "../policy/iam";
import { record, type Recorded } from "./support/mocks";

const load = createRequire(__filename);
const root = join(__dirname, "..");
const folder = join(root, "examples", "stacks");
const stacks = [
    ...["Pulumi.dev.yaml", "Pulumi.local.yaml"].map((name) => join(root, name)),
    ...readdirSync(folder).filter((name) => name.endsWith(".yaml")).map((name) => join(folder, name)),
];

/** The stack's config as the engine hands it on. */
function configOf(file: string): Record<string, string> {
    const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
}

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
    for (const file of stacks) {
        it(`of ${file.slice(root.length + 1)} are exact, or allow no connect at all`, async () => {
            const recording = await record(
                () => {
                    delete load.cache[load.resolve("../index")];
                    load("../index");
                },
                { config: configOf(file) },
            );
            const judged = recording.resources.flatMap(({ type, name, inputs }: Recorded) =>
                documentsIn(inputs).map((text) => ({ resource: `${type} ${name}`, verdict: verdictOf(text) })),
            );
            assert.deepEqual(judged.filter(({ verdict }) => verdict !== "exact" && verdict !== "none"), []);
            assert.ok(judged.some(({ verdict }) => verdict === "exact"));
        });
    }
});
