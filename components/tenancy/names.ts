import type { TenantModel } from "./privileges";

/** Postgres truncates longer identifiers (in bytes) without an error, so two long names can collide. */
export const identifierBytes = 63;

/** A tenant's names in Postgres. */
export interface DatabaseNames {
    readonly schema: string;
    /**
     * Owns the schema and everything in it; cannot log in, except in the model `owner`, where it is the login. In the
     * model `existing`, the role that the application acts as, which the program does not manage.
     */
    readonly owner: string;
    /** The login of the service. */
    readonly login: string;
}

const ownerSuffix = "_owner";
const loginSuffix = "_app";

/** Maximum length of a tenant's name, so that its longest role name still fits. */
export const tenantBytes = identifierBytes - Math.max(ownerSuffix.length, loginSuffix.length);

export function databaseNames(tenant: string, model: TenantModel = "split"): DatabaseNames {
    const login = `${tenant}${loginSuffix}`;
    return { schema: tenant, owner: model === "owner" ? login : `${tenant}${ownerSuffix}`, login };
}

/** What a tenant's names depend on. */
export interface NamedEntry {
    readonly name: string;
    readonly formerly?: string | undefined;
    readonly model?: TenantModel | undefined;
    readonly actsAs?: string | undefined;
    readonly schemas?: readonly string[] | undefined;
}

/**
 * The names of a tenant's entry: after a rename, those that its schema and roles were created with. In the model
 * `existing`, the schema is the first of those that it names.
 */
export function namesOf(entry: NamedEntry): DatabaseNames {
    const { name, formerly, model, actsAs } = entry;
    const names = databaseNames(formerly ?? name, model);
    return model === "existing"
        ? { ...names, schema: schemasOf(entry)[0] ?? names.schema, owner: actsAs ?? names.owner }
        : names;
}

/** All schemas of a tenant. */
export function schemasOf({ name, formerly, model, schemas = [] }: NamedEntry): readonly string[] {
    return model === "existing" ? schemas : [formerly ?? name];
}

/** The NOLOGIN role whose members may connect to a database. */
export function connectGroup(database: string): string {
    return `${database}${connectSuffix}`;
}

export const connectSuffix = "_connect";

/** Maximum length of a database's name, so that its group name still fits. */
export const databaseBytes = identifierBytes - connectSuffix.length;

/** A tenant's name in Kubernetes: an RFC 1123 label cannot contain an underscore. */
export function kubernetesName(tenant: string): string {
    return tenant.replaceAll("_", "-");
}
