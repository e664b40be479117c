import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { connectGroup } from "./names";
import type { PublicRights } from "./privileges";

export interface DatabaseAccessArgs {
    /** Name of the database; the provider's user must own it, or may grant CONNECT on it if PUBLIC keeps its rights. */
    readonly database: pulumi.Input<string>;
    /**
     * What happens to PUBLIC's rights on the database and its schema `public`.
     * @default "revoke"
     */
    readonly publicRights?: PublicRights | undefined;
    /** The provider's user, which creates all roles and schemas. */
    readonly provisioner: string;
    /**
     * Extensions that a database's owner may install, which Postgres calls trusted.
     * @default - none
     */
    readonly extensions?: readonly string[] | undefined;
    /**
     * Other databases, whose groups can have the same members: the provider locks a role and its members, in no
     * particular order, so that grants to both groups at once could deadlock.
     * @default - none
     */
    readonly after?: readonly DatabaseAccess[] | undefined;
    /**
     * Checks for other stacks that use the database.
     * @default - no other stack uses it
     */
    readonly hooks?: DatabaseHooks | undefined;
}

/** Hooks that keep two stacks from creating the same group, and one from removing what others use. */
export interface DatabaseHooks {
    readonly group: pulumi.ResourceHookBinding;
    /** Of the group's CONNECT, which members depend on. */
    readonly admission: pulumi.ResourceHookBinding;
    /** Of what takes PUBLIC's rights, on the database first. */
    readonly closing?: pulumi.ResourceHookBinding | undefined;
}

/**
 * Limits CONNECT on a database to the members of one group. PUBLIC, which Postgres admits by default, cannot connect,
 * create temporary tables, use the schema `public`, or call functions that the provisioner creates. A database that others
 * use as well can keep PUBLIC's rights: then every login connects as before, and the group only adds its members. Needs the
 * provider `postgresql`.
 */
export class DatabaseAccess extends pulumi.ComponentResource {
    /** The NOLOGIN role whose members may connect. */
    readonly group: pulumi.Output<string>;

    constructor(name: string, args: DatabaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:tenancy:DatabaseAccess", name, {}, opts);
        const { database, publicRights = "revoke", hooks } = args;
        const group = new postgresql.Role(
            `${name}-connect`,
            { name: pulumi.output(database).apply(connectGroup), login: false },
            { parent: this, dependsOn: [...(args.after ?? [])], ...(hooks && { hooks: hooks.group }) },
        );
        if (publicRights === "keep") {
            // What reads the resources alone must not take the missing revocation for one that was forgotten.
            new pulumi.Stash(`${name}-public`, { input: { publicRights } }, { parent: this });
        }
        const closed = publicRights === "keep" ? [] : this.close(name, group, database, hooks?.closing);
        const functions = new postgresql.DefaultPrivileges(
            `${name}-functions`,
            {
                role: "public",
                database,
                owner: args.provisioner,
                objectType: "function",
                privileges: [],
            },
            { parent: this },
        );
        const extensions = (args.extensions ?? []).map((extension) => {
            // The provisioner's search path is empty; procedural languages exist only in pg_catalog.
            const schema = /^pl(perl|tcl|pgsql)u?$/.test(extension) ? undefined : "public";
            return new postgresql.Extension(
                `${name}-${extension}`,
                { name: extension, database, schema },
                { parent: this, ignoreChanges: ["schema"] },
            );
        });
        // Last to be created and first to be removed: its hook finds other stacks' members while all they use still exists.
        const grant = new postgresql.Grant(
            `${name}-connect`,
            { role: group.name, database, objectType: "database", privileges: ["CONNECT"] },
            {
                parent: this,
                dependsOn: [...closed, functions, ...extensions],
                ...(hooks && { hooks: hooks.admission }),
            },
        );
        // Members are added after the grants and removed before them: a grant locks all members of its role, in no
        // particular order, and would deadlock with the deletion of a login.
        this.group = pulumi.all([group.name, grant.id]).apply(([member]) => member);
        this.registerOutputs({ group: this.group });
    }

    /** Takes PUBLIC's rights. */
    private close(
        name: string,
        group: postgresql.Role,
        database: pulumi.Input<string>,
        closing: pulumi.ResourceHookBinding | undefined,
    ): postgresql.Grant[] {
        // After the group, whose hook refuses a role of that name which the stack did not create: that role's members, whom
        // the hook here takes for the group's, may connect as PUBLIC only.
        const none = new postgresql.Grant(
            `${name}-public`,
            { role: "public", database, objectType: "database", privileges: [] },
            { parent: this, dependsOn: [group], ...(closing && { hooks: closing }) },
        );
        // Before Postgres 15 every login could create tables in `public`. Extensions live there, so members may use it.
        const place = { database, schema: "public", objectType: "schema" };
        const closed = new postgresql.Grant(
            `${name}-schema-public`,
            { ...place, role: "public", privileges: [] },
            { parent: this, dependsOn: [none] },
        );
        const usage = new postgresql.Grant(
            `${name}-schema`,
            { ...place, role: group.name, privileges: ["USAGE"] },
            { parent: this, dependsOn: [closed] },
        );
        // Concurrent grants on one database fail ("tuple concurrently updated"): the group's CONNECT follows these.
        return [none, usage];
    }
}
