import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { benchOptions } from "../../bench/options";
import { memoryOf, run } from "../../bench/report/measured";
import { compared, type Row } from "../../bench/report/row";
import { table } from "../../bench/report/table";
import { temporaryFolder } from "../support/temporaryFolder";

const peer: Row = { row: "peer", tenants: 100, resources: 600, seconds: 20, cpu: 10, megabytes: 200, kilobytes: 50 };
const ours: Row = {
    ...{ row: "ours", tenants: 100, attempts: 70, against: "peer" },
    ...{ seconds: 15, cpu: 20, serverCpu: 5, megabytes: 300 },
};

describe("the benchmark's table", () => {
    it("states the machine, and each row with its ratios to the row that it is compared with", () => {
        const where = {
            ...{ cores: 2, cpu: "CPU X", gigabytes: 8, system: "linux x64" },
            versions: { Node: "v1", OpenTofu: "2" },
        };
        assert.equal(
            String(table(where, compared([peer, ours]))),
            [
                "2 cores of CPU X, 8 GB, linux x64; Node v1, OpenTofu 2",
                "",
                "      tenants  resources  attempts    time     CPU  server  memory  state  ×time  ×CPU  ×memory  of",
                "peer      100        600            20.0 s  10.0 s          200 MB  50 KB",
                "ours      100                   70  15.0 s  20.0 s   5.0 s  300 MB          0.75  2.00     1.50  peer",
            ].join("\n"),
        );
    });

    it("has no ratio of what one of the two does not tell", () => {
        const [row] = compared([
            { ...ours, cpu: undefined, kilobytes: 5 },
            { ...peer, kilobytes: undefined },
        ]);
        assert.deepEqual(row?.times, { seconds: 0.75, megabytes: 1.5 });
    });

    it("is refused with a reference that is not there, or two rows of one name", () => {
        assert.throws(() => compared([ours]), /ours is compared with peer, which is no row/);
        assert.throws(() => compared([peer, peer]), /two rows of one name/);
    });
});

describe("a measured program", () => {
    const at = { cwd: tmpdir(), env: process.env };

    it("reads its input", async () => {
        const { stdout } = await run(process.execPath, ["-e", "process.stdin.pipe(process.stdout)"], {
            ...at,
            input: "in",
        });
        assert.equal(stdout, "in");
    });

    it("is counted with what it starts", async () => {
        const child = "globalThis.a=Buffer.alloc(1.5e8,1);process.stdin.resume();console.log(1)";
        const shell = spawn("sh", ["-c", `"$0" -e "${child}"; true`, process.execPath], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        await once(shell.stdout, "data");
        const kilobytes = memoryOf(shell.pid);
        shell.stdin.end();
        await once(shell, "close");
        assert.ok(kilobytes > 150_000, `${kilobytes} KB`);
    });

    it("fails with what it wrote, unless its exit code is accepted", async () => {
        const args = ["-e", "console.error('why');process.exitCode=2"];
        await assert.rejects(run(process.execPath, args, at), /ended with 2:\nwhy/);
        assert.equal((await run(process.execPath, args, { ...at, accepted: [2] })).code, 2);
    });
});

describe("npm run bench", () => {
    const dir = temporaryFolder("options");
    const program = (name: string) => {
        writeFileSync(join(dir, name), "");
        chmodSync(join(dir, name), 0o755);
        return join(dir, name);
    };
    const parts = { database: "the database", access: "the model" };

    it("measures every part for a hundred tenants, without peers", () => {
        assert.deepEqual(benchOptions([], parts), {
            ...{ json: false, only: ["database", "access"], tenants: 100, sizes: [1, 10, 50, 100] },
            ...{ plugin: undefined, peer: undefined },
        });
    });

    it("takes the peers' and the plugin's programs", () => {
        const [opentofu, provider] = [program("tofu"), program("terraform-provider-postgresql_v1")];
        program("pulumi-resource-postgresql");
        const args = [
            "--opentofu",
            opentofu,
            "--provider",
            provider,
            "--plugin",
            dir,
            "--only",
            "access",
            "--tenants",
            "7",
            "--sizes",
            "400,20",
        ];
        assert.deepEqual(benchOptions(args, parts), {
            ...{ json: false, only: ["access"], tenants: 7, sizes: [20, 400] },
            ...{ plugin: dir, peer: { opentofu, provider } },
        });
    });

    it("names all wrong options at once", () => {
        const args = [
            "--only",
            "database,disk",
            "--tenants",
            "0",
            "--sizes",
            "5,5",
            "--plugin",
            dir + "/no",
            "--opentofu",
            dir,
        ];
        assert.throws(
            () => benchOptions(args, parts),
            (error: Error) => {
                assert.deepEqual(error.message.split("\n").slice(0, 7), [
                    "--only disk: no such part; there are database, access",
                    "--tenants 0: must be a whole number from 1 to 10000",
                    "--sizes 5,5: must be different whole numbers from 1 to 10000, with commas between them",
                    `--plugin ${dir}/no: must be a folder with the program pulumi-resource-postgresql`,
                    "--opentofu and --provider belong together: give both, or neither",
                    `--opentofu ${dir}: must be OpenTofu's program`,
                    "",
                ]);
                return true;
            },
        );
    });
});
