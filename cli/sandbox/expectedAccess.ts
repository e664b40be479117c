import { namesOf, schemasOf } from "../../components/tenancy/names";
import { everyTenant } from "../../components/tenancy/privileges";
import type { AccessSettings } from "../../config";
import type { Settings } from "../../config/settings";
import { RIGHTS, type Access, type Right } from "../../sandbox/proof";

/** The access that the config alone grants, per database; `database` is the platform's. */
export function expectedAccess({ access }: Settings, database: string): Access[] {
    const tenants = access?.tenants ?? [];
    // Databases that another stack made are known only by its own tenants.
    const shared = access?.databaseStack === undefined ? [] : tenants.flatMap((tenant) => tenant.database ?? []);
    const names = [...new Set([database, ...(access?.databases ?? []).map(({ name }) => name), ...shared])];
    return names.map((name) => ({
        database: name,
        tenants: tenants
            .filter((tenant) => (tenant.database ?? database) === name)
            .flatMap((tenant) => {
                const { name, retire, model } = tenant;
                const { owner, login } = namesOf(tenant);
                const [schema = "", ...more] = schemasOf(tenant);
                const acts = model === "existing";
                const further = more.map((schema) => ({ name: `${name}.${schema}`, schema, owner }));
                const elsewhere = new Map([
                    ...heldBy(
                        name,
                        access?.profiles ?? [],
                        tenants.map((tenant) => tenant.name),
                    ),
                    ...further.map((one): [string, readonly Right[]] => [one.name, RIGHTS]),
                ]);
                return [
                    {
                        name,
                        schema,
                        owner,
                        ...(retire === undefined ? { login } : {}),
                        ...(acts ? { acts } : {}),
                        ...(elsewhere.size === 0 ? {} : { elsewhere }),
                    },
                    ...further,
                ];
            }),
    }));
}

type Profiles = AccessSettings["profiles"];
type Grant = Profiles[number]["grants"][number];

/** What profiles let a tenant's service do with the owners' future tables: grants that name no objects. */
function heldBy(holder: string, profiles: Profiles, tenants: readonly string[]): ReadonlyMap<string, readonly Right[]> {
    const grants = profiles
        .filter(({ holders }) => holders.some(({ tenant }) => tenant === holder))
        .flatMap((profile) => profile.grants.filter(({ objects }) => objects === undefined));
    const rights = tenants.map(
        (tenant) =>
            [
                tenant,
                rightsOf(grants.filter((grant) => grant.tenant === tenant || grant.tenant === everyTenant)),
            ] as const,
    );
    return new Map(rights.filter(([tenant, some]) => tenant !== holder && some.length > 0));
}

/** The tested tables number their rows with a sequence, so INSERT also needs the sequence. */
function rightsOf(grants: readonly Grant[]): readonly Right[] {
    const given = (on: Grant["on"], ...privileges: readonly string[]) =>
        grants.some((grant) => grant.on === on && privileges.some((one) => grant.privileges.includes(one)));
    const may: readonly (readonly [Right, boolean])[] = [
        ["read", given("tables", "SELECT")],
        ["insert", given("tables", "INSERT") && given("sequences", "USAGE", "UPDATE")],
        ["update", given("tables", "UPDATE")],
        ["delete", given("tables", "DELETE")],
    ];
    return may.filter(([, allowed]) => allowed).map(([right]) => right);
}
