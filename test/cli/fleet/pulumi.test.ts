import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { withPulumi } from "../../../cli/fleet/pulumi";
import type { ShardStack } from "../../../cli/fleet/shards";

/** Answers as the CLI does (up to 3.205, which writes events to a file), and writes the events of a run. The stack `refused` fails. */
const program = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const args = process.argv.slice(2);
appendFileSync(__dirname + "/calls", args.join(" ") + "\\n");
const log = args[args.indexOf("--event-log") + 1];
const events = [
    { resourcePreEvent: { metadata: { op: "create", urn: "urn:pulumi:a::keyless::t::n", type: "t" } } },
    { summaryEvent: { resourceChanges: { create: 2, same: 5 } } },
    { cancelEvent: {} },
];
const refused = args.includes("refused");
const error = { diagnosticEvent: { severity: "error", message: "AccessDenied: no", color: "never" } };
if (args[0] === "version") console.log("v3.205.0");
else if (args.includes("--event-log")) {
    (refused ? [error, ...events] : events).forEach((event, sequence) => appendFileSync(log, JSON.stringify({ sequence, ...event }) + "\\n"));
    process.exitCode = refused ? 255 : 0;
} else console.log(args.includes("history") ? "[]" : "{}");
`;

describe("a shard's run with the installed Pulumi", () => {
    let folder: string;
    const path = process.env["PATH"];

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-pulumi-"));
        writeFileSync(join(folder, "pulumi"), program);
        chmodSync(join(folder, "pulumi"), 0o755);
        process.env["PATH"] = [folder, path].join(delimiter);
    });
    afterEach(() => {
        process.env["PATH"] = path;
        rmSync(folder, { recursive: true });
    });

    const shard = (name: string): ShardStack => {
        return { name, cell: "eu1", tenants: [], databases: 1, config: {}, digest: "" };
    };
    const signal = new AbortController().signal;
    const runs = (): readonly string[] =>
        readFileSync(join(folder, "calls"), "utf8")
            .split("\n")
            .filter((call) => /^(up|preview|destroy) /.test(call));

    for (const [operation, flags] of [
        ["preview", "preview --policy-pack pack --parallel 3"],
        ["up", "up --yes --skip-preview --policy-pack pack --parallel 3"],
        ["down", "destroy --yes --skip-preview --run-program=true --parallel 3"],
    ] as const) {
        it(`names the stack, and asks nothing: ${operation}`, async () => {
            assert.deepEqual(await withPulumi(["pack"], 3)(operation, shard("prod-eu1-001"), signal), {
                ok: true,
                changes: "2 created, 5 unchanged",
                errors: [],
            });
            const [run = "", ...more] = runs();
            assert.deepEqual(more, []);
            assert.deepEqual(
                [...flags.split(" "), "--stack", "prod-eu1-001", "--non-interactive"].filter(
                    (word) => !run.split(" ").includes(word),
                ),
                [],
            );
        });
    }

    it("reports the engine's own errors", async () => {
        assert.deepEqual(await withPulumi()("up", shard("refused"), signal), {
            ok: false,
            changes: "2 created, 5 unchanged",
            errors: ["AccessDenied: no"],
        });
    });
});
