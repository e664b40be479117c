import { settingOf } from "../../toolkit/roleSettings";
import type { Ask, Row } from "../../toolkit/session";
import type { Sql } from "../../toolkit/sql";
import { entry, privilegesOf } from "../postgres/serverState";
import type { Defaults, Entry, ObjectKind, Privilege } from "../postgres/serverState";
import type {
    Attribute,
    Holding,
    Item,
    MembershipFacts,
    ObjectFacts,
    Reach,
    RoleFacts,
    SettingFacts,
    VersionFacts,
} from "./facts";
import {
    DATABASES,
    databasesNamed,
    DEFAULTS,
    held,
    LISTED,
    MEMBERSHIPS,
    OBJECTS,
    reached,
    ROLES,
    SETTINGS,
    VERSION,
} from "./queries";

/**
 * Reads a server's catalogs, as any login may, over sessions that others' objects cannot influence (toolkit/guardedSession.ts). What
 * is the server's is read in its `database`, any that admits the login.
 */
export class CatalogReader {
    constructor(
        private readonly ask: Ask,
        private readonly database: string,
    ) {}

    async version(): Promise<VersionFacts> {
        const [row] = await this.ask(this.database, VERSION);
        return { major: Number(row?.["major"]), restricts: row?.["restricts"] === true };
    }

    /** All roles by name, and the names of those that Postgres and RDS reserve for themselves, which are not among them. */
    async roles(): Promise<{ readonly roles: ReadonlyMap<string, RoleFacts>; readonly ownRoles: ReadonlySet<string> }> {
        const roles = new Map<string, RoleFacts>();
        const ownRoles = new Set<string>();
        for (const { name: named, connectionLimit, validUntil, own, ...attributes } of await this.ask(
            this.database,
            ROLES,
        )) {
            const name = String(named);
            if (own === true) {
                ownRoles.add(name);
            } else {
                const known = attributes as Readonly<Record<Attribute, boolean>>;
                const until = typeof validUntil === "string" ? { validUntil } : {};
                roles.set(name, { name, connectionLimit: Number(connectionLimit), ...until, attributes: known });
            }
        }
        return { roles, ownRoles };
    }

    /** Roles' settings, by role. */
    async settings(): Promise<ReadonlyMap<string, readonly SettingFacts[]>> {
        const found = new Map<string, SettingFacts[]>();
        for (const { role, database, setting } of await this.ask(this.database, SETTINGS)) {
            const ofRole = found.get(String(role)) ?? [];
            ofRole.push({ database: String(database), ...settingOf(String(setting)) });
            found.set(String(role), ofRole);
        }
        return found;
    }

    memberships(): Promise<readonly MembershipFacts[]> {
        return this.rows<MembershipFacts>(this.database, MEMBERSHIPS);
    }

    /** The names of the databases that admit the session's login. */
    async databases(): Promise<readonly string[]> {
        return (await this.ask(this.database, DATABASES)).map(({ name }) => String(name));
    }

    /** The access lists of these databases, without their objects. */
    async databasesNamed(names: readonly string[]): Promise<readonly ObjectFacts[]> {
        const rows = await this.rows<ObjectRow>(this.database, databasesNamed(names));
        return rows.map((row) => objectOf(row.name, row));
    }

    /** A database's own list, its schemas and all that is in them. */
    async objects(database: string): Promise<readonly ObjectFacts[]> {
        return (await this.rows<ObjectRow>(database, OBJECTS)).map((row) => objectOf(database, row));
    }

    async defaults(database: string): Promise<readonly Defaults[]> {
        return defaultsOf(database, await this.ask(database, DEFAULTS));
    }

    /** What each login is to each role: the server's own answer. */
    reached(logins: readonly string[], major: number): Promise<readonly Reach[]> {
        return this.rows<Reach>(this.database, reached(logins, major));
    }

    /** What logins and PUBLIC hold on a database's objects: the server's own answer, which counts memberships and ownership. */
    async held(database: string, logins: readonly string[], major: number): Promise<readonly Holding[]> {
        const found: Holding[] = [];
        for (const listed of LISTED) {
            const { kind } = listed;
            const rows = await this.ask(database, held(listed, logins, privilegesOf(kind, major)));
            for (const row of rows) {
                const [login, privilege] = [String(row["login"]), row["privilege"] as Privilege];
                found.push({ login, privilege, kind, database, ...schemaOf(row), name: String(row["name"]) });
            }
        }
        return found;
    }

    private async rows<T>(database: string, statement: Sql): Promise<readonly T[]> {
        return (await this.ask(database, statement)) as unknown as readonly T[];
    }
}

/** An object as {@link OBJECTS} returns it. */
type ObjectRow = Record<"schema" | "column" | "acl", string | null> &
    Record<"name" | "on" | "owner", string> &
    Record<"linked" | "generated", boolean> & {
        readonly kind: ObjectKind;
        readonly types: NonNullable<ObjectFacts["types"]> | null;
        readonly items: readonly Item[];
    };

function objectOf(database: string, { schema, column, acl, types, ...row }: ObjectRow): ObjectFacts {
    return {
        ...row,
        database,
        ...(schema !== null && { schema }),
        ...(column !== null && { column }),
        ...(types !== null && { types }),
        ...(acl !== null && { acl }),
    };
}

function schemaOf({ schema }: Row): { readonly schema?: string } {
    return schema == null ? {} : { schema: String(schema) };
}

/** The kinds of default lists (pg_default_acl.defaclobjtype); others, such as large objects, are not compared. */
const DEFAULT_KINDS: Readonly<Record<string, ObjectKind>> = {
    r: "table",
    S: "sequence",
    f: "function",
    T: "type",
    n: "schema",
};

function defaultsOf(database: string, rows: readonly Row[]): readonly Defaults[] {
    const found = new Map<string, { of: Omit<Defaults, "entries">; entries: Entry[] }>();
    for (const row of rows) {
        const kind = DEFAULT_KINDS[String(row["letter"])];
        if (kind !== undefined) {
            const of = { database, owner: String(row["owner"]), ...schemaOf(row), kind };
            const key = JSON.stringify(of);
            const one = found.get(key) ?? { of, entries: [] };
            found.set(key, one);
            if (row["grantee"] != null) {
                const [grantee, privilege] = [String(row["grantee"]), row["privilege"] as Privilege];
                one.entries.push(entry(grantee, privilege, "(the server's own list)", row["grantable"] === true));
            }
        }
    }
    return [...found.values()].map(({ of, entries }) => ({ ...of, entries }));
}
