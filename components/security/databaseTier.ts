import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A security group and what its members are. */
export interface Tier {
    /** `app` makes rules like `…-database-from-app`. */
    readonly tier: string;
    readonly securityGroupId: pulumi.Input<string>;
    /**
     * A group that was there before: its rules outward are its owner's.
     * @default false
     */
    readonly existing?: boolean;
}

export interface DatabaseTierArgs {
    readonly vpcId: pulumi.Input<string>;
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
export function databaseTier(name: string, { vpcId, clients, port, proxy }: DatabaseTierArgs, parent: pulumi.Resource): DatabaseTier {
    // A group's description can't change, so it says nothing of the proxy, which may come later.
    const databaseId = securityGroup(`${name}-database`, vpcId, `database tier: reached by the ${clients.tier} tier`, parent);
    const temporaryId = securityGroup(`${name}-temporary`, vpcId, "database tier: reached from single addresses for a while", parent);
    if (!proxy) {
        connect(name, clients, { tier: "database", securityGroupId: databaseId }, port, parent);
        return { databaseId, proxyId: undefined, temporaryId };
    }
    const proxyId = securityGroup(`${name}-proxy`, vpcId, `proxy before the database: reached by the ${clients.tier} tier`, parent);
    const between = { tier: "proxy", securityGroupId: proxyId };
    connect(name, clients, between, port, parent);
    connect(name, between, { tier: "database", securityGroupId: databaseId }, port, parent);
    return { databaseId, proxyId, temporaryId };
}

export function securityGroup(name: string, vpcId: pulumi.Input<string>, description: string, parent: pulumi.Resource): pulumi.Output<string> {
    return new aws.ec2.SecurityGroup(name, { vpcId, description, tags: { Name: name } }, { parent }).id;
}

/** A way from one group to another: a rule that lets out and a rule that lets in. */
export function connect(name: string, from: Tier, to: Tier, port: number, parent: pulumi.Resource): void {
    if (from.existing !== true) {
        new aws.vpc.SecurityGroupEgressRule(
            `${name}-${from.tier}-to-${to.tier}`,
            { securityGroupId: from.securityGroupId, referencedSecurityGroupId: to.securityGroupId, ...tcp(port), description: `to the ${to.tier} tier` },
            { parent },
        );
    }
    new aws.vpc.SecurityGroupIngressRule(
        `${name}-${to.tier}-from-${from.tier}`,
        { securityGroupId: to.securityGroupId, referencedSecurityGroupId: from.securityGroupId, ...tcp(port), description: `from the ${from.tier} tier` },
        { parent },
    );
}

export function tcp(port: number): { ipProtocol: string; fromPort: number; toPort: number } {
    return { ipProtocol: "tcp", fromPort: port, toPort: port };
}
