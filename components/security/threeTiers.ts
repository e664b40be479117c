import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ThreeTiersArgs {
    readonly vpcId: pulumi.Input<string>;
    /**
     * Ranges in CIDR notation from which users reach the web tier on port 443.
     * @default - nobody reaches it
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

    constructor(private readonly name: string, args: ThreeTiersArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:security:ThreeTiers", name, {}, opts);
        const appPort = args.appPort ?? 8080;
        const databasePort = args.databasePort ?? 5432;

        this.webId = this.group("web", args.vpcId, "web tier: reached by users");
        this.appId = this.group("app", args.vpcId, "app tier: reached by the web tier");
        this.databaseId = this.group("database", args.vpcId, "database tier: reached by the app tier");

        for (const cidr of args.webFrom ?? []) {
            new aws.vpc.SecurityGroupIngressRule(
                `${name}-web-from-${cidr.replace("/", "-")}`,
                { securityGroupId: this.webId, cidrIpv4: cidr, ...tcp(443), description: "users by HTTPS" },
                { parent: this },
            );
        }
        this.connect("web", this.webId, "app", this.appId, appPort);
        this.connect("app", this.appId, "database", this.databaseId, databasePort);
        this.registerOutputs({ webId: this.webId, appId: this.appId, databaseId: this.databaseId });
    }

    private group(tier: string, vpcId: pulumi.Input<string>, description: string): pulumi.Output<string> {
        const name = `${this.name}-${tier}`;
        return new aws.ec2.SecurityGroup(name, { vpcId, description, tags: { Name: name } }, { parent: this }).id;
    }

    /** A way from one group to another: a rule that lets out and a rule that lets in. */
    private connect(from: string, fromId: pulumi.Output<string>, to: string, toId: pulumi.Output<string>, port: number): void {
        new aws.vpc.SecurityGroupEgressRule(
            `${this.name}-${from}-to-${to}`,
            { securityGroupId: fromId, referencedSecurityGroupId: toId, ...tcp(port), description: `to the ${to} tier` },
            { parent: this },
        );
        new aws.vpc.SecurityGroupIngressRule(
            `${this.name}-${to}-from-${from}`,
            { securityGroupId: toId, referencedSecurityGroupId: fromId, ...tcp(port), description: `from the ${from} tier` },
            { parent: this },
        );
    }
}

function tcp(port: number): { ipProtocol: string; fromPort: number; toPort: number } {
    return { ipProtocol: "tcp", fromPort: port, toPort: port };
}
