import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { clientsPage } from "./clientsPage";
import { changesPage } from "./changesPage";
import { cliPage } from "./cliPage";
import { componentsPage } from "./componentsPage";
import { configExcerpt, configPage } from "./configPage";
import { examplesPage } from "./examplesPage";
import { jsonSchema } from "./jsonSchema";
import { withPart } from "./markdown";
import { project } from "./project";
import { replacedBy } from "./replacedBy";
import { rulePages } from "./rulePages";

export const root = resolve(__dirname, "../..");

/** Everything that `npm run reference` writes: paths from the project's folder, and what has to stand there. */
export function files(): Map<string, string> {
    return new Map([
        ["Pulumi.yaml", project(read("Pulumi.yaml"))],
        ["keyless.schema.json", jsonSchema()],
        ["docs/reference/config.md", configPage()],
        ["docs/reference/changes.md", changesPage()],
        ["docs/reference/cli.md", cliPage()],
        ["docs/reference/components.md", componentsPage(root)],
        ["docs/clients.md", clientsPage(read("docs/clients.json"))],
        ["examples/README.md", examplesPage(root, read)],
        ["README.md", withPart(read("README.md"), "config", configExcerpt())],
        ["access/consequences/replacedBy.json", replacedBy()],
        ...rulePages(read),
    ]);
}

export function read(path: string): string {
    return readFileSync(join(root, path), "utf8");
}
