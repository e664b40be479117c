import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { PublicRights } from "../tenancy/privileges";
import { DatabaseAccess, type DatabaseAccessArgs, type DatabaseHooks } from "../tenancy/databaseAccess";
import type { SharedDatabases } from "./sharedDatabases";

/** A database in addition to the platform's. */
export interface DatabaseEntry {
    readonly name: string;
    readonly extensions: readonly string[];
    /** Whether Pulumi refuses to delete it. */
    readonly protect: boolean;
}

export interface DatabasesArgs {
    /** The provider's user. */
    readonly provisioner: string;
    /**
     * Creates a provider that is connected to an additional database: a role's objects are dropped only in the database
     * that the provider is connected to.
     */
    readonly connect: (name: string, database: pulumi.Input<string>) => postgresql.Provider;
    /**
     * What happens to PUBLIC's rights on the platform's database; an additional one is new, and gives it none.
     * @default "revoke"
     */
    readonly publicRights?: PublicRights | undefined;
    /**
     * Extensions of the platform's database.
     * @default - none
     */
    readonly extensions?: readonly string[] | undefined;
    /**
     * Databases to create.
     * @default - none
     */
    readonly databases?: readonly DatabaseEntry[] | undefined;
    /**
     * The databases of another stack, which has their groups, PUBLIC's rights and the extensions.
     * @default - this stack limits access to the databases
     */
    readonly sharedDatabases?: SharedDatabases | undefined;
    /** Checks for other stacks that use the databases. */
    readonly databaseHooks: DatabaseHooks;
    /** Checks that no role that the server shows to use the platform's database is shut out. */
    readonly closing?: pulumi.ResourceHookBinding | undefined;
}

/** A database that can contain tenants. */
export interface ReadyDatabase {
    readonly name: pulumi.Input<string>;
    /** The group whose members may connect. */
    readonly group: pulumi.Output<string>;
    /** Options for resources that are created through this database. */
    readonly options: pulumi.ComponentResourceOptions;
}

/** The platform's database and additional ones; only the members of a database's group may connect to it. */
export class AccessDatabases {
    private readonly further: ReadonlyMap<string, ReadyDatabase>;
    private readonly first: ReadyDatabase;
    /** Of each database, the groups and grants; empty if another stack has them. */
    readonly all: DatabaseAccess[] = [];
    private readonly hooks: DatabaseHooks;

    constructor(
        name: string,
        database: pulumi.Output<string>,
        args: DatabasesArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { provisioner, extensions, publicRights, sharedDatabases } = args;
        this.hooks = args.databaseHooks;
        if (sharedDatabases !== undefined) {
            this.first = { name: database, group: sharedDatabases.groupOf(database), options: {} };
            this.further = new Map(
                sharedDatabases.further.map((one) => [
                    one,
                    this.use(`${name}-database-${one}`, one, sharedDatabases, args),
                ]),
            );
            return;
        }
        const hooks = { ...this.hooks, closing: args.closing };
        const group = this.limit(`${name}-database`, { database, provisioner, extensions, publicRights, hooks }, opts);
        this.first = { name: database, group, options: {} };
        this.further = new Map(args.databases?.map((entry) => [entry.name, this.make(name, entry, args, opts)]));
    }

    /** @param name the name of a database; defaults to the platform's database */
    of(name: string | undefined): ReadyDatabase {
        return this.further.get(name ?? "") ?? this.first;
    }

    /** Of each database that this stack limits access to, the group; undefined if another stack does. */
    get groups(): pulumi.Output<Readonly<Record<string, string>>> | undefined {
        const own = [this.first, ...this.further.values()].map(({ name, group }) => pulumi.all([name, group]));
        return this.all.length === 0 ? undefined : pulumi.all(own).apply((pairs) => Object.fromEntries(pairs));
    }

    private use(key: string, database: string, shared: SharedDatabases, { connect }: DatabasesArgs): ReadyDatabase {
        const name = shared.furtherName(database);
        return { name, group: shared.groupOf(name), options: { providers: { postgresql: connect(key, name) } } };
    }

    private make(
        name: string,
        { name: database, extensions, protect }: DatabaseEntry,
        args: DatabasesArgs,
        opts: pulumi.ComponentResourceOptions,
    ): ReadyDatabase {
        const key = `${name}-database-${database}`;
        const made = new postgresql.Database(key, { name: database }, { ...opts, protect });
        const options = { providers: { postgresql: args.connect(key, made.name) } };
        const limits = { database: made.name, provisioner: args.provisioner, extensions };
        return { name: made.name, group: this.limit(key, limits, { ...opts, ...options }), options };
    }

    private limit(
        name: string,
        args: DatabaseAccessArgs,
        opts: pulumi.ComponentResourceOptions,
    ): pulumi.Output<string> {
        const access = new DatabaseAccess(name, { hooks: this.hooks, ...args, after: this.all.slice(-1) }, opts);
        this.all.push(access);
        return access.group;
    }
}
