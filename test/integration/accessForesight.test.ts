import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { projectDir } from "../../toolkit/paths";
import { keyless } from "../support/keyless";
import type { Ended } from "../support/keyless";

/** The files of a program: everything else in the project runs from here. */
const PROGRAM = ["access", "components", "config", "config.ts", "index.ts", "policy", "toolkit", "Pulumi.local.yaml"];

describe("keyless access for two versions of a program that is not deployed", () => {
    let dir: string;
    const at = (...names: string[]): string => join(dir, ...names);

    /** Previews a copy of the program with one text replaced in each of some files. */
    async function preview(
        name: string,
        edits: Readonly<Record<string, readonly [string, string]>> = {},
    ): Promise<void> {
        for (const part of PROGRAM) {
            cpSync(join(projectDir, part), at(name, part), { recursive: true });
        }
        symlinkSync(join(projectDir, "node_modules"), at(name, "node_modules"));
        for (const [file, [from, to]] of Object.entries(edits)) {
            const text = readFileSync(at(name, file), "utf8");
            assert.ok(text.includes(from), `${file} has no ${from}`);
            writeFileSync(at(name, file), text.replace(from, to));
        }
        const preload = join(projectDir, "toolkit", "preload.cjs");
        const command = join(projectDir, "cli", "sandbox", "revision.ts");
        await promisify(execFile)(
            process.execPath,
            ["--require", preload, command, "local", at(name), at(`${name}.json`)],
            { env: { ...process.env, KEYLESS_STATE: at("state"), TMPDIR: at("tmp") } },
        );
    }

    function gate(before: string, after: string): Promise<Ended> {
        return keyless(
            at("state"),
            "access",
            "--gate",
            "--before",
            at(`${before}.json`),
            "--after",
            at(`${after}.json`),
        );
    }

    before(async () => {
        dir = mkdtempSync(join(tmpdir(), "keyless-foresight-test-"));
        mkdirSync(at("tmp"));
        await preview("base");
    });
    after(() => rmSync(dir, { recursive: true }));

    it("fails for a program that lets one tenant's role connect as other tenants too, and names their data", async () => {
        await preview("wide", {
            "components/identity/grantConnect.ts": [
                "known.map(({ arn, resourceId }) =>\n                connectArn(role === undefined ? arn : withinAccount(role, arn), resourceId, dbUser),\n            )",
                "known.flatMap(({ arn, resourceId }) =>\n                (dbUser === 'shop_app' ? [dbUser, 'billing_app', 'keyless_provisioner'] : [dbUser]).map((user) =>\n                connectArn(role === undefined ? arn : withinAccount(role, arn), resourceId, user)),\n            )",
            ],
        });
        const { code, stdout } = await gate("base", "wide");
        assert.equal(code, 3, stdout);
        assert.match(
            stdout,
            /^ {2}\+ shop\/shop write keyless-database\/app\/billing \(reaches another identity's data/m,
        );
        // An administrator of the cluster runs pods as any service account.
        assert.doesNotMatch(stdout, /^ {2}\+ (?!shop\/shop |\S+:role\/keyless-sandbox )/m);
    });

    it("reports only what a new tenant gains, whatever else changes without granting access", async () => {
        await preview("grown", {
            "Pulumi.local.yaml": ["      - name: crm\n", "      - name: crm\n      - name: wiki\n"],
            "components/identity/grantConnect.ts": ['"rolePolicy");', '"rolePolicy").apply((text) => `${text} `);'],
        });
        const { code, stdout } = await gate("base", "grown");
        const [gained = ""] = stdout.split("\n\n");
        assert.equal(code, 3, stdout);
        const administrator = "arn:aws:iam::111122223333:role/keyless-sandbox";
        assert.deepEqual(
            gained.split("\n").map((line) => line.replace(/, through .*/, "")),
            [
                "gained and lost:",
                `  + ${administrator} write keyless-database/app/wiki`,
                "  + wiki/wiki write keyless-database/app/wiki",
            ],
        );
        assert.match(stdout.slice(gained.length), /^\n\nwho reaches what:\n/);
        assert.equal((await gate("base", "base")).code, 0);
    });

    it("predicts every document, and leaves no files behind", () => {
        const { steps } = JSON.parse(readFileSync(at("base.json"), "utf8")) as {
            steps: { newState: { type: string; inputs?: { policy?: string; assumeRolePolicy?: string } } }[];
        };
        const texts = steps.flatMap(({ newState: { inputs = {} } }) => [inputs.policy, inputs.assumeRolePolicy]);
        const documents = texts.filter((text) => text !== undefined);
        assert.ok(documents.length > 5);
        assert.deepEqual(
            documents.filter((text) => !text.startsWith("{")),
            [],
        );
        const kept = ["cloud", "databases", "mysql"].filter((folder) => existsSync(at("state", folder)));
        assert.deepEqual(kept, []);
        const left = readdirSync(at("tmp")).filter((name) => name.startsWith("keyless-"));
        assert.deepEqual(left, []);
    });
});
