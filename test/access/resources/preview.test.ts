import assert from "node:assert/strict";

import { readResources } from "../../../access/resources/read";
import { Edit } from "../support/edit";
import { previewOf, urn } from "../support/resources";

const { sketches } = new Edit({ tenants: ["shop"] });
const count = sketches.length;
const complete = previewOf(sketches, "same");

function refused(document: unknown): string {
    try {
        readResources(document);
    } catch (error) {
        return String(error).replace(/^Error: /, "");
    }
    return "read";
}

describe("a preview", () => {
    it("is read when it shows every resource, before and after it", () => {
        const { after, before } = readResources(complete);
        assert.deepEqual([after.length, before?.length], [count, count]);
    });

    it("assigns predicted ids and outputs to created resources, and none without a prediction", () => {
        const newState = {
            urn: urn("aws:iam/role:Role", "shop"),
            type: "aws:iam/role:Role",
            id: "old",
            inputs: { name: "shop" },
        };
        const foreseen = { id: "shop", outputs: { arn: "arn:aws:iam::111122223333:role/shop" } };
        const made = (op: string, more: object) =>
            readResources({ changeSummary: {}, steps: [{ op, newState, ...more }] }).after.map(({ id, outputs }) => [
                id,
                outputs["arn"],
                outputs["name"],
            ]);
        for (const op of ["create", "create-replacement"]) {
            assert.deepEqual(made(op, { foreseen }), [["shop", foreseen.outputs.arn, "shop"]]);
            assert.deepEqual(made(op, {}), [[undefined, undefined, "shop"]]);
        }
    });

    it("keeps what the provider computed inside an object or a list of inputs", () => {
        const cluster = { urn: urn("aws:eks/cluster:Cluster", "main"), type: "aws:eks/cluster:Cluster", id: "main" };
        const inputs = { vpcConfig: { subnetIds: ["a"], publicAccess: true }, logs: [{ name: "api" }] };
        const outputs = {
            vpcConfig: { subnetIds: ["a"], publicAccess: true, clusterSecurityGroupId: "sg-1" },
            logs: [{ name: "api", arn: "arn:api" }],
        };
        const oldState = { ...cluster, inputs, outputs };
        const after = (op: string, changed: object) => {
            const newState = { ...cluster, inputs: { ...inputs, ...changed }, outputs: {} };
            const steps = [{ op, oldState, newState: op === "same" ? { ...newState, outputs } : newState }];
            return readResources({ changeSummary: {}, steps }).after[0]?.outputs;
        };
        assert.deepEqual(after("same", {}), outputs);
        assert.deepEqual(after("update", { vpcConfig: { subnetIds: ["b"] } }), {
            vpcConfig: { subnetIds: ["b"], clusterSecurityGroupId: "sg-1" },
            logs: outputs.logs,
        });
        assert.deepEqual(after("update", { logs: [{ name: "audit" }] })?.["logs"], [{ name: "audit" }]);
    });

    it("is refused when it omits unchanged resources or their states", () => {
        const shown = (steps: readonly object[]): string => refused({ ...complete, steps });
        const remedy = "make it with pulumi preview --json --show-sames";
        assert.equal(
            shown(complete.steps.slice(1)),
            `the preview shows ${count - 1} of the ${count} resources that it counts as same; ${remedy}`,
        );
        assert.equal(
            refused({ config: {}, duration: 1, changeSummary: { same: 16 } }),
            `the preview shows 0 of the 16 resources that it counts as same; ${remedy}`,
        );
        assert.equal(
            refused({ steps: [], changeSummary: { create: 2 } }),
            `the preview shows 0 of the 2 resources that it counts as create; ${remedy}`,
        );
    });

    it("is refused when it failed or is incomplete", () => {
        const diagnostics = [
            { severity: "info", message: "made\n" },
            { severity: "error", message: "update failed\n" },
        ];
        assert.equal(refused({ ...complete, diagnostics }), "the preview failed, so it is not complete: update failed");
        const unfinished =
            "the preview has no changeSummary, which pulumi writes when it is done, so it is not complete";
        assert.deepEqual(
            [refused({ steps: complete.steps }), refused({ steps: [] }), refused({ steps: {} })],
            [unfinished, unfinished, unfinished],
        );
    });

    it("is refused when a step lacks the state of its resource", () => {
        const step = (entry: unknown): string => refused({ steps: [entry], changeSummary: {} });
        const without = "without the resource's state, so the preview is not complete";
        assert.equal(
            step({ op: "create", urn: urn("aws:iam/role:Role", "shop") }),
            `steps[0] is create "urn:pulumi:test::keyless::aws:iam/role:Role::shop" ${without}`,
        );
        assert.equal(step({ op: "delete", urn: "x", newState: {} }), `steps[0] is delete "x" ${without}`);
        assert.equal(
            step({ op: "update", urn: "x", newState: { type: "", urn: "x" } }),
            `steps[0] is update "x" ${without}`,
        );
        assert.equal(step(null), `steps[0] is null ${without}`);
    });
});

describe("a document with resources", () => {
    it("is refused when it has no resources, with a list of the supported kinds", () => {
        assert.match(
            refused(null),
            /^no resources in a document that is null; give the output of pulumi preview --json --show-sames, /,
        );
        assert.match(refused("[]"), /^no resources in a document that is a string; give /);
    });

    it("is refused when a value is nested too deeply to be an argument", () => {
        const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as unknown;
        assert.equal(
            refused([{ type: "a:b:C", name: "c", inputs: { deep } }]),
            "a value is nested more than 200 levels deep",
        );
        const secret = {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            plaintext: `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
        };
        assert.equal(
            refused([{ type: "a:b:C", name: "c", outputs: { secret } }]),
            "a value is nested more than 200 levels deep",
        );
    });
});
