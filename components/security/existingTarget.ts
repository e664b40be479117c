import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { coveringRange } from "./coveringRange";
import { groupedBy } from "../../toolkit/grouped";
import { tcp, type DatabaseReach, type Tier } from "./databaseTier";

/** A group that exists, to which rules for clients are added. */
export interface AdmittingGroup {
    readonly securityGroupId: string;
    /**
     * Its account, and the account of its clients.
     * @default - both are in the program's own account
     */
    readonly elsewhere?: { readonly provider: aws.Provider; readonly clientsAccount: pulumi.Input<string> } | undefined;
}

/** A database, a copy or a proxy that exists, as its clients' rules reach it. */
export interface ExistingTarget {
    /** `database` creates rules such as `…-database-from-app`. */
    readonly tier: string;
    /**
     * The region of a copy.
     * @default - the clients' region
     */
    readonly region?: string | undefined;
    /** CIDR ranges of its subnets. */
    readonly cidrs: pulumi.Input<readonly string[]>;
    /**
     * The group that admits clients.
     * @default - the group's owner admits them
     */
    readonly admittedBy?: AdmittingGroup | undefined;
}

/**
 * How a group of the program reaches databases that exist: one egress rule for each region, and an ingress rule in each group that admits
 * clients. Egress rules name addresses, so that they apply whatever joins the networks: a rule can reference a group only in the same VPC
 * or a peered one of the same region (https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html). One rule covers
 * a region, because a group takes no second one for the same range, and a proxy and a database may be in the same subnets.
 */
export function reachExisting(targets: readonly ExistingTarget[], port: pulumi.Input<number>): DatabaseReach {
    const byRegion = groupedBy(targets, ({ region }) => region);
    return (name, from, parent) => {
        // The owner of a group that exists manages what it lets out.
        for (const [region, there] of from.existing === true ? [] : byRegion) {
            const to = region === undefined ? "database" : `copies-${region}`;
            const cidrIpv4 = pulumi.all(there.map(({ cidrs }) => cidrs)).apply((all) => coveringRange(all.flat()));
            new aws.vpc.SecurityGroupEgressRule(
                `${name}-${from.tier}-to-${to}`,
                {
                    ...{ securityGroupId: from.securityGroupId, cidrIpv4, ...tcp(port) },
                    description: `to the existing ${region === undefined ? "database" : `copies in ${region}`}`,
                },
                { parent },
            );
        }
        targets.forEach(({ tier, admittedBy }) => admittedBy && admit(name, from, tier, admittedBy, port, parent));
    };
}

function admit(
    name: string,
    from: Tier,
    tier: string,
    { securityGroupId, elsewhere }: AdmittingGroup,
    port: pulumi.Input<number>,
    parent: pulumi.Resource,
): void {
    new aws.vpc.SecurityGroupIngressRule(
        `${name}-${tier}-from-${from.tier}`,
        {
            securityGroupId,
            referencedSecurityGroupId:
                elsewhere === undefined
                    ? from.securityGroupId
                    : pulumi.interpolate`${elsewhere.clientsAccount}/${from.securityGroupId}`,
            ...tcp(port),
            description: `from ${from.members ?? `the ${from.tier} tier`}`,
        },
        { parent, provider: elsewhere?.provider },
    );
}
