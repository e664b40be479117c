import type { z } from "zod";
import { parseRange } from "../components/network/ipv4";
import { overlap } from "../toolkit/cidr";
import { zonePlaces } from "../components/network/subnets";
import { count, section, text } from "./fields";
import { networkRange } from "./network";
import type { Problem } from "./problems";
import { isRoleArn, notARole } from "./validators";

/** The role that reaches another account. */
export const databaseRole = text({
    allowed: "the ARN of an IAM role that the deployer may assume",
    example: "arn:aws:iam::444455556666:role/keyless-deploy",
    fix: "write one of the database's account, like arn:aws:iam::444455556666:role/keyless-deploy",
    wrong: (given) => (isRoleArn(given) ? undefined : notARole),
});

/** Another account for the database. */
export const databaseAccount = section({
    role: databaseRole.describe("A role in that account that the deployer may assume; the account cannot change later"),
    cidr: networkRange("write a range apart from platform.network.cidr, like 10.30.0.0/16").describe(
        "The private range of the database's network, apart from `platform.network.cidr`; it cannot change later",
    ),
    zones: count(2, zonePlaces, "write how many availability zones to use there, like 2")
        .default(2)
        .describe("Availability zones of the database's network"),
});

export type DatabaseAccountSettings = z.infer<typeof databaseAccount>;

/** Finds contradictions between another account and the rest of its platform. */
export function databaseAccountProblems(
    { cidr }: DatabaseAccountSettings,
    network: string,
    replica: unknown,
): Problem[] {
    const problems: Problem[] = [];
    const [own, other] = [parseRange(network), parseRange(cidr)];
    if (own !== undefined && other !== undefined && overlap(own, other)) {
        const wrong = `overlaps platform.network.cidr, ${network}`;
        problems.push({
            path: "platform.databaseAccount.cidr",
            given: cidr,
            wrong,
            allowed: "a range that does not overlap it",
            fix: "write another one, like 10.30.0.0/16",
        });
    }
    if (replica !== undefined) {
        const wrong = "the database is in another account";
        problems.push({
            path: "platform.replica",
            given: replica,
            wrong,
            allowed: "only without databaseAccount",
            fix: "remove one of the two",
        });
    }
    return problems;
}
