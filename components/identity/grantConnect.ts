import * as aws from "@pulumi/aws";
import * as mysql from "@pulumi/mysql";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../engines";
import { connectArn, withinAccount } from "./arn";
import { documentJson } from "./document";
import type { Identity, PermissionSetIdentity } from "./identity";
import { inlinePolicy } from "./inlinePolicies";
import { RDS_IAM } from "../../toolkit/serverNames";

/** A database that identities connect to. */
export interface ConnectTarget {
    /** ARN of the cluster or instance, which contains partition, region and account. */
    readonly arn: pulumi.Input<string>;
    /** `cluster-…`, `db-…` or `prx-…`. */
    readonly resourceId: pulumi.Input<string>;
}

/** Initial settings of the login's sessions. */
export interface LoginSettings {
    /**
     * The search path.
     * @default - Postgres' default
     */
    readonly searchPath?: readonly string[] | undefined;
    /**
     * Maximum number of concurrent sessions.
     * @default - no limit
     */
    readonly connections?: pulumi.Input<number> | undefined;
    /**
     * Statement timeout, in seconds.
     * @default - none
     */
    readonly statementSeconds?: number | undefined;
    /**
     * Number of seconds after which an idle transaction ends its session.
     * @default - none
     */
    readonly idleInTransactionSeconds?: number | undefined;
    /**
     * The role that each session assumes at its start, so that this role owns the objects that the session creates.
     * @default - none
     */
    readonly actsAs?: pulumi.Input<string> | undefined;
}

/** What a proxy needs to sign in to the database behind it as the client's user. */
export interface ProxyGrant {
    /** Name of the proxy's role. */
    readonly roleName: pulumi.Input<string>;
    /** The database behind it. */
    readonly target: ConnectTarget;
}

export interface ConnectGrantArgs {
    /** The same object for each grant of one role; a permission set has one grant. */
    readonly identity: Identity | PermissionSetIdentity;
    /** Every database that the identity uses, or the proxy in front of it; a replica has a separate id. */
    readonly targets: pulumi.Input<readonly ConnectTarget[]>;
    /**
     * The proxy, if one of the targets is a proxy.
     * @default - no target is a proxy
     */
    readonly proxy?: ProxyGrant | undefined;
    /** The login role to create. */
    readonly dbUser: string;
    /**
     * Group roles whose rights the login has.
     * @default - none
     */
    readonly memberOf?: readonly pulumi.Input<string>[];
    /**
     * Resources that the login role depends on.
     * @default - none
     */
    readonly dependsOn?: readonly pulumi.Resource[];
    /** @default - Postgres' defaults */
    readonly settings?: LoginSettings;
    /**
     * Whether the login role already exists and is adopted.
     * @default false
     */
    readonly adopt?: boolean | undefined;
    /**
     * Whether the role can no longer log in. It is not removed, because it owns objects or has privileges.
     * @default false
     */
    readonly suspended?: boolean;
    /**
     * Prepares the login before any principal may connect as it.
     * @default - no preparation
     */
    readonly prepare?: (login: pulumi.Output<string>, opts: pulumi.CustomResourceOptions) => pulumi.Resource;
    /**
     * The login's engine. A MySQL login belongs to no group.
     * @default postgres
     */
    readonly engine?: Engine;
}

/** The result of {@link grantConnect}. Needs the providers `aws` and `postgresql` or `mysql`. */
export class ConnectGrant extends pulumi.ComponentResource {
    /** The login role's name; known once it exists. */
    readonly dbUser: pulumi.Output<string>;
    /** The permissions, without which AWS refuses a workload, so they must exist before it starts; empty while suspended. */
    readonly permissions: readonly pulumi.Resource[];

    constructor(name: string, args: ConnectGrantArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:identity:ConnectGrant", name, {}, opts);
        const { suspended = false } = args;
        this.dbUser = args.engine === "mysql" ? this.mysqlUser(name, args) : this.postgresRole(name, args);
        const prepared = args.prepare?.(this.dbUser, { parent: this });
        this.permissions = suspended ? [] : this.permit(name, args, prepared === undefined ? [] : [prepared]);
        this.registerOutputs({ dbUser: this.dbUser });
    }

    private permit(
        name: string,
        { identity, targets, proxy, dbUser }: ConnectGrantArgs,
        dependsOn: pulumi.Resource[],
    ): pulumi.Resource[] {
        const put = (suffix: string, role: pulumi.Input<string>, policy: pulumi.Output<string>) =>
            new aws.iam.RolePolicy(
                `${name}${suffix}`,
                { role, policy },
                { parent: this, provider: identity.provider, dependsOn },
            );
        const policy = inlinePolicy(
            identity,
            `the role of ${dbUser}`,
            connectPolicy(targets, dbUser, identity.roleArn),
        );
        const own =
            "roleName" in identity
                ? put("", identity.roleName, policy)
                : this.permitSet(name, identity, policy, dependsOn);
        const behind =
            proxy &&
            put(
                "-proxy",
                proxy.roleName,
                inlinePolicy(proxy, "the proxy's role", connectPolicy([proxy.target], dbUser)),
            );
        return [own, ...(behind ? [behind] : [])];
    }

    private permitSet(
        name: string,
        identity: PermissionSetIdentity,
        policy: pulumi.Output<string>,
        dependsOn: pulumi.Resource[],
    ): pulumi.Resource {
        const { permissionSetArn, instanceArn, identityCenter: provider } = identity;
        return new aws.ssoadmin.PermissionSetInlinePolicy(
            name,
            { permissionSetArn, instanceArn, inlinePolicy: policy },
            { parent: this, provider, dependsOn: [...dependsOn, ...identity.settled] },
        );
    }

    private postgresRole(name: string, args: ConnectGrantArgs): pulumi.Output<string> {
        const { suspended = false } = args;
        return new postgresql.Role(
            name,
            {
                name: args.dbUser,
                login: !suspended,
                // All memberships must be here: the provider revokes those that are not in this list.
                roles: suspended ? [] : [RDS_IAM, ...(args.memberOf ?? [])],
                ...roleSettings(args.settings),
            },
            {
                parent: this,
                dependsOn: [...(args.dependsOn ?? [])],
                ...(args.adopt === true ? { import: args.dbUser } : {}),
            },
        ).name;
    }

    /** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html */
    private mysqlUser(name: string, { dbUser }: ConnectGrantArgs): pulumi.Output<string> {
        const user = { user: dbUser, host: "%", authPlugin: "AWSAuthenticationPlugin", tlsOption: "SSL" };
        return new mysql.User(name, user, { parent: this }).user;
    }
}

/** Allows exactly this user of exactly these databases, which are in the role's account. */
function connectPolicy(
    targets: ConnectGrantArgs["targets"],
    dbUser: string,
    roleArn?: pulumi.Output<string>,
): pulumi.Output<string> {
    const Resource = pulumi
        .all([pulumi.output(targets), roleArn])
        .apply(([known, role]) =>
            known.map(({ arn, resourceId }) =>
                connectArn(role === undefined ? arn : withinAccount(role, arn), resourceId, dbUser),
            ),
        );
    return documentJson([{ Effect: "Allow", Action: "rds-db:connect", Resource }], "rolePolicy");
}

/** The provider expects milliseconds. */
function roleSettings({
    searchPath,
    connections,
    statementSeconds,
    idleInTransactionSeconds,
    actsAs,
}: LoginSettings = {}): postgresql.RoleArgs {
    const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
    return {
        searchPaths: searchPath === undefined ? undefined : [...searchPath],
        connectionLimit: connections,
        statementTimeout: milliseconds(statementSeconds),
        idleInTransactionSessionTimeout: milliseconds(idleInTransactionSeconds),
        assumeRole: actsAs,
    };
}

/**
 * Allows this identity to connect to these databases as this user. Creates the login role and the permission, and removes
 * them together; no other code creates a connect permission.
 */
export function grantConnect(
    name: string,
    args: ConnectGrantArgs,
    opts?: pulumi.ComponentResourceOptions,
): ConnectGrant {
    return new ConnectGrant(name, args, opts);
}
