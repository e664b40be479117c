import { dbUserArn, parseDbUser } from "./arn";
import type { DbUser } from "./arn";

/** Values that readers recognise, best first. */
const familiar: readonly (readonly [keyof Omit<DbUser, "arn">, readonly string[]])[] = [
    ["partition", ["aws", "aws-cn", "aws-us-gov"]],
    ["region", ["eu-central-1", "us-east-1", "cn-north-1", "us-gov-west-1"]],
    ["account", ["111122223333", "999988887777"]],
    ["resourceId", ["cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "prx-0123456789abcdef0"]],
    ["user", ["postgres", "anyone", "other"]],
];

/**
 * Replaces the parts of a counterexample, one by one, to make it look like the ARN of a real database user. `holds`
 * returns whether an ARN is still a counterexample.
 */
export function makeRealistic(arn: string, holds: (arn: string) => boolean): string {
    let best = arn;
    for (const [part, values] of familiar) {
        const parts = parseDbUser(best);
        if (parts !== undefined) {
            best = values.map((value) => dbUserArn({ ...parts, [part]: value })).find(holds) ?? best;
        }
    }
    return best;
}
