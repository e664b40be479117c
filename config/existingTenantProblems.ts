import { masterUsername } from "../components/engines";
import { namesOf } from "../components/tenancy/names";
import { BOOTSTRAP_ROLE, PROVISIONER } from "../toolkit/serverNames";
import type { AccessSettings, TenantSettings } from "./access";
import { secretProblems } from "./passwordSecretProblems";
import type { Problem } from "./problems";
import { allowedDatabaseName, wrongDatabaseName } from "./validators";

const ALLOWED = "only with model: existing";

/**
 * Finds contradictions in tenants whose schema and owner exist: the program manages neither, so nothing that would create,
 * change or drop them is possible.
 */
export function existingTenantProblems(access: AccessSettings, platformDatabase: string | undefined): Problem[] {
    return [
        ...access.tenants.flatMap((tenant, index) => {
            const path = `access.tenants[${index}]`;
            return tenant.model === "existing"
                ? [...keysOfExisting(tenant, path), ...roleProblems(tenant, path, access)]
                : keysOfOthers(tenant, path);
        }),
        ...sharedSchemas(access, platformDatabase),
        ...sharedLogins(access),
        ...secretProblems(access),
    ];
}

/** A login that several services use is closed for all of them at once. */
function sharedLogins({ tenants }: AccessSettings): Problem[] {
    const loginOf = ({ actsAs, migration }: TenantSettings) => migration?.login ?? actsAs;
    const states = tenants.flatMap((tenant, index) =>
        tenant.model === "existing" ? [{ tenant, index, state: tenant.migration?.state ?? "alongside" }] : [],
    );
    return states.flatMap(({ tenant, index, state }): Problem[] => {
        const login = loginOf(tenant);
        const other = states.find((one) => loginOf(one.tenant) === login && one.state !== "finished");
        const wrong = `${other?.tenant.name ?? ""} is ${other?.state ?? ""}, and logs in as ${login ?? ""} too`;
        return state !== "finished" || other === undefined
            ? []
            : [
                  {
                      path: `access.tenants[${index}].migration.state`,
                      given: state,
                      wrong,
                      allowed: "finished for all services of a login, or for none",
                      fix: `write switched, until ${other.tenant.name} has finished as well`,
                  },
              ];
    });
}

/** A schema that another tenant's entry creates does not exist yet, and has another owner. */
function sharedSchemas({ tenants }: AccessSettings, platformDatabase: string | undefined): Problem[] {
    const placeOf = (tenant: TenantSettings, schema: string) =>
        JSON.stringify([tenant.database ?? platformDatabase, schema]);
    const own = new Map(
        tenants
            .filter(({ model }) => model !== "existing")
            .map((tenant) => [placeOf(tenant, namesOf(tenant).schema), tenant.name]),
    );
    return tenants.flatMap((tenant, index) =>
        (tenant.model === "existing" ? (tenant.schemas ?? []) : []).flatMap((schema, at): Problem[] => {
            const owner = own.get(placeOf(tenant, schema));
            return owner === undefined
                ? []
                : [
                      {
                          path: `access.tenants[${index}].schemas[${at}]`,
                          given: schema,
                          wrong: `it is the schema of the tenant ${owner}, which this stack creates`,
                          allowed: "schemas that exist",
                          fix: "leave it out, or rename one of the two",
                      },
                  ];
        }),
    );
}

function keysOfOthers(
    { actsAs, schemas, settings, migration, searchPath = [] }: TenantSettings,
    path: string,
): Problem[] {
    const given = { actsAs, schemas, settings, migration };
    return [
        ...Object.entries(given)
            .filter(([, value]) => value !== undefined)
            .map(([key, value]) => ({
                path: `${path}.${key}`,
                given: value,
                wrong: "the tenant has a schema and an owner of its own",
                allowed: ALLOWED,
                fix: "remove it, or write model: existing",
            })),
        ...searchPath.flatMap((schema, at): Problem[] => {
            const wrong = schema === "public" ? undefined : wrongDatabaseName(schema, 63);
            const allowed = allowedDatabaseName(63).replace("public, ", "");
            const fix = "write a schema's name, like shop or public";
            return wrong === undefined
                ? []
                : [{ path: `${path}.searchPath[${at}]`, given: schema, wrong, allowed, fix }];
        }),
    ];
}

function keysOfExisting(
    { actsAs, schemas, settings = [], adopt, retire, inSearchPathOf }: TenantSettings,
    path: string,
): Problem[] {
    const problem = (key: string, given: unknown, wrong: string, allowed: string, fix: string): Problem[] => [
        { path: `${path}.${key}`, given, wrong, allowed, fix },
    ];
    const owned = adopt.filter((what) => what !== "login");
    const twice = schemas?.find((schema, at) => schemas.indexOf(schema) < at);
    const again = settings.find(({ name }, at) => settings.findIndex((one) => one.name === name) < at);
    return [
        ...(actsAs === undefined
            ? problem(
                  "actsAs",
                  actsAs,
                  "missing",
                  "a role that exists",
                  "write the role that the service logs in as today",
              )
            : []),
        ...(schemas === undefined || schemas.length === 0
            ? problem("schemas", schemas, "missing", "at least one schema", "write the schemas with the service's data")
            : []),
        ...(twice === undefined
            ? []
            : problem("schemas", schemas, `${twice} is named twice`, "each schema once", "remove one of the two")),
        ...(again === undefined
            ? []
            : problem(
                  "settings",
                  settings,
                  `${again.name} is set twice`,
                  "each setting once",
                  "remove one of the two",
              )),
        ...(owned.length === 0
            ? []
            : problem(
                  "adopt",
                  adopt,
                  `${owned.join(" and ")} would become this stack's, and go with the tenant`,
                  "login",
                  "remove it: with model: existing both stay as they are",
              )),
        ...(retire === "drop"
            ? problem(
                  "retire",
                  retire,
                  `its schemas belong to ${actsAs ?? "another role"}, and are not this stack's to drop`,
                  "keep",
                  "write keep, and drop them yourself if they can be lost",
              )
            : []),
        ...(inSearchPathOf === undefined
            ? []
            : problem(
                  "inSearchPathOf",
                  inSearchPathOf,
                  "who creates objects in its schemas is not known to this stack",
                  "only without model: existing",
                  "remove it",
              )),
    ];
}

/** Roles that a service must never act as. */
function roleProblems(
    { actsAs, migration }: TenantSettings,
    path: string,
    { tenants, profiles, people, breakGlass }: AccessSettings,
) {
    const reserved = new Map([
        [PROVISIONER, "the provisioner's login"],
        [BOOTSTRAP_ROLE, "the role that `keyless bootstrap` creates the provisioner with"],
        [masterUsername, "the master user of RDS, a member of rds_superuser"],
        [breakGlass, "the break-glass login"],
        ...profiles.flatMap(({ name, group, holders }): [string, string][] => [
            [group ?? name, "the group of a profile"],
            ...holders.flatMap(({ user }): [string, string][] =>
                user === undefined ? [] : [[user, "the login of a profile's holder"]],
            ),
        ]),
        ...people.map(({ user }): [string, string] => [user, "the login of a person"]),
        ...tenants.flatMap((tenant): [string, string][] => {
            const { owner, login } = namesOf(tenant);
            const roles = tenant.model === "existing" ? [login] : [owner, login];
            return roles.map((role) => [role, `a role of the tenant ${tenant.name}`]);
        }),
    ]);
    return Object.entries({ actsAs, "migration.login": migration?.login }).flatMap(([key, given]): Problem[] => {
        const system = /^(pg_|rds)/.test(given ?? "") ? "a role of Postgres or RDS" : undefined;
        const wrong = reserved.get(given ?? "") ?? system;
        return wrong === undefined
            ? []
            : [
                  {
                      path: `${path}.${key}`,
                      given,
                      wrong: `it is ${wrong}`,
                      allowed: "a role that exists and that only services use",
                      fix: "write the role that the service logs in as today; if that is this one, give it a role of its own first",
                  },
              ];
    });
}
