import type { TenantModel } from "./privileges";

/** Postgres cuts an identifier beyond this many bytes without an error, so that two long names can become one. */
export const identifierBytes = 63;

/** What Postgres knows a tenant by. */
export interface DatabaseNames {
    readonly schema: string;
    /** Owns the schema and all in it; cannot log in, except in the model `owner`, where it is the login. */
    readonly owner: string;
    /** What the service logs in as. */
    readonly login: string;
}

const ownerSuffix = "_owner";
const loginSuffix = "_app";

/** How long a tenant's name may be, so that its longest role still fits. */
export const tenantBytes = identifierBytes - Math.max(ownerSuffix.length, loginSuffix.length);

export function databaseNames(tenant: string, model: TenantModel = "split"): DatabaseNames {
    const login = `${tenant}${loginSuffix}`;
    return { schema: tenant, owner: model === "owner" ? login : `${tenant}${ownerSuffix}`, login };
}

/** The NOLOGIN role whose members may connect to a database. */
export function connectGroup(database: string): string {
    return `${database}${connectSuffix}`;
}

const connectSuffix = "_connect";

/** How long a database's name may be, so that its group still fits. */
export const databaseBytes = identifierBytes - connectSuffix.length;

/** A tenant's name as Kubernetes takes it: an RFC 1123 label has no underscore. */
export function kubernetesName(tenant: string): string {
    return tenant.replaceAll("_", "-");
}
