import { databaseNames } from "../components/tenancy/names";
import type { Settings } from "../config/settings";
import type { Access } from "../sandbox/proof";

/** Who the config, and nothing but the config, says may reach what, a database at a time; `database` is the platform's. */
export function expectedAccess({ access }: Settings, database: string): Access[] {
    const names = [database, ...(access?.databases ?? []).map(({ name }) => name)];
    const tenants = access?.tenants ?? [];
    return names.map((name) => ({
        database: name,
        tenants: tenants
            .filter((tenant) => (tenant.database ?? database) === name)
            .map(({ name, formerly, model, retire }) => {
                const { schema, owner, login } = databaseNames(formerly ?? name, model);
                return { name, schema, owner, ...(retire === undefined ? { login } : {}) };
            }),
    }));
}
