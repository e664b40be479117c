import * as aws from "@pulumi/aws";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { connectArn, withinAccount } from "./arn";
import { documentJson } from "./document";
import type { Identity } from "./identity";

/** A database that identities connect to. */
export interface ConnectTarget {
    /** ARN of the cluster or instance: it tells partition, region and account. */
    readonly arn: pulumi.Input<string>;
    /** `cluster-…`, `db-…` or `prx-…`. */
    readonly resourceId: pulumi.Input<string>;
}

export interface ConnectGrantArgs {
    readonly identity: Identity;
    /** Every database that the identity uses: a replica has an id of its own. */
    readonly targets: readonly ConnectTarget[];
    /** The login role, which is made. */
    readonly dbUser: string;
    /**
     * Group roles whose rights the login has.
     * @default - none
     */
    readonly memberOf?: readonly pulumi.Input<string>[];
}

/** What {@link grantConnect} makes. Needs the providers `aws` and `postgresql`. */
export class ConnectGrant extends pulumi.ComponentResource {
    /** The login role's name; known once it exists. */
    readonly dbUser: pulumi.Output<string>;
    /** The permission, without which AWS would refuse whoever starts before it. */
    readonly permission: pulumi.Resource;

    constructor(name: string, args: ConnectGrantArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:identity:ConnectGrant", name, {}, opts);
        const login = new postgresql.Role(
            name,
            // All memberships here: the provider takes away those that it does not find in this list.
            { name: args.dbUser, login: true, roles: ["rds_iam", ...(args.memberOf ?? [])] },
            { parent: this },
        );
        const { roleName, roleArn, provider } = args.identity;
        const Resource = args.targets.map(({ arn, resourceId }) =>
            pulumi.all([arn, resourceId, roleArn]).apply(([arn, id, role]) => connectArn(withinAccount(role, arn), id, args.dbUser)),
        );
        const permission = new aws.iam.RolePolicy(
            name,
            { role: roleName, policy: documentJson([{ Effect: "Allow", Action: "rds-db:connect", Resource }], "rolePolicy") },
            { parent: this, provider },
        );
        this.permission = permission;
        this.dbUser = login.name;
        this.registerOutputs({ dbUser: this.dbUser });
    }
}

/**
 * This identity may connect to these databases as this user. Makes the login role and the permission, and removes them
 * together; nothing else writes a connect permission.
 */
export function grantConnect(name: string, args: ConnectGrantArgs, opts?: pulumi.ComponentResourceOptions): ConnectGrant {
    return new ConnectGrant(name, args, opts);
}
