import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { connectGroup } from "./names";

export interface DatabaseAccessArgs {
    /** Name of the database; the provider's user must own it. */
    readonly database: pulumi.Input<string>;
}

/**
 * Who may connect to a database: the members of one group, and PUBLIC, which Postgres lets in unasked, no more. Needs
 * the provider `postgresql`.
 */
export class DatabaseAccess extends pulumi.ComponentResource {
    /** The NOLOGIN role whose members may connect. */
    readonly group: pulumi.Output<string>;

    constructor(name: string, args: DatabaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:tenancy:DatabaseAccess", name, {}, opts);
        const group = new postgresql.Role(`${name}-connect`, { name: pulumi.output(args.database).apply(connectGroup), login: false }, { parent: this });
        const grant = new postgresql.Grant(
            `${name}-connect`,
            { role: group.name, database: args.database, objectType: "database", privileges: ["CONNECT"] },
            { parent: this },
        );
        const none = new postgresql.Grant(
            `${name}-public`,
            { role: "public", database: args.database, objectType: "database", privileges: [] },
            // Two grants that change one database at once: "tuple concurrently updated".
            { parent: this, dependsOn: [grant] },
        );
        // Members come after the grants and go before them: a grant locks all members of its role, in no order, and would
        // wait for a login that is being deleted while that one waits for it.
        this.group = pulumi.all([group.name, grant.id, none.id]).apply(([member]) => member);
        this.registerOutputs({ group: this.group });
    }
}
