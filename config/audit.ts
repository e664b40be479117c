import type { z } from "zod";
import { count, list, matching, section, text } from "./fields";
import type { Problem } from "./problems";
import { isRoleArn, notARole } from "./validators";

/** Instead of a log group's name: make a trail. */
export const ownTrail = "own";

/** What is told to whom, and where the account's trail is. */
export const audit = section({
    trail: matching(/^[\w./#-]{1,512}$/, {
        allowed: `${ownTrail} to make a trail, or the name of the log group of one that there is`,
        example: "/aws/cloudtrail/all",
        fix: `write ${ownTrail}, or a name that \`aws logs describe-log-groups\` shows, like /aws/cloudtrail/all`,
        wrong: "not the name of a log group",
    }).describe("`own` to create a trail, which AWS charges for, or the log group of an existing one"),
    emails: list(
        matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, {
            allowed: "an address of electronic mail",
            example: "security@example.com",
            wrong: "not an address",
        }),
        "a list of addresses",
    )
        .default([])
        .describe("Who receives the alarms"),
    failedLogins: count(1, 1000, "write from how many refused logins within five minutes on an alarm is raised, like 1")
        .optional()
        .meta({
            description: "How many refused logins to one database within five minutes raise an alarm",
            absent: "1",
        }),
    keepDays: count(90, 3653, "write how many days the trail's files are kept, like 365")
        .optional()
        .meta({ description: "How long the files of an own trail are kept", unit: "days", absent: "365" }),
    deployer: text({
        allowed: "the ARN of an IAM role, at most 256 characters",
        example: "arn:aws:iam::111122223333:role/deployer",
        fix: "write the role by which this program runs, like arn:aws:iam::111122223333:role/deployer",
        wrong: (given) => (given.length <= 256 && isRoleArn(given) ? undefined : notARole),
    })
        .optional()
        .describe("The role that deploys the stack: its changes to security groups and roles raise no alarm"),
});

export type AuditSettings = z.infer<typeof audit>;

/** What is wrong between an audit and its stack. */
export function auditProblems(
    audit: AuditSettings | undefined,
    { platform }: { readonly platform?: unknown } = {},
): Problem[] {
    if (audit === undefined) {
        return [];
    }
    const { trail, failedLogins, keepDays } = audit;
    const problem = (key: keyof AuditSettings, wrong: string, allowed: string, fix: string): Problem => ({
        path: `audit.${key}`,
        given: audit[key],
        wrong,
        allowed,
        fix,
    });
    const own = "only in a stack with a platform of its own";
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
                "the platform's stack looks at its database's logins",
                own,
                "remove it, and write it there",
            ),
        );
    }
    if (keepDays !== undefined && trail !== ownTrail) {
        problems.push(problem("keepDays", "the trail is somebody else's", `only with trail: ${ownTrail}`, "remove it"));
    }
    return problems;
}
