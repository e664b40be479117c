import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { DB_CLUSTER_SNAPSHOT, KEY } from "../../sandbox/cloud/aws/tokens";
import type { ExistingObject } from "../../sandbox/run/existingObjects";
import { projectDir } from "../../toolkit/paths";
import { destroy, leftovers } from "../support/deletionOrder";
import { exampleStacks, type ExampleStack } from "../support/examples";
import { type Deployment, deploy, update } from "../support/standIn";
import { leftByTrail, leftByYear, steps, type Step } from "./yearSteps";

function existingOf({ name }: ExampleStack): readonly ExistingObject[] {
    const file = join(projectDir, name.replace(/\.yaml$/, ".existing.json"));
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ExistingObject[]) : [];
}

/** The config after the first step of docs/runbook.md's "Removing …": nothing is protected. */
function unprotected({ config }: ExampleStack): Record<string, string> {
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key, value.replace('"protect":true', '"protect":false')]),
    );
}

/** What docs/runbook.md says that a stack leaves, by type; nothing unless listed. */
const documented: Readonly<Record<string, readonly string[]>> = {
    // The final snapshot, and its key.
    "Pulumi.dev.yaml": [KEY, DB_CLUSTER_SNAPSHOT],
    "examples/stacks/alarms.yaml": leftByTrail,
};

describe("pulumi destroy, in batches as the engine makes them", () => {
    for (const stack of exampleStacks) {
        it(`of ${stack.name} is refused nothing by AWS, and leaves what the runbook says`, async () => {
            const deployment = await deploy(unprotected(stack), existingOf(stack));
            assert.ok(deployment.resources.length > 30, `${deployment.resources.length}`);
            assert.deepEqual(await destroy(deployment.resources), []);
            const left = leftovers(deployment);
            assert.deepEqual(
                left.map(({ type }) => type),
                documented[stack.name] ?? [],
            );
            // Nothing is left without the key that it can be read with.
            const keys = left.filter(({ type }) => type === KEY).map(({ state }) => state["arn"]);
            const needed = left.flatMap(({ state }) => state["kmsKeyId"] ?? []).filter((arn) => arn !== "");
            assert.deepEqual(
                needed.filter((arn) => !keys.includes(arn)),
                [],
            );
        });
    }
});

describe("the changes of a year, whose deletions have the least favourable of the engine's orders", () => {
    let last: Deployment | undefined;

    for (const step of steps) {
        it(`are refused nothing by AWS when a stack ${step.title}`, async () => {
            const config = asPassed(step);
            last = last === undefined ? await deploy(config) : await update(config, last);
            assert.deepEqual(await destroy(last.condemned), []);
        });
    }

    it("leave what the runbook says once the stack is destroyed", async () => {
        assert.ok(last);
        assert.deepEqual(await destroy(last.resources), []);
        const left = leftovers(last).map(({ type }) => type);
        assert.deepEqual(left.sort(), [...leftByYear].sort());
    });
});

/** The config as the engine passes it to the program: groups and lists are JSON. */
function asPassed({ config }: Step): Record<string, string> {
    const texts = Object.entries(config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return Object.fromEntries(texts) as Record<string, string>;
}
