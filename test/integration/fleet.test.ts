import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stringify } from "yaml";

import { findEngine } from "../../sandbox/engine";
import { backendDir, run } from "../../sandbox/run";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { startServer } from "../../sandbox/server";
import { stateDir } from "../../toolkit/paths";
import { Progress } from "../../toolkit/progress";
import { isRecord } from "../../toolkit/record";
import { readStackFile } from "../../toolkit/system/stackFile";
import { keyless, startKeyless } from "../support/keyless";
import { withEmptyState } from "../support/ownState";

const platform = "application-server";
const quiet = { progress: new Progress({ write: () => undefined }), interrupt: new AbortController().signal };

interface Reported {
    readonly shards: readonly {
        readonly shard: string;
        readonly ok?: boolean;
        readonly errors?: readonly string[];
        readonly state?: string;
    }[];
    readonly unchanged?: number;
}

describe("a fleet of access stacks on one platform", () => {
    withEmptyState();
    let folder: string;
    const file = () => join(folder, "keyless.fleet.yaml");

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "keyless-fleet-"));
        const server = await startServer();
        try {
            const config = {
                ...readStackFile(join("examples", "stacks", `${platform}.yaml`)),
                "keyless:access": { publicRights: "revoke" },
            };
            const engine = await findEngine(quiet.progress, quiet.interrupt);
            const { log } = await run("up", { ...quiet, stack: platform, config, server, engine });
            assert.deepEqual([...log.errors, ...log.violations], []);
        } finally {
            await server.stop();
        }
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    /** Writes a plan with these tenants, each with its further keys, and places them. */
    async function plan(tenants: Readonly<Record<string, object>>): Promise<void> {
        const entries = Object.entries(tenants).map(([name, more]) => {
            return { name, identity: "ec2", limits: { connections: 5 }, ...more };
        });
        const cell = {
            name: "one",
            platformStack: `organization/keyless/${platform}`,
            config: { "aws:region": "eu-central-1" },
        };
        writeFileSync(file(), stringify({ name: "fleet", tenantsPerShard: 2, cells: [cell], tenants: entries }));
        const { code, stderr } = await keyless(stateDir(), "fleet", "plan", "--file", file());
        assert.deepEqual([code, stderr], [0, ""]);
    }

    async function fleet(...args: string[]): Promise<{ readonly code: number | null; readonly report: Reported }> {
        const { code, stdout, stderr } = await keyless(stateDir(), "fleet", ...args, "--file", file(), "--json");
        assert.match(stdout, /^\{/, stderr);
        return { code, report: JSON.parse(stdout) as Reported };
    }

    const up = (...args: string[]) => fleet("up", "--sandbox", "--parallel", "2", "--operations", "2", ...args);
    const verdicts = ({ shards, unchanged }: Reported) => [
        shards.map(({ shard, ok }) => `${shard} ${ok === true ? "ok" : "failed"}`),
        unchanged,
    ];
    const states = async () =>
        (await fleet("status", "--sandbox")).report.shards.map(({ shard, state }) => `${shard} ${state}`);

    /** Names of the tenants in a stack's last outputs, and how many operations a killed run left. */
    function deployed(stack: string): { readonly tenants: readonly unknown[]; readonly pending: number } {
        const { resources = [], pending_operations: pending = [] } = readDeployment(backendDir(), stack) ?? {};
        const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
        const tenants: readonly unknown[] = Array.isArray(outputs["tenants"]) ? outputs["tenants"] : [];
        return { tenants: tenants.map((one) => isRecord(one) && one["name"]), pending: pending.length };
    }

    const four = { shop: {}, billing: {}, crm: {}, hr: {} };

    it("deploys every shard, and a killed run goes on where it stopped", async () => {
        await plan({ ...four, web: {} });
        const { process: child, ended } = startKeyless(
            stateDir(),
            "fleet",
            "up",
            "--sandbox",
            "--parallel",
            "1",
            "--file",
            file(),
        );
        // The first shard is whole, and another one is being deployed.
        assert.ok(child.stderr);
        for await (const line of createInterface({ input: child.stderr })) {
            if (line.includes("fleet-one-002: begun")) {
                child.kill("SIGKILL");
            }
        }
        assert.equal((await ended).code, null);
        assert.deepEqual(await states(), [
            "fleet-one-001 deployed",
            "fleet-one-002 up interrupted",
            "fleet-one-003 never deployed",
        ]);
        const { code, report } = await up();
        assert.deepEqual([code, ...verdicts(report)], [0, ["fleet-one-002 ok", "fleet-one-003 ok"], 1]);
        assert.deepEqual(
            ["001", "002", "003"].map((number) => deployed(`fleet-one-${number}`)),
            [
                { tenants: ["billing", "shop"], pending: 0 },
                { tenants: ["crm", "hr"], pending: 0 },
                { tenants: ["web"], pending: 0 },
            ],
        );
    });

    it("runs only the shard whose tenants changed, and moves no tenant when another one leaves", async () => {
        await plan({ billing: {}, crm: {}, hr: {}, web: {}, shop2: {} });
        assert.deepEqual(JSON.parse(readFileSync(join(folder, "keyless.fleet.placement.json"), "utf8")), {
            "fleet-one-001": { cell: "one", tenants: ["billing", "shop2"] },
            "fleet-one-002": { cell: "one", tenants: ["crm", "hr"] },
            "fleet-one-003": { cell: "one", tenants: ["web"] },
        });
        const preview = await fleet("preview", "--sandbox");
        assert.deepEqual([preview.code, ...verdicts(preview.report)], [0, ["fleet-one-001 ok"], 2]);
        const { code, report } = await up();
        assert.deepEqual([code, ...verdicts(report)], [0, ["fleet-one-001 ok"], 2]);
        assert.deepEqual(verdicts((await up()).report), [[], 3]);
    });

    it("computes who reaches what in all shards from their states, and in one from its preview", async () => {
        const access = async (...args: string[]) => {
            const given = ["access", "--sandbox", "--file", file(), "--json", ...args];
            const { code, stdout, stderr } = await keyless(stateDir(), "fleet", ...given);
            const lines = stdout.trim().split("\n");
            return { code, stderr, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
        };
        const nothing = { crossings: [], twice: [], several: [] };
        const all = await access();
        assert.deepEqual(
            [all.code, all.lines.map(({ stack }) => stack), all.lines.at(-2)?.["findings"]],
            [
                0,
                [
                    `organization/keyless/${platform}`,
                    ...["001", "002", "003"].map((one) => `fleet-one-${one}`),
                    undefined,
                    undefined,
                ],
                nothing,
            ],
            all.stderr,
        );
        const one = await access("--preview", "--gate", "--shard", "fleet-one-001");
        assert.deepEqual([one.code, one.lines.at(-2)], [0, { findings: nothing, new: [] }], one.stderr);
    });

    it("continues past a shard that always fails, and names it", async () => {
        await plan({
            ...four,
            web: {},
            shop2: { database: "nowhere" },
            billing: { limits: { connections: 6 } },
            crm: { limits: { connections: 6 } },
        });
        const { code, report } = await up();
        assert.deepEqual(
            [code, ...verdicts(report)],
            [1, ["fleet-one-001 failed", "fleet-one-002 ok", "fleet-one-003 ok"], 0],
        );
        assert.match(
            report.shards.flatMap(({ errors = [] }) => errors).join("\n"),
            /access\.tenants\[1\]\.database = "nowhere"\n +wrong: +its schema is in app, and would be dropped/,
        );
        assert.equal((await states())[0], "fleet-one-001 up failed");
    });

    it("is destroyed shard by shard, and leaves the platform's stack", async () => {
        await plan({ billing: {}, shop2: {}, crm: {}, hr: {}, web: {} });
        const { code, report } = await fleet("down", "--sandbox");
        assert.deepEqual(
            [code, verdicts(report)[0]?.toString()],
            [0, "fleet-one-001 ok,fleet-one-002 ok,fleet-one-003 ok"],
        );
        assert.deepEqual(
            [existsSync(stateDir("work", "fleet-one-001")), readDeployment(backendDir(), platform) !== undefined],
            [false, true],
        );
    });
});
