import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { access } from "../../cli/access";
import { readSources } from "../../cli/access/sources";
import { UserError } from "../../toolkit/userError";
import { Edit } from "../access/support/edit";
import { exportOf, previewOf } from "../access/support/resources";
import type { Sketch } from "../access/support/resources";

describe("keyless access at the gate", () => {
    let dir: string;
    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-gate-"));
    });
    after(() => rmSync(dir, { recursive: true }));

    /** The command's error for a submitted version, compared with a correct one; it never succeeds. */
    async function said(document: unknown): Promise<string> {
        const [before, after] = [join(dir, "before.json"), join(dir, "after.json")];
        writeFileSync(before, JSON.stringify(exportOf(new Edit({ tenants: ["shop"] }).sketches)));
        writeFileSync(after, typeof document === "string" ? document : JSON.stringify(document));
        try {
            return `exit code ${await access(["--gate", "--before", before, "--after", after])}`;
        } catch (error) {
            assert.ok(error instanceof UserError, String(error));
            return error.message.replace(after, "after.json");
        }
    }

    const nothing = "after.json: no resources, so access cannot be computed; pass a complete preview or stack export";
    const stack: Sketch = { type: "pulumi:pulumi:Stack", name: "dev", custom: false };
    const provider: Sketch = { type: "pulumi:providers:aws", name: "default" };
    for (const [title, document] of [
        ["a list", []],
        ["a stack export", exportOf([])],
        ["a stack export without resources at all", { version: 3, deployment: {} }],
        ["a preview that is done", { steps: [], changeSummary: {} }],
        ["a preview with the stack and its providers", previewOf([stack, provider], "create")],
    ] as const) {
        it(`refuses an empty document: ${title}`, async () => {
            assert.equal(await said(document), nothing);
        });
    }

    it("accepts a preview in which everything is deleted", async () => {
        const write = process.stdout.write.bind(process.stdout);
        process.stdout.write = ((_: string, done: () => void) => (done(), true)) as typeof process.stdout.write;
        try {
            assert.equal(await said(previewOf(new Edit({ tenants: ["shop"] }).sketches, "delete")), "exit code 0");
        } finally {
            process.stdout.write = write;
        }
    });

    it("reads a file as a shell wrote it: UTF-16, after lines of a log, with the documents of several stacks", async () => {
        const stacks = [new Edit({ tenants: ["shop"] }), new Edit({ tenants: ["billing"] })].map(({ sketches }) =>
            JSON.stringify(exportOf(sketches), undefined, 4),
        );
        const file = join(dir, "stacks.json");
        writeFileSync(file, `\uFEFF[warn] a line of a log\r\n${stacks.join("\r\n")}\r\n`, "utf16le");
        assert.equal(
            await said("[warn] a line of a log\n{}"),
            "after.json: no resources in a document with the keys (none); give the output of pulumi preview --json --show-sames, of pulumi stack export, a state file, or a list of {type, name, inputs, outputs}",
        );
        const { after } = await readSources([file], { stack: "none" });
        const { after: separately } = await readSources(
            stacks.map((text, index) => {
                const one = join(dir, `stack-${index}.json`);
                writeFileSync(one, text);
                return one;
            }),
            { stack: "none" },
        );
        assert.deepEqual(after, separately);
        writeFileSync(file, `${stacks.join("\n")}\n{"deployment": 5, "x": 1`);
        await assert.rejects(readSources([file], { stack: "none" }), /stacks\.json can't be read as JSON: /);
    });

    it("compares a server's row-level security with an earlier result only", async () => {
        const file = join(dir, "earlier.json");
        const against = async (text: string, ...more: readonly string[]): Promise<string> => {
            writeFileSync(file, text);
            const done = access(["--live", "env", "--before", file, ...more]).then(() => "done", String);
            return (await done).replaceAll(file, "earlier.json");
        };
        assert.match(
            await against("{"),
            /earlier\.json can't be read as JSON: .*; pass the output of --live WHERE --json$/,
        );
        assert.match(await against("[]"), /earlier\.json has no rowSecurity; pass the output of --live WHERE --json$/);
        assert.match(
            await against("{}", "--before", file),
            /--live compares with one earlier result: pass --before FILE /,
        );
    });

    it("refuses truncated input, input that is not a document, and impossible states", async () => {
        assert.match(await said('{"steps": ['), /^after\.json can't be read as JSON: /);
        assert.match(await said(null), /^after\.json: no resources in a document that is null; give /);
        assert.match(await said("5"), /^after\.json: no resources in a document that is a number; give /);
        assert.equal(
            await said(`[{"type":"a:b:C","name":"c","inputs":{"deep":${"[".repeat(50_000)}${"]".repeat(50_000)}}}]`),
            "after.json: a value is nested more than 200 levels deep",
        );
        const [steps, changeSummary] = [[{ op: "create", urn: "x" }], { create: 1 }];
        assert.equal(
            await said({ steps, changeSummary }),
            'after.json: steps[0] is create "x" without the resource\'s state, so the preview is not complete',
        );
    });

    it("reports invalid assertions of such a document as errors, never as violations", async () => {
        const stated = (text: unknown): Promise<string> =>
            said({ ...exportOf(new Edit({ tenants: ["shop"] }).sketches), config: { "keyless:assertions": text } });
        assert.match(await stated("{"), /^the config: the assertions can't be read as YAML: /);
        assert.match(
            await stated("&a [*a]"),
            /^assertion 1 is a value that contains itself: not an object with one key; allowed are /,
        );
        assert.match(await stated("[secret]"), /^assertion 1 is "secret": not an object with one key; allowed are /);
        assert.match(await stated(7), /^assertion 1 is 7: not an object with one key; allowed are /);
        assert.match(await stated("[".repeat(50_000)), /^(the config: the assertions can't be read|assertion 1 is)/);
    });
});
