import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../identity/document";
import { autonameLength, fit } from "../names";
import type { Database } from "./database";
import type { Engine } from "../engines";

export interface DatabaseProxyArgs {
    readonly database: Pick<Database, "target">;
    /** @default "postgres" */
    readonly engine?: Engine | undefined;
    /** Subnets of the database's network, one for each zone: the first two are the proxy's for as long as it lives. */
    readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
    /** Security groups of the proxy: clients reach it, and it reaches the database. */
    readonly securityGroupIds: pulumi.Input<string>[];
    /**
     * Whether there are readers behind it, which get an endpoint of their own.
     * @default false
     */
    readonly readers?: boolean | undefined;
    /**
     * How its log is kept.
     * @default - as RDS keeps it: for ever, under AWS' key
     */
    readonly logs?: { readonly kmsKeyArn: pulumi.Input<string>; readonly retentionInDays: number } | undefined;
}

/**
 * An RDS Proxy that knows no password: clients sign in to it with IAM, and it signs in to the database as the same user
 * with IAM. It may do so for the users only that are granted to its role one by one:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
 */
export class DatabaseProxy extends pulumi.ComponentResource {
    /** Host name that clients connect to; known once the database is behind it. */
    readonly endpoint: pulumi.Output<string>;
    /** Host name that leads to the readers; the writer's where there are none. */
    readonly readerEndpoint: pulumi.Output<string>;
    readonly arn: pulumi.Output<string>;
    /** `prx-…`, the id that `rds-db:connect` names for clients, whichever endpoint they use. */
    readonly resourceId: pulumi.Output<string>;
    /** What the proxy signs in to the database with. */
    readonly roleName: pulumi.Output<string>;
    /** Name of the log group of its log; none where RDS makes it by itself. */
    readonly logGroup: pulumi.Output<string> | undefined;

    constructor(name: string, args: DatabaseProxyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:database:DatabaseProxy", name, {}, opts);
        const tags = { Name: name };
        const role = new aws.iam.Role(
            fit(name, roleNameLength - autonameLength),
            {
                description: `proxy ${name}`,
                assumeRolePolicy: serviceTrust("rds.amazonaws.com"),
            },
            { parent: this },
        );
        // Others would replace it, and services would have no database meanwhile (`vpc_subnet_ids` is ForceNew:
        // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/proxy.go).
        const vpcSubnetIds = pulumi.output(args.subnetIds).apply((ids) => ids.slice(0, 2));
        const { logs } = args;
        // The log group is there before the proxy, which would make one by itself, without a key and for ever.
        const proxyName = logs && identifierOf(args.database).apply((id) => fit(`${id}-proxy`, proxyNameLength));
        const logGroup =
            logs &&
            new aws.cloudwatch.LogGroup(
                name,
                {
                    name: pulumi.interpolate`/aws/rds/proxy/${proxyName}`,
                    kmsKeyId: logs.kmsKeyArn,
                    retentionInDays: logs.retentionInDays,
                },
                { parent: this },
            );
        const proxy = new aws.rds.Proxy(
            fit(name, proxyNameLength - autonameLength),
            {
                ...(proxyName && { name: proxyName }),
                engineFamily: args.engine === "mysql" ? "MYSQL" : "POSTGRESQL",
                defaultAuthScheme: "IAM_AUTH",
                requireTls: true,
                roleArn: role.arn,
                vpcSubnetIds,
                vpcSecurityGroupIds: args.securityGroupIds,
                tags,
            },
            { parent: this, ignoreChanges: ["vpcSubnetIds"], dependsOn: logGroup === undefined ? [] : [logGroup] },
        );
        const group = new aws.rds.ProxyDefaultTargetGroup(
            name,
            {
                dbProxyName: proxy.name,
                connectionPoolConfig: {
                    connectionBorrowTimeout: 120,
                    maxConnectionsPercent: 90,
                    maxIdleConnectionsPercent: 50,
                },
            },
            { parent: this },
        );
        const target = new aws.rds.ProxyTarget(
            name,
            { dbProxyName: proxy.name, targetGroupName: group.name, ...args.database.target },
            { parent: this },
        );
        const readers =
            args.readers === true
                ? new aws.rds.ProxyEndpoint(
                      name,
                      {
                          dbProxyName: proxy.name,
                          dbProxyEndpointName: pulumi.interpolate`${proxy.name}-ro`,
                          targetRole: "READ_ONLY",
                          vpcSubnetIds,
                          vpcSecurityGroupIds: args.securityGroupIds,
                          tags,
                      },
                      { parent: this, ignoreChanges: ["vpcSubnetIds"], dependsOn: [target] },
                  )
                : undefined;
        this.endpoint = pulumi.all([proxy.endpoint, target.id]).apply(([endpoint]) => endpoint);
        this.readerEndpoint = readers?.endpoint ?? this.endpoint;
        this.arn = proxy.arn;
        this.resourceId = proxy.arn.apply(proxyId);
        this.roleName = role.name;
        this.logGroup = logGroup?.name;
        this.registerOutputs({ endpoint: this.endpoint, resourceId: this.resourceId });
    }
}

/** `prx-…` at the end of a proxy's ARN; no other output has it. */
export function proxyId(arn: string): string {
    return arn.slice(arn.lastIndexOf(":") + 1);
}

function identifierOf({ target }: DatabaseProxyArgs["database"]): pulumi.Output<string> {
    return "dbClusterIdentifier" in target ? target.dbClusterIdentifier : target.dbInstanceIdentifier;
}

/** IAM's limit: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const roleNameLength = 64;
/** RDS' limit, less the three characters of its readers' endpoint. */
const proxyNameLength = 60;
