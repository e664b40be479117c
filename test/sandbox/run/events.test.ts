import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";

import { RunLog, shortName } from "../../../sandbox/run/events";

const POLICY = "urn:pulumi:local::keyless::keyless:identity:Grant$aws:iam/policy:Policy::shop-connect";

function event(part: object): EngineEvent {
    return { sequence: 1, timestamp: 1, ...part };
}

function step(
    kind: "resourcePreEvent" | "resOutputsEvent",
    op: string,
    type: string,
    urn: string,
    state: object = {},
): EngineEvent {
    return event({ [kind]: { metadata: { op, type, urn, new: state, provider: "" } } });
}

describe("the log of a run", () => {
    it("reads only the changes from the engine's summary", () => {
        const log = new RunLog();
        const resourceChanges = { create: 2, "create-replacement": 1, replace: 1, same: 7 };
        log.take(
            event({ summaryEvent: { maybeCorrupt: false, durationSeconds: 1, resourceChanges, policyPacks: {} } }),
        );
        assert.deepEqual(log.changes, { create: 2, update: 0, delete: 0, replace: 1, same: 7 });
        assert.equal(log.changed, 3);
    });

    it("distinguishes a mandatory rule's violation from advice, without the engine's colours", () => {
        const log = new RunLog();
        const policy = {
            resourceUrn: POLICY,
            color: "never",
            policyName: "rds-db-wildcard",
            policyPackName: "keyless",
        };
        const message = "<{%fg 1%}>reaches every user<{%reset%}>\n";
        log.take(event({ policyEvent: { ...policy, message, enforcementLevel: "mandatory" } }));
        log.take(event({ policyEvent: { ...policy, message: "can't tell yet", enforcementLevel: "advisory" } }));
        assert.deepEqual(log.violations, [
            { rule: "rds-db-wildcard", resource: POLICY, message: "reaches every user" },
        ]);
        assert.deepEqual(log.advice, [`rds-db-wildcard: can't tell yet (${POLICY})`]);
    });

    it("contains each error once, with its resource, and no warnings", () => {
        const log = new RunLog();
        const error = event({
            diagnosticEvent: { urn: POLICY, message: "malformed\n", color: "never", severity: "error" },
        });
        log.take(error);
        log.take(error);
        log.take(event({ diagnosticEvent: { message: "deprecated", color: "never", severity: "warning" } }));
        assert.deepEqual(log.errors, ["aws:iam/policy:Policy shop-connect: malformed"]);
    });

    it("keeps only the program's stack frames of an error, and drops consequential errors", () => {
        const log = new RunLog();
        const frames = [
            "new Vpc (/p/node_modules/x.ts:1:1)",
            "new Network (/p/components/network.ts:1:1)",
            "a (node:internal/x:1:1)",
        ];
        const messages = [
            ["it broke", ...frames].join("\n    at "),
            "x: 2 UNKNOWN: resource monitor shut down",
            "update failed",
        ];
        for (const message of messages) {
            log.take(event({ diagnosticEvent: { message, color: "never", severity: "error" } }));
        }
        assert.deepEqual(log.errors, ["it broke\n    at new Network (/p/components/network.ts:1:1)"]);
    });

    it("lists the resources with their inputs, and the one in progress", () => {
        const log = new RunLog();
        const detail = log.take(
            step("resourcePreEvent", "create", "aws:iam/policy:Policy", POLICY, { inputs: { name: "p" } }),
        );
        assert.equal(detail, "1: create aws:iam/policy:Policy shop-connect");
        assert.deepEqual(log.resources, [
            { urn: POLICY, type: "aws:iam/policy:Policy", name: "shop-connect", op: "create", inputs: { name: "p" } },
        ]);
    });

    it("contains the stack's outputs", () => {
        const log = new RunLog();
        const urn = "urn:pulumi:local::keyless::pulumi:pulumi:Stack::keyless-local";
        log.take(step("resOutputsEvent", "same", "pulumi:pulumi:Stack", urn, { outputs: { port: 5432 } }));
        assert.deepEqual(log.outputs, { port: 5432 });
    });
});

describe("a resource's short name", () => {
    it("is its own type and name, without the parents'", () =>
        assert.equal(shortName(POLICY), "aws:iam/policy:Policy shop-connect"));
});
