/** What one can do with a tenant's data. */
export const RIGHTS = ["read", "insert", "update", "delete", "create", "drop"] as const;
export type Right = (typeof RIGHTS)[number];

/** One tenant of a stack, by its names in Postgres. */
export interface Tenant {
    readonly name: string;
    readonly schema: string;
    /** The role that owns the schema and what is in it: one without a login, or the application's. */
    readonly owner: string;
    /** The application's role; a tenant that leaves has none. */
    readonly login?: string;
    /** What the application may do besides with tables of other tenants, by their names, those to come included. */
    readonly elsewhere?: ReadonlyMap<string, readonly Right[]>;
}

/** The part of a stack's configuration that says who may reach which data. */
export interface Access {
    readonly database: string;
    readonly tenants: readonly Tenant[];
}

/** What one login may do. Whatever is not said is to be refused. */
export interface Allowed {
    readonly login: string;
    /** Rights by tenant name. */
    readonly rights: ReadonlyMap<string, readonly Right[]>;
    /** Other roles of the stack that it may not become. */
    readonly foreignRoles: readonly string[];
}

/**
 * Who may do what: an application reads and writes the tables of its own tenant, whose owner alone makes and drops
 * them; it does elsewhere what the config says; and it becomes no other role.
 */
export function expected({ tenants }: Access): Allowed[] {
    const roles = new Set(tenants.flatMap(({ owner, login }) => (login === undefined ? [owner] : [owner, login])));
    return tenants.flatMap(({ name, owner, login, elsewhere = [] }): Allowed[] => {
        if (login === undefined) {
            return [];
        }
        const rights: readonly Right[] = login === owner ? RIGHTS : ["read", "insert", "update", "delete"];
        return [
            {
                login,
                rights: new Map([...elsewhere, [name, rights]]),
                foreignRoles: [...roles].filter((role) => role !== login),
            },
        ];
    });
}
