import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { connect, databaseTier, securityGroup, tcp, type Elsewhere, type Tier } from "./databaseTier";

export interface ThreeTiersArgs {
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
        const appPort = args.appPort ?? 8080;
        const databasePort = args.databasePort ?? 5432;

        this.webId = securityGroup(`${name}-web`, args.vpcId, "web tier: reached by users", this);
        this.appId = securityGroup(`${name}-app`, args.vpcId, "app tier: reached by the web tier", this);

        const app = { tier: "app", securityGroupId: this.appId };
        for (const cidr of args.webFrom ?? []) {
            new aws.vpc.SecurityGroupIngressRule(
                `${name}-web-from-${cidr.replace("/", "-")}`,
                { securityGroupId: this.webId, cidrIpv4: cidr, ...tcp(443), description: "users by HTTPS" },
                { parent: this },
            );
        }
        connect(name, { tier: "web", securityGroupId: this.webId }, app, appPort, this);
        const { vpcId, elsewhere, existingClients, proxy = false } = args;
        const { databaseId, proxyId, temporaryId } = databaseTier(
            name,
            { vpcId, elsewhere, clients: app, existingClients, port: databasePort, proxy },
            this,
        );
        this.databaseId = databaseId;
        this.proxyId = proxyId;
        this.temporaryId = temporaryId;
        this.registerOutputs({ webId: this.webId, appId: this.appId, databaseId: this.databaseId });
    }
}
