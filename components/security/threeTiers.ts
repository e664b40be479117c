import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { connect, databaseTier, securityGroup, tcp, type Elsewhere } from "./databaseTier";

export interface ThreeTiersArgs {
    readonly vpcId: pulumi.Input<string>;
    /**
     * Ranges in CIDR notation from which users reach the web tier on port 443.
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
     * Whether an RDS Proxy stands between app and database.
     * @default false
     */
    readonly proxy?: boolean;
    /**
     * Another account's network in which the database tier is.
     * @default - it is in this one
     */
    readonly elsewhere?: Elsewhere | undefined;
}

/**
 * Three security groups in a row: users reach the web tier, the web tier the app tier, the app tier the database tier,
 * and nothing else reaches anything. Each rule is a resource of its own, so that one can come and go without the others.
 */
export class ThreeTiers extends pulumi.ComponentResource {
    /** Ids of the security groups. */
    readonly webId: pulumi.Output<string>;
    readonly appId: pulumi.Output<string>;
    readonly databaseId: pulumi.Output<string>;
    /** Of the proxy before the database, where there is one. */
    readonly proxyId: pulumi.Output<string> | undefined;
    /** The database's, too; for addresses that are let in for a while. */
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
        const { vpcId, elsewhere, proxy = false } = args;
        const { databaseId, proxyId, temporaryId } = databaseTier(
            name,
            { vpcId, elsewhere, clients: app, port: databasePort, proxy },
            this,
        );
        this.databaseId = databaseId;
        this.proxyId = proxyId;
        this.temporaryId = temporaryId;
        this.registerOutputs({ webId: this.webId, appId: this.appId, databaseId: this.databaseId });
    }
}
