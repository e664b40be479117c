import assert from "node:assert/strict";
import { auditProblems } from "../../config/audit";
import { parseSettings } from "../../config/settings";
import { SettingsError } from "../../config/problems";

const platform = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };
const parse = (audit: unknown) => parseSettings({ platform, audit });

function problemsWith(values: Record<string, unknown>): string[] {
    try {
        parseSettings(values);
        return [];
    } catch (error) {
        assert.ok(error instanceof SettingsError);
        return error.problems.map(({ path, wrong, fix }) => `${path}: ${wrong}; ${fix}`);
    }
}

describe("the config of the audit", () => {
    it("is a trail and its recipients; without it, no alarm exists", () => {
        assert.deepEqual(parse({ trail: "own" }).audit, { trail: "own", emails: [] });
        assert.equal(parseSettings({ platform }).audit, undefined);
    });

    it("refuses what cannot be, all at once", () => {
        assert.deepEqual(
            problemsWith({
                platform,
                audit: {
                    trail: "a b",
                    emails: ["sue"],
                    failedLogins: 0,
                    deployer: "arn:aws:iam::111122223333:user/sue",
                },
            }),
            [
                "audit.trail: not the name of a log group; write own, or a name that `aws logs describe-log-groups` shows, like /aws/cloudtrail/all",
                "audit.emails[0]: not an address; write one like security@example.com",
                "audit.failedLogins: not a whole number from 1 to 1000; write how many refused logins within five minutes raise an alarm, like 1",
                "audit.deployer: not the ARN of an IAM role; write the role that runs this program, like arn:aws:iam::111122223333:role/deployer",
            ],
        );
    });

    it("refuses what another stack's platform or another's trail has to say", () => {
        const audit = { trail: "own", emails: [], failedLogins: 2 };
        assert.deepEqual(
            auditProblems(audit, {}).map(({ path, wrong, fix }) => `${path}: ${wrong}; ${fix}`),
            [
                "audit.trail: this stack has no platform; name the one in the platform stack's output trailLogGroup",
                "audit.failedLogins: the platform's stack monitors its database's logins; remove it, and set it there",
            ],
        );
        assert.deepEqual(problemsWith({ platform, audit: { trail: "/all", keepDays: 365 } }), [
            "audit.keepDays: the stack does not own the trail; remove it",
        ]);
        assert.deepEqual(auditProblems({ trail: "/all", emails: [] }, {}), []);
    });
});
