import assert from "node:assert/strict";
import { alarmProblems } from "../../config/alarms";
import { parseSettings } from "../../config/settings";
import { SettingsError } from "../../config/problems";

const platform = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };
const parse = (alarms: unknown) => parseSettings({ platform, alarms });

function problemsWith(values: Record<string, unknown>): string[] {
    try {
        parseSettings(values);
        return [];
    } catch (error) {
        assert.ok(error instanceof SettingsError);
        return error.problems.map(({ path, wrong, fix }) => `${path}: ${wrong}; ${fix}`);
    }
}

describe("the config of the alarms", () => {
    it("is a trail and its recipients; without it, no alarm exists", () => {
        assert.deepEqual(parse({ trail: "own" }).alarms, { trail: "own", emails: [] });
        assert.equal(parseSettings({ platform }).alarms, undefined);
    });

    it("refuses the key's former name, and names the new one", () => {
        assert.deepEqual(problemsWith({ platform, audit: { trail: "own" } }), [
            "audit: renamed to alarms; write alarms instead",
        ]);
    });

    it("reports all invalid values together", () => {
        assert.deepEqual(
            problemsWith({
                platform,
                alarms: {
                    trail: "a b",
                    emails: ["sue"],
                    failedLogins: 0,
                    deployer: "arn:aws:iam::111122223333:user/sue",
                },
            }),
            [
                "alarms.trail: not the name of a log group; write own, or a name that `aws logs describe-log-groups` shows, like /aws/cloudtrail/all",
                "alarms.emails[0]: not an address; write one like security@example.com",
                "alarms.failedLogins: not a whole number from 1 to 1000; write how many refused logins within five minutes raise an alarm, like 1",
                "alarms.deployer: not the ARN of an IAM role; write the role that runs this program, like arn:aws:iam::111122223333:role/deployer",
            ],
        );
    });

    it("refuses values that the platform stack or the owner of the trail sets", () => {
        const alarms = { trail: "own", emails: [], failedLogins: 2 };
        assert.deepEqual(
            alarmProblems(alarms, {}).map(({ path, wrong, fix }) => `${path}: ${wrong}; ${fix}`),
            [
                "alarms.trail: this stack has no platform; name the one in the platform stack's output trailLogGroup",
                "alarms.failedLogins: the platform's stack monitors its database's logins; remove it, and set it there",
            ],
        );
        assert.deepEqual(problemsWith({ platform, alarms: { trail: "/all", keepDays: 365 } }), [
            "alarms.keepDays: the stack does not own the trail; remove it",
        ]);
        assert.deepEqual(alarmProblems({ trail: "/all", emails: [] }, {}), []);
    });
});
