import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { StackFileError, findStackFile, readStackFile } from "../../../toolkit/system/stackFile";

describe("a stack's file", () => {
    let dir: string;

    beforeEach(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-stacks-"));
        mkdirSync(join(dir, "examples", "stacks"), { recursive: true });
    });

    afterEach(() => rmSync(dir, { recursive: true }));

    function write(name: string, text: string): string {
        writeFileSync(join(dir, name), text);
        return join(dir, name);
    }

    it("is the stack's own, else the sample", () => {
        const own = write("Pulumi.a.yaml", "");
        write("examples/stacks/a.yaml", "");
        const sample = write("examples/stacks/b.yaml", "");
        assert.equal(findStackFile("a", dir), own);
        assert.equal(findStackFile("b", dir), sample);
    });

    it("lists the existing stacks if it does not exist", () => {
        write("Pulumi.yaml", "");
        write("Pulumi.a.yaml", "");
        write("examples/stacks/b.yaml", "");
        const message = 'stack "c" does not exist; there are a, b; write Pulumi.c.yaml, or name one with --config-file';
        assert.throws(() => findStackFile("c", dir), new StackFileError(message));
    });

    it("returns the config by full key", () => {
        const file = write(
            "f.yaml",
            "config:\n  aws:region: eu-central-1\n  keyless:access:\n    tenants:\n      - name: shop\n",
        );
        assert.deepEqual(readStackFile(file), {
            "aws:region": "eu-central-1",
            "keyless:access": { tenants: [{ name: "shop" }] },
        });
    });

    for (const [what, text, message] of [
        [
            "a key that is written twice",
            "config:\n  a:b: 1\n  a:b: 2\n",
            /FILE can't be read\n {2}Map keys must be unique at line 3/,
        ],
        ["invalid YAML", "config: [\n", /FILE can't be read\n/],
        ["a file without config", "a: 1\n", /^FILE has no "config:" with keys below it$/],
        [
            "a key without a namespace",
            "config:\n  platform: {}\n",
            /^FILE: platform has no namespace; allowed is NAMESPACE:KEY; write keyless:platform$/,
        ],
        [
            "config from Pulumi ESC, which no comparison of two versions would see",
            "environment:\n  - team/prod\nconfig:\n  a:b: 1\n",
            /^FILE: environment can bring config that is not in the file; /,
        ],
        [
            "a number that is octal to Pulumi",
            "config:\n  a:b: [{ c: 0100 }]\n",
            /^FILE: 0100: Pulumi reads this otherwise; /,
        ],
        [
            "a text that is encoded for Pulumi",
            "config:\n  a:b: [{ c: !!binary c2hv }]\n",
            /^FILE: the tag tag:yaml.org,2002:binary: Pulumi reads this otherwise; /,
        ],
        [
            "another version of YAML",
            "%YAML 1.1\n---\nconfig:\n  a:b: yes\n",
            /^FILE: %YAML 1.1: Pulumi reads this otherwise; /,
        ],
        [
            "an encrypted value",
            "config:\n  keyless:a:\n    b: [{ secure: v1:x }]\n",
            /^FILE: keyless:a is encrypted, and the sandbox can't decrypt it; /,
        ],
    ] as const) {
        it(`refuses ${what}`, () => {
            const file = write("f.yaml", text);
            assert.throws(
                () => readStackFile(file),
                (error) => error instanceof StackFileError && message.test(error.message.replaceAll(file, "FILE")),
            );
        });
    }

    it("may configure the encryption of secrets, and contain unambiguous zeros", () => {
        const file = write(
            "f.yaml",
            'secretsprovider: awskms://alias/x\nencryptedkey: eA==\nconfig:\n  a:b: { c: 0, d: 0.5, e: "010", f: 0x10, g: -0 }\n',
        );
        assert.deepEqual(readStackFile(file), { "a:b": { c: 0, d: 0.5, e: "010", f: 16, g: -0 } });
    });

    it("refuses a file that does not exist", () => {
        const file = join(dir, "none.yaml");
        assert.throws(() => readStackFile(file), new StackFileError(`file ${file} does not exist`));
    });
});
