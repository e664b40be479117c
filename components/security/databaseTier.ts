import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A security group. */
export interface SecurityGroup {
    readonly securityGroupId: pulumi.Input<string>;
    /**
     * The group's account, if it is not the clients' account.
     * @default - the clients' account
     */
    readonly owner?: Elsewhere | undefined;
}

/** A security group and the role of its members. */
export interface Tier extends SecurityGroup {
    /** `app` creates rules such as `…-database-from-app`. */
    readonly tier: string;
    /**
     * Whether the group already exists: its owner manages its rules.
     * @default false
     */
    readonly existing?: boolean | undefined;
    /**
     * What its members are, in a rule's description.
     * @default - `the … tier`
     */
    readonly members?: string | undefined;
}

/** Adds the rules for a group of the program that connects to the database. */
export type DatabaseReach = (name: string, from: Tier, parent: pulumi.Resource) => void;

/** A network in another account, peered with the clients' network in the same region. */
export interface Elsewhere {
    readonly vpcId: pulumi.Input<string>;
    readonly account: pulumi.Input<string>;
    /** The account of the clients' groups. */
    readonly clientsAccount: pulumi.Input<string>;
    /** The provider for that account. */
    readonly provider: aws.Provider;
    /** The peering: until it exists, no rule can reference a group of the other side. */
    readonly ready: pulumi.Resource;
}

export interface DatabaseTierArgs {
    readonly vpcId: pulumi.Input<string>;
    /**
     * The other account's network that contains the database tier.
     * @default - the database tier is in the clients' network
     */
    readonly elsewhere?: Elsewhere | undefined;
    /** The group that can reach the database. */
    readonly clients: Tier;
    /**
     * Further groups that can, which exist.
     * @default - none
     */
    readonly existingClients?: readonly Tier[] | undefined;
    /** The TCP port of the database's engine. */
    readonly port: number;
    /** Whether clients connect to a proxy, and the proxy to the database. */
    readonly proxy: boolean;
}

/** Ids of the security groups of a database tier. */
export interface DatabaseTier {
    readonly databaseId: pulumi.Output<string>;
    /** The proxy's group, if there is a proxy. */
    readonly proxyId: pulumi.Output<string> | undefined;
    /**
     * Initially empty, and attached to the database as well. Temporary addresses are admitted here, so that the role
     * that revokes their rules needs no access to any other group.
     */
    readonly temporaryId: pulumi.Output<string>;
}

/** Creates the security groups of a database tier and the rules between them, each rule a separate resource. */
export function databaseTier(name: string, args: DatabaseTierArgs, parent: pulumi.Resource): DatabaseTier {
    const { clients, existingClients = [], port, proxy, elsewhere: owner } = args;
    const { vpcId } = owner ?? args;
    const make = (suffix: string, description: string) =>
        securityGroup(`${name}-${suffix}`, vpcId, description, parent, owner?.provider);
    // A group's description cannot change, so it does not mention the proxy, which may be added later.
    const databaseId = make("database", `database tier: reached by the ${clients.tier} tier`);
    const temporaryId = make("temporary", "database tier: reached from single addresses for a while");
    const database = { tier: "database", securityGroupId: databaseId, owner };
    const all = [clients, ...existingClients];
    if (!proxy) {
        all.forEach((one) => connect(name, one, database, port, parent));
        return { databaseId, proxyId: undefined, temporaryId };
    }
    const proxyId = make("proxy", `proxy before the database: reached by the ${clients.tier} tier`);
    const between = { tier: "proxy", securityGroupId: proxyId, owner };
    all.forEach((one) => connect(name, one, between, port, parent));
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

/** A path from one group to another: an egress rule and an ingress rule, each unless its group exists already. */
export function connect(name: string, from: Tier, to: Tier, port: number, parent: pulumi.Resource): void {
    const described = ({ tier, members = `the ${tier} tier` }: Tier) => members;
    if (from.existing !== true) {
        new aws.vpc.SecurityGroupEgressRule(
            `${name}-${from.tier}-to-${to.tier}`,
            {
                securityGroupId: from.securityGroupId,
                referencedSecurityGroupId: seenFrom(from, to),
                ...tcp(port),
                description: `to ${described(to)}`,
            },
            ruleOptions(from, to, parent),
        );
    }
    if (to.existing !== true) {
        new aws.vpc.SecurityGroupIngressRule(
            `${name}-${to.tier}-from-${from.tier}`,
            {
                securityGroupId: to.securityGroupId,
                referencedSecurityGroupId: seenFrom(to, from),
                ...tcp(port),
                description: `from ${described(from)}`,
            },
            ruleOptions(to, from, parent),
        );
    }
}

/**
 * How a rule of one group references another: qualified with its account if that is not the rule's own.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
 */
export function seenFrom(
    { owner: own }: SecurityGroup,
    { owner, securityGroupId }: SecurityGroup,
): pulumi.Input<string> {
    return own === owner
        ? securityGroupId
        : pulumi.interpolate`${owner?.account ?? own?.clientsAccount}/${securityGroupId}`;
}

/** The provider and dependencies of a rule that references another group. */
export function ruleOptions(
    { owner: own }: SecurityGroup,
    { owner }: SecurityGroup,
    parent: pulumi.Resource,
): pulumi.CustomResourceOptions {
    const joined = own === owner ? undefined : (own ?? owner)?.ready;
    return { parent, provider: own?.provider, ...(joined && { dependsOn: [joined] }) };
}

export function tcp<Port extends pulumi.Input<number>>(
    port: Port,
): { ipProtocol: string; fromPort: Port; toPort: Port } {
    return { ipProtocol: "tcp", fromPort: port, toPort: port };
}
