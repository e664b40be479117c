/** The possible actions on a tenant's data. */
export const RIGHTS = ["read", "insert", "update", "delete", "create", "drop"] as const;
export type Right = (typeof RIGHTS)[number];

/** One tenant of a stack, by its names in Postgres. */
export interface Tenant {
    readonly name: string;
    readonly schema: string;
    /** The role that owns the schema and everything in it: one without a login, or the application's. */
    readonly owner: string;
    /** The application's role; undefined for a tenant that is being removed. */
    readonly login?: string;
    /**
     * Whether the application acts as the owner, and so may do everything that it may.
     * @default false
     */
    readonly acts?: boolean;
    /** The application's additional rights on other tenants' tables, by tenant name, including future tenants. */
    readonly elsewhere?: ReadonlyMap<string, readonly Right[]>;
}

/** The part of a stack's configuration that defines who can reach which data. */
export interface Access {
    readonly database: string;
    readonly tenants: readonly Tenant[];
}

/** The access expected for one login. Anything not listed must be refused. */
export interface Allowed {
    readonly login: string;
    /** Rights by tenant name. */
    readonly rights: ReadonlyMap<string, readonly Right[]>;
    /** Other roles of the stack that it must not be able to become. */
    readonly foreignRoles: readonly string[];
}

/**
 * The expected access: an application reads and writes the tables of its own tenant, whose owner, or an application that
 * acts as the owner, alone creates and drops them; elsewhere it has the rights in the config; and it cannot become any other role.
 */
export function expected({ tenants }: Access): Allowed[] {
    const roles = new Set(tenants.flatMap(({ owner, login }) => (login === undefined ? [owner] : [owner, login])));
    return tenants.flatMap(({ name, owner, login, acts = false, elsewhere = [] }): Allowed[] => {
        if (login === undefined) {
            return [];
        }
        const rights: readonly Right[] = login === owner || acts ? RIGHTS : ["read", "insert", "update", "delete"];
        return [
            {
                login,
                rights: new Map([...elsewhere, [name, rights]]),
                foreignRoles: [...roles].filter((role) => role !== login && !(acts && role === owner)),
            },
        ];
    });
}
