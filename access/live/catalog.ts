import type { Ask } from "../../toolkit/session";
import type { ObjectFacts, RoleFacts } from "../catalog/facts";
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
    /** The readable databases and their objects. */
    readonly objects: readonly ObjectFacts[];
    /** `login WAY role`, WAY being USAGE, MEMBER or SET. */
    readonly memberships: ReadonlySet<string>;
    /** `login PRIVILEGE object`. */
    readonly holdings: ReadonlySet<string>;
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
    const reached = await reader.reached(logins, major);
    const objects: ObjectFacts[] = [];
    const holdings = new Set<string>();
    const defaults: Defaults[] = [];
    const rowSecurity: RowSecurity[] = [];
    for (const here of await reader.databases()) {
        objects.push(...(await reader.objects(here)));
        for (const holding of await reader.held(here, logins, major)) {
            holdings.add(cell(holding.login, holding.privilege, objectKey(holding)));
        }
        defaults.push(...(await reader.defaults(here)));
        const tables = (await ask(here, ROW_SECURITY)) as unknown as readonly Omit<RowSecurity, "database">[];
        rowSecurity.push(...tables.map((table) => ({ ...table, database: here })));
    }
    const memberships = new Set(reached.map(({ login, way, role }) => cell(login, way, role)));
    return { major, roles, ownRoles, objects, memberships, holdings, defaults, rowSecurity };
}
