/** What one can do with a tenant's data. */
export const RIGHTS = ["read", "insert", "update", "delete", "create", "drop"] as const;
export type Right = (typeof RIGHTS)[number];

/** One tenant of a stack, by its names in Postgres. */
export interface Tenant {
    readonly name: string;
    readonly schema: string;
    /** The NOLOGIN role that owns the schema and what is in it. */
    readonly owner: string;
    /** The application's role. */
    readonly login: string;
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
 * them; and it becomes nobody else.
 */
export function expected({ tenants }: Access): Allowed[] {
    const roles = tenants.flatMap(({ owner, login }) => [owner, login]);
    return tenants.map(({ name, login }) => ({
        login,
        rights: new Map<string, readonly Right[]>([[name, ["read", "insert", "update", "delete"]]]),
        foreignRoles: roles.filter((role) => role !== login),
    }));
}
