import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";

import { findEngine } from "../../sandbox/engine";
import { projectDir } from "../../toolkit/paths";
import { Progress } from "../../toolkit/progress";
import { isRecord } from "../../toolkit/record";
import { keyless } from "../support/keyless";

/** Answers as Vault's transit engine does: https://developer.hashicorp.com/vault/api-docs/secret/transit */
const vault = createServer((request, response) => {
    void text(request).then((body) => {
        const { plaintext, ciphertext = "" } = JSON.parse(body) as { plaintext?: string; ciphertext?: string };
        const data =
            plaintext === undefined
                ? { plaintext: ciphertext.replace("vault:v1:", "") }
                : { ciphertext: `vault:v1:${plaintext}` };
        response.setHeader("Content-Type", "application/json").end(JSON.stringify({ data }));
    });
});

describe("a shard whose secrets are encrypted with a key of Vault", () => {
    let folder: string;
    const usual = { ...process.env };
    const shard = "fleet-one-001";
    const config = () => join(folder, "plan", `Pulumi.${shard}.yaml`);

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "keyless-secrets-"));
        mkdirSync(join(folder, "state"));
        mkdirSync(join(folder, "plan"));
        await new Promise<void>((resolve) => vault.listen(0, "127.0.0.1", resolve));
        const { command } = await findEngine(new Progress({ write: () => undefined }), new AbortController().signal);
        Object.assign(process.env, {
            PATH: [dirname(command), process.env["PATH"]].join(delimiter),
            PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
            PULUMI_HOME: join(folder, "home"),
            // With which Pulumi would encrypt the state if the config file lacked the key.
            PULUMI_CONFIG_PASSPHRASE: "of this test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            VAULT_SERVER_URL: `http://127.0.0.1:${(vault.address() as AddressInfo).port}`,
            VAULT_SERVER_TOKEN: "of this test",
        });
    });
    after(async () => {
        for (const name of Object.keys(process.env).filter((key) => !(key in usual))) {
            delete process.env[name];
        }
        Object.assign(process.env, usual);
        vault.closeAllConnections();
        await new Promise((resolve) => vault.close(resolve));
        rmSync(folder, { recursive: true });
    });

    function plan(secretsProvider: string): void {
        writeFileSync(
            join(folder, "plan", "keyless.fleet.yaml"),
            stringify({
                name: "fleet",
                cells: [{ name: "one", platformStack: "organization/keyless/platform" }],
                tenants: [{ name: "shop", limits: { connections: 5 } }],
                engine: { repository: "https://github.com/example/keyless", secretsProvider },
            }),
        );
    }
    const fleet = (verb: string) =>
        keyless(join(folder, "own"), "fleet", verb, "--file", join(folder, "plan", "keyless.fleet.yaml"), "--json");
    const state = (): unknown =>
        JSON.parse(readFileSync(join(folder, "state", ".pulumi", "stacks", "keyless", `${shard}.json`), "utf8"));
    function keys(): Readonly<Record<string, unknown>> {
        const all = Object.entries(parse(readFileSync(config(), "utf8")) as Record<string, unknown>);
        return Object.fromEntries(all.filter(([name]) => name !== "config"));
    }

    it("runs with that key, which its config file gets from the state", async () => {
        plan("hashivault://k");
        assert.equal((await fleet("plan")).code, 0);
        const planned = readFileSync(config(), "utf8");
        // Fails: the platform is not there.
        await fleet("preview");
        const { checkpoint } = state() as { checkpoint: { latest: { secrets_providers: unknown } } };
        const { type, state: held } = checkpoint.latest.secrets_providers as { type: string; state: unknown };
        assert.ok(isRecord(held));
        assert.deepEqual([type, held["url"]], ["cloud", "hashivault://k"]);
        const expected = { secretsprovider: "hashivault://k", encryptedkey: held["encryptedkey"] };
        assert.deepEqual(keys(), expected);
        assert.equal(existsSync(join(projectDir, `Pulumi.${shard}.yaml`)), false);
        // `fleet plan` keeps the keys, and a checkout without them gets them again.
        assert.equal((await fleet("plan")).code, 0);
        assert.deepEqual(keys(), expected);
        writeFileSync(config(), planned);
        await fleet("up");
        assert.deepEqual(keys(), expected);
        // A run that needs no program writes the state, encrypted by what the config file says.
        const args = ["destroy", "--yes", "--stack", `organization/keyless/${shard}`, "--config-file", config()];
        await promisify(execFile)("pulumi", [...args, "--non-interactive"], { cwd: projectDir });
        const after = state() as { checkpoint: { latest: { secrets_providers: unknown } } };
        assert.deepEqual(after.checkpoint.latest.secrets_providers, { type, state: held });
        plan("hashivault://other");
        const { stdout } = await fleet("preview");
        assert.match(stdout, /engine\.secretsProvider is hashivault:\/\/other, and the stack .* has hashivault:\/\/k/);
    });
});
