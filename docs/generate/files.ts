import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { configPage } from "./configPage";
import { jsonSchema } from "./jsonSchema";

export const root = resolve(__dirname, "../..");

/** Everything that `npm run reference` writes: paths from the project's folder, and what has to stand there. */
export function files(): Map<string, string> {
    return new Map([
        ["keyless.schema.json", jsonSchema()],
        ["docs/reference/config.md", configPage()],
    ]);
}

export function read(path: string): string {
    return readFileSync(join(root, path), "utf8");
}
