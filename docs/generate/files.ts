import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cliPage } from "./cliPage";
import { componentsPage } from "./componentsPage";
import { configPage } from "./configPage";
import { jsonSchema } from "./jsonSchema";
import { rulePages } from "./rulePages";

export const root = resolve(__dirname, "../..");

/** Everything that `npm run reference` writes: paths from the project's folder, and what has to stand there. */
export function files(): Map<string, string> {
    return new Map([
        ["keyless.schema.json", jsonSchema()],
        ["docs/reference/config.md", configPage()],
        ["docs/reference/cli.md", cliPage()],
        ["docs/reference/components.md", componentsPage(root)],
        ...rulePages(read),
    ]);
}

export function read(path: string): string {
    return readFileSync(join(root, path), "utf8");
}
