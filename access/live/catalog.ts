import type { Ask, Row } from "../../toolkit/session";
import type { Existing } from "../postgres/build";
import { entry, privilegesOf } from "../postgres/serverState";
import type { Defaults, Entry, Kind, Privilege, Role } from "../postgres/serverState";
import { DATABASES, DEFAULTS, holdings, LISTED, MAJOR, memberships, objects, ROLES } from "./queries";

/** The compared attributes of a role in the catalogs. */
type LiveRole = Omit<Role, "password" | "settings" | "source">;

/** The content of a server's catalogs. */
export interface Catalog {
    readonly major: number;
    /** All roles except those of Postgres and RDS. */
    readonly roles: ReadonlyMap<string, LiveRole>;
    /** The roles that Postgres and RDS reserve for themselves. */
    readonly ownRoles: ReadonlySet<string>;
    /** The readable databases and their objects. */
    readonly objects: readonly Existing[];
    /** The access lists as text, by object, for messages. */
    readonly acls: ReadonlyMap<string, string>;
    /** `login WAY role`, WAY being USAGE, MEMBER or SET. */
    readonly memberships: ReadonlySet<string>;
    /** `login PRIVILEGE object`. */
    readonly holdings: ReadonlySet<string>;
    readonly defaults: readonly Defaults[];
}

/** The key of a membership or a held privilege. */
export function cell(who: string, what: string, on: string): string {
    return `${who} ${what} ${on}`;
}

/** How cells and messages name an object: `table app/shop.orders`. */
export function objectKey({
    kind,
    database,
    schema,
    name,
}: Pick<Existing, "kind" | "database" | "schema" | "name">): string {
    return kind === "database"
        ? `database ${name}`
        : `${kind} ${database}/${schema === undefined ? "" : `${schema}.`}${name}`;
}

const DEFAULT_KINDS: Readonly<Record<string, Kind>> = {
    r: "table",
    S: "sequence",
    f: "function",
    T: "type",
    n: "schema",
};

/**
 * Reads a server's catalogs: roles, memberships, objects, what `has_…_privilege` answers for every login and object, and
 * default privileges. Any login may read them.
 *
 * @param ask called first for `database`, then for every database that admits its login
 */
export async function readCatalog(ask: Ask, database: string): Promise<Catalog> {
    const major = Number((await ask(database, MAJOR))[0]?.["major"]);
    const all = (await ask(database, ROLES)) as unknown as (LiveRole & { own: boolean })[];
    const roles = new Map(all.filter(({ own }) => !own).map(({ own: _, ...role }) => [role.name, role]));
    const logins = [...roles.values()].filter(({ login }) => login).map(({ name }) => name);
    const belonging = await ask(database, memberships(logins, major));
    const found: Existing[] = [];
    const acls = new Map<string, string>();
    const held = new Set<string>();
    const defaults: Defaults[] = [];
    for (const { name: place } of await ask(database, DATABASES)) {
        const here = String(place);
        for (const listed of LISTED) {
            const { kind } = listed;
            for (const row of await ask(here, objects(listed))) {
                const object = { kind, database: here, ...located(row), owner: String(row["owner"]) };
                found.push(object);
                acls.set(objectKey(object), row["acl"] == null ? "as its kind has it by itself" : String(row["acl"]));
            }
            for (const row of await ask(here, holdings(listed, logins, privilegesOf(kind, major)))) {
                held.add(
                    cell(
                        String(row["login"]),
                        String(row["privilege"]),
                        objectKey({ kind, database: here, ...located(row) }),
                    ),
                );
            }
        }
        defaults.push(...defaultsOf(here, await ask(here, DEFAULTS)));
    }
    return {
        major,
        roles,
        ownRoles: new Set(all.filter(({ own }) => own).map(({ name }) => name)),
        objects: found,
        acls,
        memberships: new Set(belonging.map(({ login, way, role }) => cell(String(login), String(way), String(role)))),
        holdings: held,
        defaults,
    };
}

function located(row: Row): { schema?: string; name: string } {
    return { ...(row["schema"] == null ? {} : { schema: String(row["schema"]) }), name: String(row["name"]) };
}

function defaultsOf(database: string, rows: readonly Row[]): readonly Defaults[] {
    const found = new Map<string, { of: Omit<Defaults, "entries">; entries: Entry[] }>();
    for (const { owner, schema, kind: letter, grantee, privilege } of rows) {
        const kind = DEFAULT_KINDS[String(letter)];
        if (kind === undefined) {
            continue;
        }
        const of = { database, owner: String(owner), kind, schema: schema == null ? undefined : String(schema) };
        const key = JSON.stringify(of);
        const one = found.get(key) ?? { of, entries: [] };
        // An emptied list has a row without an entry.
        if (grantee != null) {
            one.entries.push(entry(String(grantee), String(privilege) as Privilege, "(the server's own list)"));
        }
        found.set(key, one);
    }
    return [...found.values()].map(({ of, entries }) => ({ ...of, entries }));
}
