import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { lastPart } from "../../toolkit/arn";
import type { DatabaseKind, Engine } from "../engines";
import { proxyId } from "./databaseProxy";
import {
    foundCluster,
    foundInstance,
    foundProblems,
    lookupProblem,
    proxyProblems,
    type DeclaredDatabase,
    type FoundDatabase,
} from "./foundDatabase";

/** A database that exists, as described by a platform's config. */
export interface ExistingDatabaseArgs {
    readonly kind: DatabaseKind;
    readonly engine: Engine;
    /** Identifier of the cluster or the instance; nothing is looked up before it is known. */
    readonly identifier: pulumi.Input<string>;
    /**
     * A security group of the database.
     * @default - not checked
     */
    readonly addRulesTo?: string | undefined;
    /**
     * Name of the RDS Proxy in front of it.
     * @default - no proxy
     */
    readonly proxy?: string | undefined;
    /**
     * A security group of the proxy.
     * @default - not checked
     */
    readonly addProxyRulesTo?: string | undefined;
    /** Its read replicas or copies. */
    readonly replicas: readonly ExistingReplicaArgs[];
}

export interface ExistingReplicaArgs {
    readonly identifier: string;
    /** @default - the database's region */
    readonly region?: string | undefined;
}

/** Where a database, a copy or a proxy is. */
interface Located {
    /** CIDR ranges of its subnets. */
    readonly cidrs: pulumi.Output<readonly string[]>;
}

export interface LookedUpDatabase extends Located {
    readonly found: pulumi.Output<FoundDatabase>;
}

export interface LookedUpProxy extends Located {
    readonly found: pulumi.Output<aws.rds.GetProxyResult>;
    readonly endpoint: pulumi.Output<string>;
    readonly arn: pulumi.Output<string>;
    /** `prx-…` */
    readonly resourceId: pulumi.Output<string>;
    readonly roleName: pulumi.Output<string>;
}

export interface ExistingDatabase extends LookedUpDatabase {
    readonly proxy: LookedUpProxy | undefined;
    readonly replicas: readonly (LookedUpDatabase & { readonly replica: ExistingReplicaArgs })[];
}

const path = "platform.database.existing";

/**
 * Looks up a database that exists, with its proxy and its copies; registers nothing. The run fails, previews included, with all the
 * reasons why one of them cannot be used.
 *
 * What no lookup returns is not checked: whether IAM authentication is on for an instance, which database is behind a proxy, and which
 * global database a cluster belongs to.
 *
 * @param opts `parent` and the provider of the database's account
 */
export function lookUpDatabase(args: ExistingDatabaseArgs, opts: pulumi.InvokeOptions): ExistingDatabase {
    const { kind, engine, identifier, addRulesTo: securityGroupId } = args;
    const found = lookUp(identifier, { path, kind, engine, securityGroupId }, undefined, opts);
    const replicas = args.replicas.map((replica, index) => {
        const declared = { path: `${path}.replicas[${index}]`, kind, engine };
        const copy = found.apply((copyOf) => lookUp(replica.identifier, { ...declared, copyOf }, replica.region, opts));
        return { replica, found: copy, cidrs: rangesOf(copy, replica.region, opts) };
    });
    return {
        found,
        cidrs: rangesOf(found, undefined, opts),
        replicas,
        proxy:
            args.proxy === undefined
                ? undefined
                : lookUpProxy(
                      found.apply(() => args.proxy ?? ""),
                      args,
                      opts,
                  ),
    };
}

function lookUp(
    identifier: pulumi.Input<string>,
    declared: DeclaredDatabase,
    region: string | undefined,
    opts: pulumi.InvokeOptions,
): pulumi.Output<FoundDatabase> {
    return pulumi.output(identifier).apply(async (id) => {
        const unread = (error: unknown): never => {
            throw new pulumi.RunError(lookupProblem(id, declared, error));
        };
        const found = await (declared.kind === "aurora"
            ? aws.rds.getCluster({ clusterIdentifier: id, region }, opts).then(foundCluster, unread)
            : aws.rds.getInstance({ dbInstanceIdentifier: id, region }, opts).then(foundInstance, unread));
        return refuse(foundProblems(found, declared), found);
    });
}

function lookUpProxy(
    name: pulumi.Input<string>,
    { engine, addProxyRulesTo: securityGroupId }: ExistingDatabaseArgs,
    opts: pulumi.InvokeOptions,
): LookedUpProxy {
    const proxy = aws.rds
        .getProxyOutput({ name }, opts)
        .apply((found) => refuse(proxyProblems(found, { path, engine, securityGroupId }), found));
    return {
        found: proxy,
        endpoint: proxy.endpoint,
        arn: proxy.arn,
        resourceId: proxy.arn.apply(proxyId),
        roleName: proxy.roleArn.apply(lastPart),
        cidrs: proxy.vpcSubnetIds.apply((ids) => cidrsOf(ids, undefined, opts)),
    };
}

function rangesOf(
    database: pulumi.Output<FoundDatabase>,
    region: string | undefined,
    opts: pulumi.InvokeOptions,
): pulumi.Output<readonly string[]> {
    // Not with an output as an argument: the SDK would put words of its own before the reason of a refusal.
    return database
        .apply(({ subnetGroup: name }) => aws.rds.getSubnetGroup({ name, region }, opts))
        .apply(({ subnetIds }) => cidrsOf(subnetIds, region, opts));
}

function cidrsOf(
    subnetIds: readonly string[],
    region: string | undefined,
    opts: pulumi.InvokeOptions,
): pulumi.Output<readonly string[]> {
    return pulumi
        .all(subnetIds.map((id) => aws.ec2.getSubnetOutput({ id, region }, opts).cidrBlock))
        .apply((cidrs) => cidrs.sort());
}

/** @throws pulumi.RunError that lists all problems */
function refuse<T>(problems: readonly string[], value: T): T {
    if (problems.length > 0) {
        throw new pulumi.RunError(problems.join("\n"));
    }
    return value;
}
