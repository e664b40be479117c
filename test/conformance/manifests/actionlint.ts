import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Described } from "../../../cli/fleet/manifests/described";
import { githubWorkflow } from "../../../cli/fleet/manifests/github";
import { projectDir } from "../../../toolkit/paths";
import { workflowDir } from "../../github/workflow";

interface Workflow {
    readonly name: string;
    readonly text: string;
}

/** The workflows that are generated, that the repository runs, and that the docs show as a whole. */
export function workflows(generated: readonly Described[]): readonly Workflow[] {
    const docs = join(projectDir, "docs");
    const pages = readdirSync(docs, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
    return [
        ...generated.map((all) => ({ name: `fleet-${all.plan.name}.yml`, text: githubWorkflow(all) })),
        ...readdirSync(workflowDir).map((name) => ({ name, text: readFileSync(join(workflowDir, name), "utf8") })),
        ...pages.flatMap((name) =>
            [...readFileSync(join(docs, name), "utf8").matchAll(/^( *)```ya?ml\n(.*?)^ *```$/gms)]
                .map(([, indent = "", block = ""]) => block.replaceAll(new RegExp(`^${indent}`, "gm"), ""))
                .filter((block) => /^on:/m.test(block) && /^jobs:/m.test(block))
                .map((text, index) => ({ name: `${name}#${index + 1}`, text })),
        ),
    ];
}

/** What actionlint finds in a workflow. @throws if it does not run */
export function linted(actionlint: string, { name, text }: Workflow): readonly string[] {
    const args = ["-oneline", "-no-color", "-stdin-filename", name, "-"];
    const { error, stdout, stderr, status } = spawnSync(actionlint, args, { input: text, encoding: "utf8" });
    // 1: it found something.
    if (error !== undefined || (status !== 0 && status !== 1)) {
        throw error ?? new Error(`${actionlint} ended with ${status}: ${stderr}`);
    }
    return stdout.split("\n").filter((line) => line !== "");
}
