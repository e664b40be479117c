import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { backendOf } from "../../../cli/fleet/backend";
import { pulumiExport, withPulumi } from "../../../cli/fleet/pulumi";
import { described, shard as shardOf } from "./support";

/** Answers as the CLI does (up to 3.205, which writes events to a file), and writes the events of a run. The stack `refused` fails, and `new` does not exist. */
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
const refused = args.some((arg) => arg.endsWith("/refused"));
const error = { diagnosticEvent: { severity: "error", message: "AccessDenied: no", color: "never" } };
if (args[0] === "version") console.log("v3.205.0");
else if (args[0] === "whoami") console.log(JSON.stringify({ user: "me", url: "s3://example-state?region=eu-west-1" }));
else if (args[0] === "stack" && args[1] !== "init" && args.some((arg) => arg.endsWith("/new"))) {
    console.error("error: no stack named 'new' found");
    process.exitCode = 255;
}
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

    const shard = (name: string) => shardOf(name, "eu1");
    const configFile = (name: string) => `/plan/Pulumi.${name}.yaml`;
    const signal = new AbortController().signal;
    const calls = (): readonly string[] => readFileSync(join(folder, "calls"), "utf8").split("\n");
    const runs = () => calls().filter((call) => /^(up|preview|destroy) /.test(call));
    const ofStacks = () => calls().filter((call) => /^stack (--stack|init|select|export) /.test(call));

    for (const [operation, flags] of [
        ["preview", "preview --policy-pack pack --parallel 3"],
        ["up", "up --yes --skip-preview --policy-pack pack --parallel 3"],
        ["down", "destroy --yes --skip-preview --run-program=true --parallel 3"],
    ] as const) {
        it(`names the stack, and asks nothing: ${operation}`, async () => {
            const run = withPulumi({ configFile, policyPacks: ["pack"], parallel: 3 });
            assert.deepEqual(await run(operation, shard("prod-eu1-001"), signal), {
                ok: true,
                changes: "2 created, 5 unchanged",
                errors: [],
            });
            const named = ["--stack", "example/keyless/prod-eu1-001", "--config-file", configFile("prod-eu1-001")];
            const [call = "", ...more] = runs();
            assert.deepEqual(more, []);
            assert.deepEqual(
                [...flags.split(" "), ...named, "--non-interactive"].filter((word) => !call.split(" ").includes(word)),
                [],
            );
        });
    }

    it("reports the engine's own errors", async () => {
        assert.deepEqual(await withPulumi({ configFile })("up", shard("refused"), signal), {
            ok: false,
            changes: "2 created, 5 unchanged",
            errors: ["AccessDenied: no"],
        });
    });

    it("creates a stack in its platform's organization with the plan's key, and selects none", async () => {
        const secretsProvider = "awskms://alias/pulumi";
        await withPulumi({ configFile, secretsProvider })("up", shard("new"), signal);
        await withPulumi({ configFile, secretsProvider })("up", shard("old"), signal);
        assert.deepEqual(ofStacks(), [
            "stack --stack example/keyless/new --non-interactive",
            `stack init example/keyless/new --no-select --secrets-provider ${secretsProvider} --non-interactive`,
            "stack --stack example/keyless/old --non-interactive",
        ]);
    });

    it("creates no stack to destroy it", async () => {
        assert.deepEqual(await withPulumi({ configFile })("down", shard("new"), signal), {
            ok: true,
            changes: "not deployed",
            errors: [],
        });
        assert.deepEqual([ofStacks(), runs()], [["stack --stack example/keyless/new --non-interactive"], []]);
    });

    it("exports a state with its secrets encrypted, and nothing of a stack that does not exist", async () => {
        assert.deepEqual(
            [await pulumiExport("example/keyless/old"), await pulumiExport("example/keyless/new")],
            [{}, undefined],
        );
        assert.deepEqual(ofStacks(), [
            "stack export --stack example/keyless/old --non-interactive",
            "stack export --stack example/keyless/new --non-interactive",
        ]);
    });

    it("refuses a backend that is not the plan's, whose bucket it compares without parameters", async () => {
        const { engine } = described();
        const used = "s3://example-state?region=eu-west-1";
        assert.deepEqual(
            [await backendOf({ engine }, false), await backendOf({}, false), await backendOf({ engine }, true)],
            [used, used, "sandbox"],
        );
        await assert.rejects(backendOf({ engine: { ...engine, backend: "s3://other" } }, false), {
            message: `the plan's engine.backend is s3://other, and Pulumi uses ${used}, where the same shards would be created once more: set PULUMI_BACKEND_URL to the plan's`,
        });
    });
});
