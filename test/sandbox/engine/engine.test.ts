import assert from "node:assert/strict";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    readdirSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { NoEngineError, findEngine, type Installer } from "../../../sandbox/engine";
import { buildEngine } from "../../../sandbox/engine/build";
import { probe } from "../../../sandbox/engine/install";
import { ENGINE_VERSION, engineDir } from "../../../sandbox/engine/versions";
import { Progress } from "../../../toolkit/progress";

const saved = { PATH: process.env["PATH"], XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] };
const never = new AbortController().signal;

describe("the engine", () => {
    let dir: string;
    let bin: string;
    let said: string;
    let progress: Progress;

    beforeEach(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-engine-"));
        bin = join(dir, "bin");
        mkdirSync(bin);
        process.env["PATH"] = [bin, "/usr/bin", "/bin"].join(delimiter);
        process.env["XDG_CACHE_HOME"] = join(dir, "cache");
        said = "";
        progress = new Progress({ write: (text) => (said += String(text)) }, () => 0);
    });

    afterEach(() => {
        Object.assign(process.env, saved);
        if (saved.XDG_CACHE_HOME === undefined) {
            delete process.env["XDG_CACHE_HOME"];
        }
        rmSync(dir, { recursive: true });
    });

    function script(path: string, body: string): void {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `#!/bin/sh\n${body}\n`);
        chmodSync(path, 0o755);
    }

    const fetching: Installer = async (root) =>
        script(join(root, "bin", "pulumi"), `echo v${ENGINE_VERSION}`) as undefined;
    const failing: Installer = async () => "it rains";

    it("is the CLI on PATH if its version is supported", async () => {
        script(join(bin, "pulumi"), "echo v3.222.0");
        const { command, version } = await findEngine(progress, never, []);
        assert.deepEqual([command, String(version), said], ["pulumi", "3.222.0", ""]);
    });

    for (const version of ["3.219.9", "4.0.0"]) {
        it(`ignores the CLI on PATH with version ${version}, and reports that`, async () => {
            script(join(bin, "pulumi"), `echo v${version}`);
            const { command } = await findEngine(progress, never, [fetching]);
            assert.equal(command, join(engineDir(), "bin", "pulumi"));
            assert.equal(said, `the pulumi on PATH is ${version}, but >=3.220.0 <4.0.0 is needed: using our own\n`);
        });
    }

    it("is installed once, in the first way that works, and then cached", async () => {
        const first = await findEngine(progress, never, [failing, fetching]);
        const second = await findEngine(progress, never, []);
        assert.deepEqual([first.command, second.command], Array(2).fill(join(engineDir(), "bin", "pulumi")));
    });

    it("is installed once for two concurrent callers", async () => {
        let fetched = 0;
        const slow: Installer = async (root, ...rest) => {
            fetched += 1;
            await new Promise((resolve) => setImmediate(resolve));
            return fetching(root, ...rest);
        };
        await Promise.all([findEngine(progress, never, [slow]), findEngine(progress, never, [slow])]);
        assert.equal(fetched, 1);
        assert.equal(said, `process ${process.pid} is getting the Pulumi engine: waiting for it\n`);
    });

    it("reports every reason and what to install if it cannot be installed", async () => {
        const message = `the Pulumi engine ${ENGINE_VERSION} is required and could not be installed:
  - it rains
  - it cannot be built: the go command is not on PATH
install one of these, with its command on PATH, and run the same command again:
  - the Pulumi CLI (>=3.220.0 <4.0.0): https://www.pulumi.com/docs/install/
  - Go (1.25.11 or newer), which builds the engine from the Go module proxy: https://go.dev/doc/install`;
        await assert.rejects(findEngine(progress, never, [failing, buildEngine]), new NoEngineError(message));
    });

    it("requires the Go version of its module", () => {
        const module = readFileSync(join(__dirname, "../../../sandbox/engine/go/go.mod"), "utf8");
        assert.match(module, /^go 1\.25\.11$/m);
        assert.match(module, new RegExp(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}\\b`, "m"));
    });

    describe("built with Go", () => {
        const root = (): string => join(dir, "engine");

        it("is installed atomically, and reports its version", async () => {
            const log = join(dir, "arguments");
            script(join(bin, "go"), `echo "$GOFLAGS $CGO_ENABLED $@" >> ${log}\n${fakeGo}`);
            assert.equal(await buildEngine(root(), progress, never), undefined);
            assert.deepEqual(readdirSync(join(root(), "bin")), ["pulumi"]);
            const build = readFileSync(log, "utf8").trim().split("\n").at(-1);
            const version = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.250.0";
            const output = join(root(), "bin", "pulumi.draft");
            const flags = `build -v -trimpath -gcflags=all=-dwarf=false -buildvcs=false -ldflags -s -w -X ${version} -o ${output}`;
            assert.equal(build, `-mod=readonly 0 ${flags} github.com/pulumi/pulumi/pkg/v3/cmd/pulumi`);
        });

        it("leaves nothing behind if the build fails, and reports Go's last line", async () => {
            script(join(bin, "go"), `[ "$1" = list ] || { echo "no space left" >&2; exit 1; }`);
            assert.equal(await buildEngine(root(), progress, never), "the build failed: no space left");
            assert.equal(existsSync(join(root(), "bin", "pulumi")), false);
        });

        it("stops if interrupted", async () => {
            script(join(bin, "go"), "exec sleep 60");
            const controller = new AbortController();
            const building = buildEngine(root(), progress, controller.signal);
            controller.abort();
            assert.match((await building) ?? "", /^the build failed: The operation was aborted/);
        });
    });

    describe("the official download", () => {
        it("is reported unreachable at once if the connection is refused", async () => {
            assert.match((await probe("https://127.0.0.1:1/", never)) ?? "", /ECONNREFUSED/);
        });

        it("is reported unreachable after a time limit without an answer", async () => {
            const silent = createServer().listen(0, "127.0.0.1");
            await new Promise((resolve) => silent.once("listening", resolve));
            const { port } = silent.address() as AddressInfo;
            assert.equal(await probe(`https://127.0.0.1:${port}/`, never, 50), "no answer within 0.05 s");
            silent.close();
        });
    });
});

/** Answers `go list` with two packages, and `go build … -o FILE …` with a file. */
const fakeGo = `case "$1" in
list) echo a; echo b ;;
build) while [ "$1" != -o ]; do shift; done; echo a >&2; echo "echo v${ENGINE_VERSION}" > "$2" ;;
esac`;
