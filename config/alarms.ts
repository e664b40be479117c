import type { z } from "zod";
import { count, list, matching, section, text } from "./fields";
import type { Problem } from "./problems";
import { isRecord } from "../toolkit/record";
import { isRoleArn, notARole } from "./validators";

/** Creates a trail; takes the place of a log group's name. */
export const ownTrail = "own";

/** Which alarms go to whom, and where the account's trail is. */
export const alarms = section({
    trail: matching(/^[\w./#-]{1,512}$/, {
        allowed: `${ownTrail} to make a trail, or the name of an existing trail's log group`,
        example: "/aws/cloudtrail/all",
        fix: `write ${ownTrail}, or a name that \`aws logs describe-log-groups\` shows, like /aws/cloudtrail/all`,
        wrong: "not the name of a log group",
    }).describe("`own` to create a trail, which AWS charges for, or the log group of an existing one"),
    emails: list(
        matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, {
            allowed: "an email address",
            example: "security@example.com",
            wrong: "not an address",
        }),
        "a list of addresses",
    )
        .default([])
        .describe("Who receives the alarms"),
    failedLogins: count(1, 1000, "write how many refused logins within five minutes raise an alarm, like 1")
        .optional()
        .meta({
            description: "How many refused logins to one database within five minutes raise an alarm",
            absent: "1",
        }),
    keepDays: count(90, 3653, "write how many days the trail's files are kept, like 365")
        .optional()
        .meta({ description: "How long the stack's own trail keeps its files", unit: "days", absent: "365" }),
    deployer: text({
        allowed: "the ARN of an IAM role, at most 256 characters",
        example: "arn:aws:iam::111122223333:role/deployer",
        fix: "write the role that runs this program, like arn:aws:iam::111122223333:role/deployer",
        wrong: (given) => (given.length <= 256 && isRoleArn(given) ? undefined : notARole),
    })
        .optional()
        .describe("The role that deploys the stack: its changes to security groups and roles raise no alarm"),
});

export type AlarmSettings = z.infer<typeof alarms>;

/** Finds contradictions between `alarms` and the rest of the stack. */
export function alarmProblems(
    alarms: AlarmSettings | undefined,
    { platform }: { readonly platform?: unknown } = {},
): Problem[] {
    if (alarms === undefined) {
        return [];
    }
    const { trail, failedLogins, keepDays } = alarms;
    const problem = (key: keyof AlarmSettings, wrong: string, allowed: string, fix: string): Problem => ({
        path: `alarms.${key}`,
        given: alarms[key],
        wrong,
        allowed,
        fix,
    });
    const own = "only in a stack that has its own platform";
    const others = platform === undefined && trail === ownTrail;
    const problems = others
        ? [
              problem(
                  "trail",
                  "this stack has no platform",
                  "the name of a log group",
                  "name the one in the platform stack's output trailLogGroup",
              ),
          ]
        : [];
    if (platform === undefined && failedLogins !== undefined) {
        problems.push(
            problem(
                "failedLogins",
                "the platform's stack monitors its database's logins",
                own,
                "remove it, and set it there",
            ),
        );
    }
    const database = isRecord(platform) && isRecord(platform["database"]) ? platform["database"] : {};
    if (database["existing"] !== undefined && failedLogins !== undefined) {
        problems.push(
            problem(
                "failedLogins",
                "the database exists, and its logs are not the stack's",
                "only with a database that the stack creates",
                "remove it, and have the database's owner watch its logs",
            ),
        );
    }
    if (keepDays !== undefined && trail !== ownTrail) {
        problems.push(
            problem("keepDays", "the stack does not own the trail", `only with trail: ${ownTrail}`, "remove it"),
        );
    }
    return problems;
}
