import type { Ask } from "../../toolkit/session";
import type { MembershipFacts, ObjectFacts, RoleFacts } from "../catalog/facts";
import { CatalogReader } from "../catalog/read";
import type { Defaults } from "../postgres/serverState";
import { ROW_SECURITY, type RowSecurity } from "./rowSecurity";

/** What a server's catalogs say, and what the server derives from them. */
export interface Catalog {
    readonly major: number;
    /** All roles except those of Postgres and RDS. */
    readonly roles: ReadonlyMap<string, RoleFacts>;
    /** The roles that Postgres and RDS reserve for themselves. */
    readonly ownRoles: ReadonlySet<string>;
    readonly memberships: readonly MembershipFacts[];
    /** The readable databases and their objects. */
    readonly objects: readonly ObjectFacts[];
    /** The roles that a login reaches, by `login WAY`, WAY being USAGE, MEMBER or SET. */
    readonly reached: ReadonlyMap<string, ReadonlySet<string>>;
    /** The logins that hold a privilege, and PUBLIC, by `PRIVILEGE object`. */
    readonly holders: ReadonlyMap<string, ReadonlySet<string>>;
    readonly defaults: readonly Defaults[];
    readonly rowSecurity: readonly RowSecurity[];
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
}: Pick<ObjectFacts, "kind" | "database" | "schema" | "name">): string {
    return kind === "database"
        ? `database ${name}`
        : `${kind} ${database}/${schema === undefined ? "" : `${schema}.`}${name}`;
}

/**
 * Reads everything that the comparison needs: roles, objects and default privileges, and what `pg_has_role` and
 * `has_…_privilege` answer for every login.
 *
 * @param ask called first for `database`, then for every database that admits its login
 */
export async function readCatalog(ask: Ask, database: string): Promise<Catalog> {
    const reader = new CatalogReader(ask, database);
    const { major } = await reader.version();
    const { roles, ownRoles } = await reader.roles();
    const logins = [...roles.values()].filter(({ attributes }) => attributes.login).map(({ name }) => name);
    const memberships = await reader.memberships();
    const reached = new Map<string, Set<string>>();
    for (const { login, way, role } of await reader.reached(logins, major)) {
        addTo(reached, `${login} ${way}`, role);
    }
    const objects: ObjectFacts[] = [];
    const holders = new Map<string, Set<string>>();
    const defaults: Defaults[] = [];
    const rowSecurity: RowSecurity[] = [];
    for (const here of await reader.databases()) {
        objects.push(...(await reader.objects(here)));
        for (const holding of await reader.held(here, logins, major)) {
            addTo(holders, `${holding.privilege} ${objectKey(holding)}`, holding.login);
        }
        defaults.push(...(await reader.defaults(here)));
        const tables = (await ask(here, ROW_SECURITY)) as unknown as readonly Omit<RowSecurity, "database">[];
        rowSecurity.push(...tables.map((table) => ({ ...table, database: here })));
    }
    return { major, roles, ownRoles, memberships, objects, reached, holders, defaults, rowSecurity };
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
    const values = map.get(key) ?? new Set<string>();
    values.add(value);
    map.set(key, values);
}
