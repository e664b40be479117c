import type { z } from "zod";
import { list, matching, section } from "./fields";
import type { Problem } from "./problems";

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
