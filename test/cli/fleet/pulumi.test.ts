import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { backendOf } from "../../../cli/fleet/backend";
import { cloudOf, normalBackend } from "../../../cli/fleet/backendUrl";
import { pulumiExport, withPulumi } from "../../../cli/fleet/pulumi";
import { restoreKeys } from "../../../cli/fleet/stateKeys";
import { described, shard as shardOf } from "./support";

/** Answers as the CLI does (up to 3.205, which writes events to a file), and writes the events of a run. The stack `refused` fails, and `new` does not exist. */
const program = `#!${process.execPath}
const { appendFileSync, existsSync } = require("node:fs");
const args = process.argv.slice(2);
appendFileSync(__dirname + "/calls", args.join(" ") + "\\n");
const log = args[args.indexOf("--event-log") + 1];
const events = [
    { resourcePreEvent: { metadata: { op: "create", urn: "urn:pulumi:a::keyless::t::n", type: "t" } } },
    { summaryEvent: { resourceChanges: { create: 2, same: 5 } } },
    { cancelEvent: {} },
];
const key = { type: "cloud", state: { url: "awskms://alias/pulumi", encryptedkey: "AQ==" } };
const isNew = args.some((arg) => arg.endsWith("/new")) && !existsSync(__dirname + "/made");
const refused = args.some((arg) => arg.endsWith("/refused"));
const error = { diagnosticEvent: { severity: "error", message: "AccessDenied: no", color: "never" } };
if (args[0] === "version") console.log("v3.205.0");
else if (args[0] === "whoami") console.log(JSON.stringify({ user: "me", url: "s3://example-state?region=eu-west-1" }));
else if (args[1] === "init") appendFileSync(__dirname + "/made", "");
else if (args[0] === "stack" && isNew) {
    console.error("error: no stack named 'new' found");
    process.exitCode = 255;
}
else if (args.includes("--event-log")) {
    (refused ? [error, ...events] : events).forEach((event, sequence) => appendFileSync(log, JSON.stringify({ sequence, ...event }) + "\\n"));
    process.exitCode = refused ? 255 : 0;
} else if (args[1] === "export") console.log(JSON.stringify({ deployment: { secrets_providers: key } }));
else console.log(args.includes("history") ? "[]" : "{}");
`;

describe("a shard's run with the installed Pulumi", () => {
    let folder: string;
    const path = process.env["PATH"];

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-pulumi-"));
        writeFileSync(join(folder, "pulumi"), program);
        chmodSync(join(folder, "pulumi"), 0o755);
        process.env["PATH"] = [folder, path].join(delimiter);
        ["prod-eu1-001", "refused", "new", "old"].forEach((name) => writeFileSync(configFile(name), "config: {}\n"));
    });
    afterEach(() => {
        process.env["PATH"] = path;
        rmSync(folder, { recursive: true });
    });

    const shard = (name: string) => shardOf(name, "eu1");
    const configFile = (name: string) => join(folder, `Pulumi.${name}.yaml`);
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
            "stack export --stack example/keyless/new --non-interactive",
            `stack init example/keyless/new --no-select --secrets-provider ${secretsProvider} --non-interactive`,
            "stack export --stack example/keyless/new --non-interactive",
            "stack export --stack example/keyless/old --non-interactive",
        ]);
    });

    const exported = {
        deployment: {
            secrets_providers: { type: "cloud", state: { url: "awskms://alias/pulumi", encryptedkey: "AQ==" } },
        },
    };
    const file = () => configFile("prod-eu1-001");
    const restore = (state: unknown, wanted?: string) => {
        restoreKeys("a/keyless/b", file(), state, wanted);
        return readFileSync(file(), "utf8");
    };

    it("runs with the keys of the state, whatever config file the stack was created with", () => {
        const [header, config] = [
            "# Written by `keyless fleet plan`; change the plan instead.\n",
            "config:\n  a:b: c\n",
        ];
        const keys = "secretsprovider: awskms://alias/pulumi\nencryptedkey: AQ==\n";
        writeFileSync(file(), header + config);
        assert.equal(restore(exported, "awskms://alias/pulumi"), header + config + keys);
        assert.equal(restore(exported), header + config + keys);
        assert.equal(restore({ deployment: {} }, "awskms://alias/pulumi"), header + config + keys);
        const passphrase = { type: "passphrase", state: { salt: "v1:a" } };
        assert.equal(
            restore({ deployment: { secrets_providers: passphrase } }),
            `${header}${config}encryptionsalt: v1:a\n`,
        );
        assert.equal(restore({ deployment: { secrets_providers: { type: "service", state: {} } } }), header + config);
    });

    it("refuses a state that is not encrypted with the plan's key, and leaves the shard alone", async () => {
        writeFileSync(file(), "config: {}\n");
        const fix = "pulumi stack change-secrets-provider --stack example/keyless/prod-eu1-001 awskms://other";
        const run = withPulumi({ configFile, secretsProvider: "awskms://other" });
        await assert.rejects(run("up", shard("prod-eu1-001"), signal), {
            message: `the plan's engine.secretsProvider is awskms://other, and the stack example/keyless/prod-eu1-001 has awskms://alias/pulumi: write that into the plan, or run ${fix}`,
        });
        assert.deepEqual([runs(), readFileSync(file(), "utf8")], [[], "config: {}\n"]);
        for (const state of [{ deployment: {} }, { deployment: { secrets_providers: { type: "service" } } }]) {
            assert.throws(() => restore(state, "awskms://other"), /has another secrets provider/);
        }
    });

    it("creates no stack to destroy it", async () => {
        assert.deepEqual(await withPulumi({ configFile })("down", shard("new"), signal), {
            ok: true,
            changes: "not deployed",
            errors: [],
        });
        assert.deepEqual([ofStacks(), runs()], [["stack export --stack example/keyless/new --non-interactive"], []]);
    });

    it("exports a state with its secrets encrypted, and nothing of a stack that does not exist", async () => {
        assert.deepEqual(
            [await pulumiExport("example/keyless/old"), await pulumiExport("example/keyless/new")],
            [exported, undefined],
        );
        assert.deepEqual(ofStacks(), [
            "stack export --stack example/keyless/old --non-interactive",
            "stack export --stack example/keyless/new --non-interactive",
        ]);
    });

    it("refuses a backend that is not the plan's", async () => {
        const { engine } = described();
        const used = "s3://example-state?region=eu-west-1";
        const plan = (backend: string) => backendOf({ engine: { ...engine, backend } }, false);
        assert.deepEqual(
            [
                await plan("s3://example-state?profile=a&region=eu-west-1"),
                await backendOf({}, false),
                await backendOf({ engine }, true),
            ],
            [used, used, "sandbox"],
        );
        for (const backend of ["s3://other", "s3://example-state?region=eu-central-1", "https://api.pulumi.com"]) {
            await assert.rejects(plan(backend), {
                message: `the plan's engine.backend is ${backend}, and Pulumi uses ${used}, where the same shards would be created once more: set PULUMI_BACKEND_URL to the plan's`,
            });
        }
    });

    it("knows a backend by each of its URLs, and writes down none of its passwords", () => {
        const normal = (url: string) => normalBackend(url);
        for (const [one, other] of [
            ["file:///x", "file:///x/"],
            ["file:///x", "file:///x?no_tmp_dir=true"],
            ["file://~/x", `file://${homedir()}/x`],
            ["s3://a?region=b&profile=c&awssdk=v2", "s3://a/?region=b"],
            ["postgres://u:secret@h/p?table=a&sslpassword=secret", "postgres://h/p?table=a"],
            ["https://app.pulumi.com/me", "https://api.pulumi.com/me"],
        ] as const) {
            assert.equal(normal(one), normal(other));
        }
        for (const [one, other] of [
            ["azblob://state?storage_account=prod", "azblob://state?storage_account=test"],
            ["s3://a?endpoint=b", "s3://a"],
            ["postgres://h/p?table=a", "postgres://h/p?table=b"],
            ["file:///x", "file:///y"],
        ] as const) {
            assert.notEqual(normal(one), normal(other));
        }
        assert.deepEqual(
            ["https://app.pulumi.com/me", "https://api.pulumi.com", "https://pulumi.example.com/", "s3://a"].map(
                cloudOf,
            ),
            ["https://api.pulumi.com", "https://api.pulumi.com", "https://pulumi.example.com", undefined],
        );
    });
});
