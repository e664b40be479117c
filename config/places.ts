import type { z } from "zod";
import { parseRange } from "../components/network/ipv4";
import { overlap } from "../toolkit/cidr";
import { zonePlaces } from "../components/network/subnets";
import type { DatabaseSettings } from "./database";
import { count, list, matching, section } from "./fields";
import { networkRange } from "./network";
import type { Problem } from "./problems";
import { regionName } from "./validators";

/** A replica of the database in another region. */
export const replica = section({
    region: regionName("the name of another region of the same partition").describe("The copy's region"),
    cidr: networkRange("write a range apart from platform.network.cidr, like 10.21.0.0/16").describe(
        "The private range of the copy's network, apart from `platform.network.cidr`",
    ),
    zones: count(2, zonePlaces, "write how many availability zones to use there, like 2")
        .default(2)
        .describe("Availability zones of the copy's network"),
    readers: count(0, 15, "write the number of standby instances there, like 1")
        .default(0)
        .describe("Standby instances in addition to the copy's first one; Aurora only"),
});

export type ReplicaSettings = z.infer<typeof replica>;

/** The existing surroundings of an application server. */
export const server = section({
    securityGroupId: matching(/^sg-[0-9a-f]{8,17}$/, {
        allowed: "the id of a security group",
        example: "sg-0123456789abcdef0",
        fix: "write the server's own, like sg-0123456789abcdef0",
        wrong: "not the id of a security group",
    }).describe("The server's security group"),
    subnetIds: list(
        matching(/^subnet-[0-9a-f]{8,17}$/, {
            allowed: "the id of a subnet",
            example: "subnet-0123456789abcdef0",
            fix: "write one of the server's network without a route to the internet, like subnet-0123456789abcdef0",
            wrong: "not the id of a subnet",
        }),
        "a list of ids of subnets, in at least two zones",
    ).describe("Subnets for the database in the server's network: two or more, without a route to the internet"),
});

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

/** Finds problems between individually valid subnets of a server's network. */
export function serverProblems({ subnetIds }: z.infer<typeof server>): Problem[] {
    return new Set(subnetIds).size >= 2
        ? []
        : [
              {
                  path: "platform.server.subnetIds",
                  given: subnetIds,
                  wrong: "fewer than two subnets",
                  allowed: "subnets in at least two zones",
                  fix: "name one more",
              },
          ];
}
