import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
    connect,
    databaseTier,
    securityGroup,
    tcp,
    type DatabaseReach,
    type Elsewhere,
    type Tier,
} from "./databaseTier";

export interface ServiceTiersArgs {
    readonly vpcId: pulumi.Input<string>;
    /**
     * CIDR ranges from which users reach the web tier on port 443.
     * @default - not reachable
     */
    readonly webFrom?: readonly string[];
    /**
     * The TCP port on which the app tier serves the web tier.
     * @default 8080
     */
    readonly appPort?: number;
}

export interface ThreeTiersArgs extends ServiceTiersArgs {
    /**
     * The TCP port of the database's engine.
     * @default 5432
     */
    readonly databasePort?: number;
    /**
     * Whether an RDS Proxy stands between app tier and database.
     * @default false
     */
    readonly proxy?: boolean;
    /**
     * The other account's network that contains the database tier.
     * @default - the database tier is in this network
     */
    readonly elsewhere?: Elsewhere | undefined;
    /**
     * Groups that exist and whose members reach the database, too.
     * @default - none
     */
    readonly existingClients?: readonly Tier[] | undefined;
}

/**
 * Three security groups in a row: users reach the web tier, the web tier the app tier, the app tier the database tier;
 * no other traffic is allowed. Each rule is a separate resource, so that it can be added or removed without the others.
 */
export class ThreeTiers extends pulumi.ComponentResource {
    /** Ids of the security groups. */
    readonly webId: pulumi.Output<string>;
    readonly appId: pulumi.Output<string>;
    readonly databaseId: pulumi.Output<string>;
    /** The proxy's group, if there is a proxy. */
    readonly proxyId: pulumi.Output<string> | undefined;
    /** A second group of the database, for temporary rules. */
    readonly temporaryId: pulumi.Output<string>;

    constructor(name: string, args: ThreeTiersArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:security:ThreeTiers", name, {}, opts);
        const { webId, appId } = serviceTiers(name, args, this);
        this.webId = webId;
        this.appId = appId;
        const { vpcId, elsewhere, existingClients, proxy = false } = args;
        const { databaseId, proxyId, temporaryId } = databaseTier(
            name,
            {
                ...{ vpcId, elsewhere, existingClients, proxy },
                clients: { tier: "app", securityGroupId: appId },
                port: args.databasePort ?? 5432,
            },
            this,
        );
        this.databaseId = databaseId;
        this.proxyId = proxyId;
        this.temporaryId = temporaryId;
        this.registerOutputs({ webId: this.webId, appId: this.appId, databaseId: this.databaseId });
    }
}

/** The tiers of services alone, in front of a database that exists. */
export class ServiceTiers extends pulumi.ComponentResource {
    /** The group of clients of the database. */
    readonly appId: pulumi.Output<string>;

    constructor(
        name: string,
        args: ServiceTiersArgs & {
            /** How the app tier reaches the database, its proxy or its copies. */
            readonly reach: DatabaseReach;
            /** Groups that exist and whose members reach it as well. */
            readonly existingClients: readonly Tier[];
        },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:security:ServiceTiers", name, {}, opts);
        this.appId = serviceTiers(name, args, this).appId;
        const clients: readonly Tier[] = [{ tier: "app", securityGroupId: this.appId }, ...args.existingClients];
        clients.forEach((client) => args.reach(name, client, this));
        this.registerOutputs({ appId: this.appId });
    }
}

/** Creates the groups of the web and the app tier, and the rules up to the app tier. */
function serviceTiers(
    name: string,
    { vpcId, webFrom = [], appPort = 8080 }: ServiceTiersArgs,
    parent: pulumi.Resource,
): { readonly webId: pulumi.Output<string>; readonly appId: pulumi.Output<string> } {
    const webId = securityGroup(`${name}-web`, vpcId, "web tier: reached by users", parent);
    const appId = securityGroup(`${name}-app`, vpcId, "app tier: reached by the web tier", parent);
    for (const cidr of webFrom) {
        new aws.vpc.SecurityGroupIngressRule(
            `${name}-web-from-${cidr.replace("/", "-")}`,
            { securityGroupId: webId, cidrIpv4: cidr, ...tcp(443), description: "users by HTTPS" },
            { parent },
        );
    }
    connect(name, { tier: "web", securityGroupId: webId }, { tier: "app", securityGroupId: appId }, appPort, parent);
    return { webId, appId };
}
