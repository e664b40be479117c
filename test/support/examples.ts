import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Recording } from "./mocks";
import { runProgram } from "./program";

const root = join(__dirname, "..", "..");
const folder = join(root, "examples", "stacks");

/** An example stack for users. */
export interface ExampleStack {
    /** Its file, from the project's folder on. */
    readonly name: string;
    /** The stack's config as the engine passes it on. */
    readonly config: Readonly<Record<string, string>>;
}

/** All of them: the samples, and the two beside Pulumi.yaml. */
export const exampleStacks: readonly ExampleStack[] = [
    ...["Pulumi.dev.yaml", "Pulumi.local.yaml"].map((name) => join(root, name)),
    ...readdirSync(folder)
        .filter((name) => name.endsWith(".yaml"))
        .map((name) => join(folder, name)),
].map((file) => {
    const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    const entries = Object.entries(config).map(([key, value]): [string, string] => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return { name: file.slice(root.length + 1), config: Object.fromEntries(entries) };
});

const recorded = new Map<string, Promise<Recording>>();

/** The resources that the program registers for a stack's config; computed once for all callers. */
export function recordStack({ name, config }: ExampleStack): Promise<Recording> {
    const known = recorded.get(name);
    if (known !== undefined) {
        return known;
    }
    const recording = runProgram({ config }).then((ran) => ran.recording);
    recorded.set(name, recording);
    return recording;
}
