import { DATABASE_OWNER, Members } from "./members";
import type { Path } from "./members";
import { PUBLIC } from "./serverState";
import type { Entry, ObjectKind, PgObject, Privilege, ServerState } from "./serverState";

/** Why a role holds a privilege. */
export interface Holding {
    /** The grantee of the access-list entry, {@link PUBLIC}, or a predefined role such as `pg_read_all_data`. */
    readonly grantee: string;
    /** The memberships from the role to the grantee. */
    readonly path: Path;
    /** The resource that granted it, or words in parentheses. */
    readonly source: string;
}

/** What Postgres' predefined roles hold on every object (postgresql.org/docs/current/predefined-roles.html). */
const PREDEFINED: Readonly<Record<string, Partial<Record<ObjectKind, readonly Privilege[]>>>> = {
    pg_read_all_data: { schema: ["USAGE"], table: ["SELECT"], column: ["SELECT"], sequence: ["SELECT"] },
    pg_write_all_data: {
        schema: ["USAGE"],
        table: ["INSERT", "UPDATE", "DELETE"],
        column: ["INSERT", "UPDATE"],
        sequence: ["UPDATE"],
    },
    pg_maintain: { table: ["MAINTAIN"] },
};

/** Evaluates `has_*_privilege` for one server, with the reason. */
export class Privileges {
    readonly members: Members;
    private readonly tables = new Map<string, PgObject>();
    private readonly owners = new Map<string, string>();
    private readonly superusers: readonly string[];

    constructor(readonly world: ServerState) {
        this.members = new Members(world);
        this.superusers = [...world.roles.values()].filter(({ superuser }) => superuser).map(({ name }) => name);
        for (const object of world.objects) {
            if (object.kind === "table" && object.future !== true) {
                this.tables.set(tableKey(object, object.name), object);
            } else if (object.kind === "database") {
                this.owners.set(object.name, object.owner);
            }
        }
    }

    /** Why the role holds the privilege on the object without SET ROLE; undefined if it does not. */
    holds(role: string, object: PgObject, privilege: Privilege): Holding | undefined {
        if (this.members.role(role)?.superuser === true) {
            return { grantee: role, path: [], source: "(a superuser)" };
        }
        const found =
            this.byEntries(role, object.database, object.entries, privilege) ??
            this.predefined(role, object.kind, privilege);
        if (found === undefined && object.kind === "column") {
            const table = this.tableOf(object);
            return table === undefined ? undefined : this.holds(role, table, privilege);
        }
        return found;
    }

    /** At least the roles that hold the privilege; undefined if any may, PUBLIC included. Far fewer than all, mostly. */
    possibleHolders(object: PgObject, privilege: Privilege): ReadonlySet<string> | undefined {
        const found = new Set(this.superusers);
        const table = object.kind === "column" ? this.tableOf(object) : undefined;
        for (const { kind, database, entries } of table === undefined ? [object] : [object, table]) {
            const grantees = entries.filter((entry) => entry.privilege === privilege).map(({ grantee }) => grantee);
            if (grantees.includes(PUBLIC)) {
                return undefined;
            }
            const predefined = predefinedRoles.filter((role) => PREDEFINED[role]?.[kind]?.includes(privilege));
            for (const grantee of [...grantees, ...predefined]) {
                const holder = grantee === DATABASE_OWNER ? this.owners.get(database) : grantee;
                for (const heir of this.members.heirs(holder ?? grantee)) {
                    found.add(heir);
                }
            }
        }
        return found;
    }

    /** The roles whose privileges a role has in one database, including the database's owner group. */
    effective(role: string, database: string): ReadonlyMap<string, Path> {
        const inherited = this.members.inherits(role);
        const owner = this.owners.get(database) ?? "";
        // Up to Postgres 15 a NOINHERIT owner does not inherit this membership either, although it is implicit.
        const passes = this.world.version >= 16 || this.members.role(owner)?.inherit !== false;
        const path = passes ? inherited.get(owner) : undefined;
        return path === undefined ? inherited : new Map([...inherited, [DATABASE_OWNER, path]]);
    }

    /** The table that a column object belongs to; either name may contain a dot. */
    tableOf(column: PgObject): PgObject | undefined {
        if (column.column !== undefined) {
            return this.tables.get(tableKey(column, column.name.slice(0, -column.column.length - 1)));
        }
        const parts = column.name.split(".");
        const names = parts.slice(1).map((_, index) => parts.slice(0, parts.length - 1 - index).join("."));
        return names.map((name) => this.tables.get(tableKey(column, name))).find((table) => table !== undefined);
    }

    private byEntries(
        role: string,
        database: string,
        entries: readonly Entry[],
        privilege: Privilege,
    ): Holding | undefined {
        const inherited = this.effective(role, database);
        let everyone: Entry | undefined;
        for (const entry of entries) {
            if (entry.privilege !== privilege) {
                continue;
            }
            const path = inherited.get(entry.grantee);
            if (path !== undefined) {
                return { grantee: entry.grantee, path, source: entry.source };
            }
            everyone = entry.grantee === PUBLIC ? entry : everyone;
        }
        return everyone === undefined ? undefined : { grantee: PUBLIC, path: [], source: everyone.source };
    }

    private predefined(role: string, kind: ObjectKind, privilege: Privilege): Holding | undefined {
        for (const [grantee, kinds] of Object.entries(PREDEFINED)) {
            const path =
                kinds[kind]?.includes(privilege) === true ? this.members.inherits(role).get(grantee) : undefined;
            if (path !== undefined) {
                return { grantee, path, source: "(a predefined role)" };
            }
        }
        return undefined;
    }
}

/** The predefined roles that read or write data everywhere. */
export const predefinedRoles: readonly string[] = Object.keys(PREDEFINED);

function tableKey(object: PgObject, name: string): string {
    return `${object.database}\n${object.schema ?? ""}\n${name}`;
}
