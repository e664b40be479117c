import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import { readDeployment } from "../../sandbox/backend/checkpoints";
import { Store } from "../../sandbox/cloud/store";
import { InlineStack } from "../support/inlineStack";
import { inState } from "../support/ownState";

interface Shape {
    readonly topics: readonly string[];
    readonly label?: string;
    /** A new one replaces the group. */
    readonly group?: string;
    readonly fails?: boolean;
}

/** A component with topics, a group, and a resource that depends on all of them. */
function program({ topics, label = "one", group = "first", fails = false }: Shape): PulumiFn {
    return async () => {
        const parent = new pulumi.ComponentResource("keyless:test:Parent", "parent");
        const made = topics.map((name) => new aws.sns.Topic(name, { displayName: label }, { parent }));
        const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
        const securityGroup = new aws.ec2.SecurityGroup("group", { vpcId: vpc.id, description: group }, { parent });
        const last = new aws.sns.Topic(
            "last",
            { displayName: pulumi.interpolate`${securityGroup.id} ${label}` },
            { dependsOn: made, deletedWith: vpc },
        );
        if (fails) {
            // There is no such range in a VPC.
            new aws.ec2.Subnet("bad", { vpcId: vpc.id, cidrBlock: "192.168.0.0/24" }, { dependsOn: [last] });
        }
    };
}

const STEPS: readonly (readonly [title: string, work: (stack: InlineStack) => Promise<unknown>])[] = [
    ["creation", (stack) => stack.up(program({ topics: ["a", "b", "c"] }))],
    ["a run without changes", (stack) => stack.up(program({ topics: ["a", "b", "c"] }))],
    ["a change in place", (stack) => stack.up(program({ topics: ["a", "b", "c"], label: "two" }))],
    ["a replacement", (stack) => stack.up(program({ topics: ["a", "b", "c"], label: "two", group: "second" }))],
    [
        "an addition and a removal",
        (stack) => stack.up(program({ topics: ["d", "b", "c"], label: "two", group: "second" })),
    ],
    [
        "a failure",
        (stack) => stack.up(program({ topics: ["d", "b"], group: "third", fails: true })).catch(() => undefined),
    ],
    ["a refresh that finds nothing", (stack) => lose(stack, "d").then(() => stack.refresh(program({ topics: ["d"] })))],
    [
        "an update with a refresh",
        (stack) => lose(stack, "b").then(() => stack.up(program({ topics: ["d", "b"] }), true)),
    ],
    ["deletion", (stack) => stack.destroy(program({ topics: [] }))],
];

describe("the journal of a run", () => {
    let whole: InlineStack;
    let journaled: InlineStack;

    before(async () => {
        whole = await InlineStack.create([], false);
        journaled = await InlineStack.create();
    });

    after(() => {
        whole.remove();
        journaled.remove();
    });

    for (const [title, work] of STEPS) {
        it(`leaves the state that the engine itself writes: ${title}`, async () => {
            await work(whole);
            await work(journaled);
            const [expected, actual] = [stateOf(whole), stateOf(journaled)];
            assert.deepEqual(actual, expected);
        });
    }

    it("is all that a run writes: the engine keeps no log of its own", () => {
        assert.equal(statSync(join(journaled.stateDir, "home", "logs")).size, 0);
    });
});

/** Removes a topic behind the engine's back. */
async function lose({ stateDir }: InlineStack, name: string): Promise<void> {
    await inState(stateDir, () => {
        const store = new Store();
        const topic = store.list("aws:sns/topic:Topic").find(({ id }) => id.includes(`:${name}-`));
        assert.ok(topic !== undefined, name);
        store.remove(topic.type, topic.id, topic);
    });
}

/** Names and ids are random, and the order of independent resources is not fixed. */
function stateOf({ stateDir }: InlineStack): unknown {
    const { resources = [], pending_operations: pending = [] } =
        readDeployment(join(stateDir, "backend"), "test") ?? {};
    const text = JSON.stringify([resources, pending], (key, value: unknown) =>
        ["created", "modified"].includes(key)
            ? undefined
            : key === "dependencies" && Array.isArray(value)
              ? [...(value as readonly string[])].sort()
              : value,
    ).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{7,}\b/g, "ID");
    const [sorted, operations] = JSON.parse(text) as [Sorted[], unknown[]];
    return [sorted.sort((one, other) => orderOf(one).localeCompare(orderOf(other))), operations];
}

interface Sorted {
    readonly urn: string;
    readonly delete?: boolean;
}

function orderOf({ urn, delete: replaced = false }: Sorted): string {
    return `${urn} ${replaced}`;
}
