import type { z } from "zod";
import { parseRange } from "../components/network/ipv4";
import { overlap } from "../toolkit/cidr";
import { zonePlaces } from "../components/network/subnets";
import type { DatabaseSettings } from "./database";
import { count, section } from "./fields";
import { networkRange } from "./network";
import type { Problem } from "./problems";
import { regionName } from "./validators";

/** A replica of the database in another region. */
export const replica = section({
    region: regionName("the name of another region of the same partition").describe(
        "The copy's region; to move the copy, remove it in one run and add it in the next",
    ),
    cidr: networkRange("write a range apart from platform.network.cidr, like 10.21.0.0/16").describe(
        "The private range of the copy's network, apart from `platform.network.cidr`; it cannot change later",
    ),
    zones: count(2, zonePlaces, "write how many availability zones to use there, like 2")
        .default(2)
        .describe("Availability zones of the copy's network"),
    readers: count(0, 15, "write the number of standby instances there, like 1")
        .default(0)
        .describe("Standby instances in addition to the copy's first one; Aurora only"),
});

export type ReplicaSettings = z.infer<typeof replica>;

/** Finds contradictions between a copy and its source. */
export function replicaProblems(
    replica: ReplicaSettings,
    cidr: string,
    { kind, instanceClass }: DatabaseSettings,
): Problem[] {
    const problems: Problem[] = [];
    const [own, other] = [parseRange(cidr), parseRange(replica.cidr)];
    if (own !== undefined && other !== undefined && overlap(own, other)) {
        const wrong = `overlaps platform.network.cidr, ${cidr}`;
        problems.push({
            path: "platform.replica.cidr",
            given: replica.cidr,
            wrong,
            allowed: "a range that does not overlap it",
            fix: "write another one, like 10.21.0.0/16",
        });
    }
    if (kind === "instance" && replica.readers > 0) {
        problems.push({
            path: "platform.replica.readers",
            given: replica.readers,
            wrong: "an instance's copy is one instance",
            allowed: "0 with kind: instance",
            fix: "remove it, or make the database Aurora",
        });
    }
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
    if (kind === "aurora" && instanceClass?.startsWith("db.t") === true) {
        const allowed = "db.r and db.x classes, or Serverless v2 without a class";
        problems.push({
            path: "platform.database.instanceClass",
            given: instanceClass,
            wrong: "Aurora cannot copy a database of this class to another region",
            allowed,
            fix: "write one like db.r7g.large",
        });
    }
    return problems;
}
