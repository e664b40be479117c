import { masterUsername } from "../components/engines";
import { namesOf, schemasOf } from "../components/tenancy/names";
import { everyTenant } from "../components/tenancy/privileges";
import { BOOTSTRAP_ROLE, PROVISIONER } from "../toolkit/serverNames";
import type { AccessSettings, TenantSettings } from "./access";
import type { Problem } from "./problems";
import type { ProfileSettings } from "./profiles";

/** Finds contradictions in profiles that take over a group, and in grants on schemas that exist. */
export function groupProblems(access: AccessSettings): Problem[] {
    const existing = new Map(
        access.tenants.filter(({ model }) => model === "existing").map((tenant) => [tenant.name, tenant]),
    );
    const reserved = reservedRoles(access);
    return access.profiles.flatMap((profile, index) => {
        const path = `access.profiles[${index}]`;
        return [
            ...(profile.group === undefined ? ofOwnGroup(profile, path) : ofExistingGroup(profile, path, reserved)),
            ...profile.grants.flatMap((grant, at) =>
                grantProblems(grant, `${path}.grants[${at}]`, profile.group !== undefined, existing),
            ),
            ...holderProblems(profile, path, existing),
        ];
    });
}

/** Roles that no profile takes over, and that are no member that exists. */
function reservedRoles({ breakGlass, tenants, profiles, people }: AccessSettings): ReadonlyMap<string, string> {
    return new Map([
        [PROVISIONER, "the provisioner's login"],
        [BOOTSTRAP_ROLE, "the role that `keyless bootstrap` creates the provisioner with"],
        [masterUsername, "the master user of RDS"],
        [breakGlass, "the break-glass login"],
        ...tenants.flatMap((tenant): [string, string][] => {
            const { owner, login } = namesOf(tenant);
            const roles = tenant.model === "existing" ? [login] : [owner, login];
            return roles.map((role) => [role, `a role of the tenant ${tenant.name}`]);
        }),
        ...profiles.flatMap(({ name, group, holders }): [string, string][] => [
            ...(group === undefined ? [[name, "the group of a profile"] as [string, string]] : []),
            ...holders.flatMap(({ user }): [string, string][] =>
                user === undefined ? [] : [[user, "the login of a profile's holder"]],
            ),
        ]),
        ...people.map(({ user }): [string, string] => [user, "the login of a person"]),
    ]);
}

function ofOwnGroup({ members }: ProfileSettings, path: string): Problem[] {
    return members === undefined
        ? []
        : [
              {
                  path: `${path}.members`,
                  given: members,
                  wrong: "the profile's group is this stack's own",
                  allowed: "only with group",
                  fix: "write holders, or the group that these roles are members of",
              },
          ];
}

function ofExistingGroup(
    { group = "", members = [], actsAs, holders }: ProfileSettings,
    path: string,
    reserved: ReadonlyMap<string, string>,
): Problem[] {
    const wrongRole = (role: string) =>
        reserved.get(role) ?? (/^(pg_|rds)/.test(role) ? "a role of Postgres or RDS" : undefined);
    const named = [
        { key: "group", role: group },
        ...members.map((role, at) => ({ key: `members[${at}]`, role })),
    ].flatMap(({ key, role }): Problem[] => {
        const wrong = wrongRole(role);
        return wrong === undefined
            ? []
            : [
                  {
                      path: `${path}.${key}`,
                      given: role,
                      wrong: `it is ${wrong}`,
                      allowed: "a role that exists and that no other entry names",
                      fix:
                          key === "group" ? "leave it out, or name another group" : "write it in holders, or remove it",
                  },
              ];
    });
    const twice = members.find((role, at) => role === group || members.indexOf(role) < at);
    return [
        ...named,
        ...(twice === undefined
            ? []
            : [
                  {
                      path: `${path}.members`,
                      given: members,
                      wrong: twice === group ? "a group is not its own member" : `${twice} is named twice`,
                      allowed: "each member once",
                      fix: "remove it",
                  },
              ]),
        ...(actsAs === undefined
            ? []
            : [
                  {
                      path: `${path}.actsAs`,
                      given: actsAs,
                      wrong: "group is set too",
                      allowed: "one of the two",
                      fix: "split it into two profiles",
                  },
              ]),
        ...holders.flatMap(({ breakGlass }, at): Problem[] =>
            breakGlass === true
                ? [
                      {
                          path: `${path}.holders[${at}].breakGlass`,
                          given: true,
                          wrong: "others decide what its group belongs to, and a membership of rds_iam would lock the login out",
                          allowed: "only without group",
                          fix: "give the break-glass login a profile without group",
                      },
                  ]
                : [],
        ),
    ];
}

type Grant = ProfileSettings["grants"][number];

function grantProblems(
    { tenant, on, schemas, objects }: Grant,
    path: string,
    takesOver: boolean,
    existing: ReadonlyMap<string, TenantSettings>,
): Problem[] {
    const known = existing.get(tenant);
    const of = known === undefined ? [] : schemasOf(known);
    const onlyExisting = "only for a tenant of the model existing";
    const problem = (key: string, given: unknown, wrong: string, allowed: string, fix: string): Problem[] => [
        { path: `${path}.${key}`, given, wrong, allowed, fix },
    ];
    const strange = schemas?.find((schema) => !of.includes(schema));
    const twice = schemas?.find((schema, at) => schemas.indexOf(schema) < at);
    return [
        ...(schemas !== undefined && known === undefined
            ? problem(
                  "schemas",
                  schemas,
                  tenant === everyTenant
                      ? "* covers tenants of the models split and owner"
                      : `${tenant} has one schema`,
                  onlyExisting,
                  "remove it",
              )
            : []),
        ...(schemas !== undefined && known !== undefined && (strange !== undefined || schemas.length === 0)
            ? problem(
                  "schemas",
                  schemas,
                  strange === undefined ? "empty" : `${strange} is not a schema of ${tenant}`,
                  of.join(", "),
                  "write schemas of the tenant, or leave it out for all",
              )
            : []),
        ...(known !== undefined && twice !== undefined
            ? problem("schemas", schemas, `${twice} is named twice`, "each schema once", "remove one of the two")
            : []),
        ...(on === "schemas" && (known === undefined || !takesOver)
            ? problem(
                  "on",
                  on,
                  known === undefined
                      ? "the program grants USAGE on schemas of its own to each group with a grant there"
                      : "the profile's group gets USAGE on each schema that it has a grant in",
                  `${onlyExisting}, in a profile with group`,
                  "remove the grant",
              )
            : []),
        ...(on === "schemas" && objects !== undefined
            ? problem(
                  "objects",
                  objects,
                  "schemas are named in schemas",
                  "only on tables, sequences or functions",
                  "remove it",
              )
            : []),
    ];
}

function holderProblems(
    { holders }: ProfileSettings,
    path: string,
    existing: ReadonlyMap<string, TenantSettings>,
): Problem[] {
    return holders.flatMap(({ tenant }, at): Problem[] =>
        tenant !== undefined && existing.has(tenant)
            ? [
                  {
                      path: `${path}.holders[${at}].tenant`,
                      given: tenant,
                      wrong: "its sessions act as a role that exists, and would not have the profile's rights",
                      allowed: "tenants of the models split and owner",
                      fix: "grant these rights to the role that it acts as, in your own migrations",
                  },
              ]
            : [],
    );
}
