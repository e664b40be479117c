import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A security group. */
export interface Group {
    readonly securityGroupId: pulumi.Input<string>;
    /**
     * Whose it is, where it is not the clients' account's.
     * @default - the clients'
     */
    readonly owner?: Elsewhere | undefined;
}

/** A security group and what its members are. */
export interface Tier extends Group {
    /** `app` makes rules like `…-database-from-app`. */
    readonly tier: string;
    /**
     * A group that was there before: its rules outward are its owner's.
     * @default false
     */
    readonly existing?: boolean;
}

/** A network in another account, peered with the clients' network in the same region. */
export interface Elsewhere {
    readonly vpcId: pulumi.Input<string>;
    readonly account: pulumi.Input<string>;
    /** The account that the clients' groups are in. */
    readonly clientsAccount: pulumi.Input<string>;
    /** For that account. */
    readonly provider: aws.Provider;
    /** Joins the two: before it no rule may name a group of the other side. */
    readonly ready: pulumi.Resource;
}

export interface DatabaseTierArgs {
    readonly vpcId: pulumi.Input<string>;
    /**
     * Another account's network in which the database tier is.
     * @default - it is in the clients' network
     */
    readonly elsewhere?: Elsewhere | undefined;
    /** Who reaches the database. */
    readonly clients: Tier;
    /** The TCP port of the database's engine. */
    readonly port: number;
    /** Whether clients reach a proxy, and the proxy the database. */
    readonly proxy: boolean;
}

/** Ids of the security groups of a database tier. */
export interface DatabaseTier {
    readonly databaseId: pulumi.Output<string>;
    /** Of the proxy, where there is one. */
    readonly proxyId: pulumi.Output<string> | undefined;
    /**
     * Empty, and the database's too. Addresses that are let in for a while are let in here, so that whatever takes them
     * away again may touch nothing else.
     */
    readonly temporaryId: pulumi.Output<string>;
}

/** Makes the security groups of a database tier, and the way into it: each rule a resource of its own. */
export function databaseTier(name: string, args: DatabaseTierArgs, parent: pulumi.Resource): DatabaseTier {
    const { clients, port, proxy, elsewhere: owner } = args;
    const { vpcId } = owner ?? args;
    const make = (suffix: string, description: string) =>
        securityGroup(`${name}-${suffix}`, vpcId, description, parent, owner?.provider);
    // A group's description can't change, so it says nothing of the proxy, which may come later.
    const databaseId = make("database", `database tier: reached by the ${clients.tier} tier`);
    const temporaryId = make("temporary", "database tier: reached from single addresses for a while");
    const database = { tier: "database", securityGroupId: databaseId, owner };
    if (!proxy) {
        connect(name, clients, database, port, parent);
        return { databaseId, proxyId: undefined, temporaryId };
    }
    const proxyId = make("proxy", `proxy before the database: reached by the ${clients.tier} tier`);
    const between = { tier: "proxy", securityGroupId: proxyId, owner };
    connect(name, clients, between, port, parent);
    connect(name, between, database, port, parent);
    return { databaseId, proxyId, temporaryId };
}

export function securityGroup(
    name: string,
    vpcId: pulumi.Input<string>,
    description: string,
    parent: pulumi.Resource,
    provider?: aws.Provider,
): pulumi.Output<string> {
    return new aws.ec2.SecurityGroup(name, { vpcId, description, tags: { Name: name } }, { parent, provider }).id;
}

/** A way from one group to another: a rule that lets out and a rule that lets in. */
export function connect(name: string, from: Tier, to: Tier, port: number, parent: pulumi.Resource): void {
    if (from.existing !== true) {
        new aws.vpc.SecurityGroupEgressRule(
            `${name}-${from.tier}-to-${to.tier}`,
            {
                securityGroupId: from.securityGroupId,
                referencedSecurityGroupId: seenFrom(from, to),
                ...tcp(port),
                description: `to the ${to.tier} tier`,
            },
            ruleOptions(from, to, parent),
        );
    }
    new aws.vpc.SecurityGroupIngressRule(
        `${name}-${to.tier}-from-${from.tier}`,
        {
            securityGroupId: to.securityGroupId,
            referencedSecurityGroupId: seenFrom(to, from),
            ...tcp(port),
            description: `from the ${from.tier} tier`,
        },
        ruleOptions(to, from, parent),
    );
}

/**
 * How a rule of one group names another: with its account, where that is not the rule's own.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
 */
export function seenFrom({ owner: own }: Group, { owner, securityGroupId }: Group): pulumi.Input<string> {
    return own === owner
        ? securityGroupId
        : pulumi.interpolate`${owner?.account ?? own?.clientsAccount}/${securityGroupId}`;
}

/** Where a rule of one group that names another is made, and after what. */
export function ruleOptions(
    { owner: own }: Group,
    { owner }: Group,
    parent: pulumi.Resource,
): pulumi.CustomResourceOptions {
    const joined = own === owner ? undefined : (own ?? owner)?.ready;
    return { parent, provider: own?.provider, ...(joined && { dependsOn: [joined] }) };
}

export function tcp(port: number): { ipProtocol: string; fromPort: number; toPort: number } {
    return { ipProtocol: "tcp", fromPort: port, toPort: port };
}
