import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const user = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC/shop";
const identity = (Resource: unknown): object => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource }],
});

describe("keyless lint", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-lint-"));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    /** Runs the command's function in a separate process, because its exit code and output matter. */
    function lint(args: readonly string[], input = ""): { code: number | null; lines: string[]; error: string } {
        const script = `require(${JSON.stringify(join(root, "cli/lint.ts"))}).lint(process.argv.slice(1)).then((code) => { process.exitCode = code; }, (error) => { console.error(error.message); process.exitCode = 2; })`;
        const env = { ...process.env, INIT_CWD: folder };
        const run = spawnSync(
            process.execPath,
            ["--require", join(root, "node_modules/tsx/dist/cjs/index.cjs"), "-e", script, "--", ...args],
            { input, encoding: "utf8", env },
        );
        return { code: run.status, lines: run.stdout.split("\n").slice(0, -1), error: run.stderr };
    }

    function file(name: string, content: unknown): string {
        writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
        return name;
    }

    it("prints one JSON object per document, and fails for excess and invalid documents", () => {
        const trust = {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
        };
        const files = [
            file("exact.json", identity(user)),
            file("none.json", identity("arn:aws:s3:::b")),
            file("excess.json", identity("*")),
            file("invalid.json", "{"),
            file("trust.json", trust),
            "missing.json",
        ];
        const { code, lines } = lint(["--json", ...files]);
        const judged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
        assert.equal(code, 1);
        assert.deepEqual(
            judged.map(({ reason, ...rest }) => ({ ...rest, reason: typeof reason })),
            [
                {
                    file: "exact.json",
                    kind: "identity",
                    verdict: "exact",
                    users: [user],
                    impossible: [],
                    counterexample: null,
                    reason: "string",
                },
                {
                    file: "none.json",
                    kind: "identity",
                    verdict: "none",
                    users: [],
                    impossible: [],
                    counterexample: null,
                    reason: "string",
                },
                {
                    file: "excess.json",
                    kind: "identity",
                    verdict: "excess",
                    users: [],
                    impossible: [],
                    counterexample: user.replace("cluster-ABC/shop", "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/postgres"),
                    reason: "string",
                },
                {
                    file: "invalid.json",
                    kind: "identity",
                    verdict: "invalid",
                    users: [],
                    impossible: [],
                    counterexample: null,
                    reason: "string",
                },
                {
                    file: "trust.json",
                    kind: "trust",
                    verdict: "exact",
                    users: ["ec2.amazonaws.com"],
                    impossible: [],
                    counterexample: null,
                    reason: "string",
                },
                {
                    file: "missing.json",
                    kind: "identity",
                    verdict: "invalid",
                    users: [],
                    impossible: [],
                    counterexample: null,
                    reason: "string",
                },
            ],
        );
    });

    it("fails for a user that no database can have: a placeholder, a name in place of a resource id", () => {
        const placeholders = "arn:aws:rds-db:<REGION>:<ACCOUNT-ID>:dbuser:<DB-RESOURCE-ID>/<DB-USERNAME>";
        const named = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:shop-cluster/shop";
        const { code, lines } = lint([
            file("placeholders.json", identity([placeholders, user])),
            file("name.json", identity(named)),
        ]);
        assert.equal(code, 1);
        const wrong = lines.filter((line) => line.startsWith("  no database has"));
        assert.equal(wrong.length, 2);
        assert.match(
            wrong[0] ?? "",
            /the user arn:aws:rds-db:<REGION>:.*, in which <DB-RESOURCE-ID> is not a resource id/,
        );
        assert.match(
            wrong[1] ?? "",
            /in which shop-cluster is not a resource id, but perhaps the name of a database: write/,
        );
    });

    it("succeeds when all documents are exact or reach no user", () => {
        assert.deepEqual(lint([file("a.json", identity(user)), file("b.json", identity([]))]), {
            code: 0,
            lines: [
                `a.json: exact (identity) reaches only the one user it names`,
                `  ${user}`,
                "b.json: none (identity) allows no rds-db:connect",
            ],
            error: "",
        });
    });

    it("reads standard input, with a byte order mark too", () => {
        const { code, lines } = lint(["-"], `\ufeff${JSON.stringify(identity(user))}`);
        assert.deepEqual([code, lines[0]], [0, "-: exact (identity) reaches only the one user it names"]);
    });

    it("reads the engine's marker for unknown values as plain text", () => {
        const odd = user.replace("shop", "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
        const { lines } = lint(["--json", file("odd.json", identity(odd))]);
        const { verdict, users } = JSON.parse(lines[0] ?? "") as { verdict: string; users: string[] };
        assert.deepEqual([verdict, users], ["exact", [odd]]);
    });

    it("knows the accounts that may be trusted without a condition", () => {
        const trust = file("account.json", {
            Statement: [
                { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sts:AssumeRole" },
            ],
        });
        assert.deepEqual(
            [
                lint([trust]).code,
                lint(["--account", "111122223333", trust]).code,
                lint(["--account", "444455556666", trust]).code,
            ],
            [1, 0, 1],
        );
    });

    it("prints the usage for an invalid command line", () => {
        assert.match(lint([]).error, /^name at least one file\n\nusage: keyless lint/);
        assert.match(lint(["--all", "x"]).error, /usage: keyless lint/);
        assert.deepEqual(
            [lint(["--help"]).code, lint(["--help"]).lines[0]],
            [0, "usage: keyless lint [--json] [--account ID]... FILE..."],
        );
    });
});
