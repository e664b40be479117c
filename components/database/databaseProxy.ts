import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../identity/document";
import { autonameLength, fit, roleNameLength } from "../names";
import type { Database } from "./database";
import type { Engine } from "../engines";

export interface DatabaseProxyArgs {
    readonly database: Pick<Database, "target">;
    /** @default "postgres" */
    readonly engine?: Engine | undefined;
    /** Subnets of the database's network, one for each zone. The proxy permanently uses the first two. */
    readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
    /** Security groups of the proxy, which allow clients to reach it and the proxy to reach the database. */
    readonly securityGroupIds: pulumi.Input<string>[];
    /**
     * Whether there are readers behind it, which get a separate endpoint.
     * @default false
     */
    readonly readers?: boolean | undefined;
    /**
     * Retention and encryption of its log.
     * @default - RDS' default: no expiry, encrypted with AWS' key
     */
    readonly logs?: { readonly kmsKeyArn: pulumi.Input<string>; readonly retentionInDays: number } | undefined;
}

/**
 * An RDS Proxy without passwords: clients sign in to it with IAM, and it signs in to the database with IAM as the same
 * user. Its role can do so only for users that are granted to it individually:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
 */
export class DatabaseProxy extends pulumi.ComponentResource {
    /** Host name that clients connect to; known once the database is behind it. */
    readonly endpoint: pulumi.Output<string>;
    /** Host name of the readers; the writer's if there are none. */
    readonly readerEndpoint: pulumi.Output<string>;
    readonly arn: pulumi.Output<string>;
    /** `prx-…`, the id in clients' `rds-db:connect` permissions for every endpoint. */
    readonly resourceId: pulumi.Output<string>;
    /** The role that the proxy uses to sign in to the database. */
    readonly roleName: pulumi.Output<string>;
    /** Name of the log group of its log; undefined if RDS creates it itself. */
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
        // Different subnets would replace it, leaving services without a database meanwhile (`vpc_subnet_ids` is ForceNew:
        // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/proxy.go).
        const vpcSubnetIds = pulumi.output(args.subnetIds).apply((ids) => ids.slice(0, 2));
        const { logs } = args;
        // The log group must exist before the proxy, which would create it itself, without a key and without a retention period.
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

/** `prx-…` at the end of a proxy's ARN; no other output contains it. */
export function proxyId(arn: string): string {
    return arn.slice(arn.lastIndexOf(":") + 1);
}

function identifierOf({ target }: DatabaseProxyArgs["database"]): pulumi.Output<string> {
    return "dbClusterIdentifier" in target ? target.dbClusterIdentifier : target.dbInstanceIdentifier;
}

/** RDS' limit, less three characters for the readers' endpoint. */
const proxyNameLength = 60;
