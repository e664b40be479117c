import { join, relative } from "node:path";

import { shown } from "../../../toolkit/shown";
import { writeWhole } from "../../../toolkit/system/files";
import { print, printJson } from "../../../toolkit/terminal";
import { UserError } from "../../../toolkit/userError";
import { userPath } from "../../command/options";
import { deploymentSettings } from "../manifests/deployments";
import type { Described } from "../manifests/described";
import { githubWorkflow } from "../manifests/github";
import { operatorManifest, unfitNames } from "../manifests/operator";
import { common, needPlaced, text } from "../options";
import type { Cell } from "../plan";
import { readFleet } from "../shards";
import { verb } from "../verb";

/** The files of each engine, by their names. */
const engines: Readonly<Record<string, (described: Described) => readonly (readonly [string, string])[]>> = {
    operator: (described) =>
        described.plan.cells.map((cell) => [
            `${described.plan.name}-${cell.name}.stacks.yaml`,
            operatorManifest(described, cell),
        ]),
    deployments: (described) =>
        described.shards.flatMap((shard) =>
            described.plan.cells
                .filter(({ name }) => name === shard.cell)
                .map(
                    (cell) => [`Pulumi.${shard.name}.deploy.yaml`, deploymentSettings(described, cell, shard)] as const,
                ),
        ),
    github: (described) => [[`fleet-${described.plan.name}.yml`, githubWorkflow(described)]],
};
const names = Object.keys(engines);

/** Engines that assume a role by its ARN; in the operator's cluster a Pod Identity association may stand for it. */
const withRoles = ["deployments", "github"];

export const manifests = verb(
    { ...common, for: text, out: text },
    async (path, { file, for: wanted, out, json }, usage) => {
        const make = wanted !== undefined && Object.hasOwn(engines, wanted) ? engines[wanted] : undefined;
        if (wanted === undefined || make === undefined || out === undefined) {
            throw new UserError(shown`manifests needs --for ${names.join("|")} and --out DIR\n\n${usage}`);
        }
        const { plan, stacks } = needPlaced(readFleet(path), file);
        if (plan.engine === undefined) {
            throw new UserError(`${file} has no engine: write engine.repository at least (docs/fleet-engines.md)`);
        }
        const without = plan.cells.filter((cell: Cell) => cell.deployer === undefined).map(({ name }) => name);
        if (withRoles.includes(wanted) && without.length > 0) {
            throw new UserError(
                `the cells ${without.join(", ")} have no deployer: write the ARN of the role that ${wanted} assumes`,
            );
        }
        const described = { plan, engine: plan.engine, shards: stacks };
        const unfit = wanted === "operator" ? plan.cells.flatMap((cell) => unfitNames(described, cell)) : [];
        if (unfit.length > 0) {
            throw new UserError(
                `the operator cannot run the stacks ${unfit.join(", ")}: allowed are lower-case letters, digits and hyphens, up to 42, ` +
                    "with a letter first; give the fleet and its cells shorter names, or use another engine",
            );
        }
        const folder = userPath(out);
        const files = make(described);
        files.forEach(([name, content]) => writeWhole(join(folder, name), content, 0o644));
        if (json) {
            printJson({ files: files.map(([name]) => join(folder, name)) });
        } else {
            print(`written: ${files.length} files in ${relative(process.cwd(), folder) || "."}`);
        }
        return 0;
    },
);
