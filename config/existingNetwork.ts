import type { z } from "zod";
import type { Problem } from "./problems";
import { list, matching, section } from "./fields";

/** A subnet by its id, or by a tag that no other subnet of the VPC has: terraform-aws-vpc, the AWS CDK and eksctl name each. */
const subnet = matching(/^(subnet-[0-9a-f]{8,17}|(?!subnet-)[^=*?]{1,128}=[^*?]{1,256})$/, {
    allowed: "the id of a subnet, or KEY=VALUE: a tag that it alone has in the VPC",
    example: "subnet-0123456789abcdef0",
    fix: "write one like subnet-0123456789abcdef0 or Name=database-a",
    wrong: "neither the id of a subnet nor a tag",
});

const subnets = (allowed: string) => list(subnet, allowed).optional();

/** A VPC that is there: looked up, never managed. */
export const existing = section({
    vpcId: matching(/^vpc-[0-9a-f]{8,17}$/, {
        allowed: "the id of a VPC",
        example: "vpc-0123456789abcdef0",
        wrong: "not the id of a VPC",
    })
        .optional()
        .meta({ description: "The VPC's id", absent: "the VPC of the existing cluster" }),
    nodeSubnets: subnets("a list of subnets for nodes, one in each of at least two zones").meta({
        description:
            "Subnets for the nodes and the bastion, one for each zone, each by its id or by a tag that it alone has in the VPC (`Name=private-a`)",
        absent: "none: only with an existing cluster and without `bastion`",
    }),
    databaseSubnets: subnets("a list of subnets for the database, in at least two zones").meta({
        description:
            "Subnets for the database, in at least two zones and without a route out of the network, each by its id or by a tag",
        absent: "none: only without a database of the stack's own",
    }),
});

export type ExistingNetworkSettings = z.infer<typeof existing>;

/** What a network is needed for. */
export interface NetworkNeeds {
    /** Whether the cluster is there, too: its VPC is the network. */
    readonly clusterExists: boolean;
    /** The key that needs subnets for nodes. */
    readonly nodes: string | undefined;
    /** Whether the stack makes the database. */
    readonly database: boolean;
    /** The platform's other networks, which need routes in this one. */
    readonly peered: Readonly<Record<"replica" | "databaseAccount", unknown>>;
}

const path = "platform.network.existing";

/** Finds what an existing network lacks for the parts that a platform makes. */
export function existingNetworkProblems(network: ExistingNetworkSettings, needs: NetworkNeeds): Problem[] {
    const { vpcId, nodeSubnets, databaseSubnets } = network;
    const missing = (key: string, wrong: string, allowed: string): Problem => ({
        path: `${path}.${key}`,
        given: undefined,
        wrong,
        allowed,
        fix: "write it",
    });
    return [
        ...(vpcId === undefined && !needs.clusterExists
            ? [missing("vpcId", "missing", "the id of a VPC, or an existing cluster")]
            : []),
        ...(nodeSubnets === undefined && needs.nodes !== undefined
            ? [missing("nodeSubnets", `missing; ${needs.nodes} needs it`, "subnets for nodes, one for each zone")]
            : []),
        ...(databaseSubnets === undefined && needs.database
            ? [
                  missing(
                      "databaseSubnets",
                      "missing; platform.database needs it",
                      "subnets without a route out of the network, in at least two zones",
                  ),
              ]
            : []),
        ...tooFew("nodeSubnets", nodeSubnets),
        ...tooFew("databaseSubnets", databaseSubnets),
        ...Object.entries(needs.peered)
            .filter(([, given]) => given !== undefined)
            .map(([key, given]) => ({
                path: `platform.${key}`,
                given,
                wrong: "its network needs routes in this one, whose route tables exist and are not changed",
                allowed: "only with a network that the stack creates",
                fix: `remove ${key}, or let the stack create the network`,
            })),
    ];
}

function tooFew(key: string, subnets: readonly string[] | undefined): Problem[] {
    return subnets === undefined || new Set(subnets).size >= 2
        ? []
        : [
              {
                  path: `${path}.${key}`,
                  given: subnets,
                  wrong: "fewer than two subnets",
                  allowed: "subnets in at least two zones",
                  fix: "name one more",
              },
          ];
}
