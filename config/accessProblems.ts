import { missingTenants } from "../components/access/missingTenants";
import { rescues } from "../components/access/rescue";
import { columnPrivileges, everyTenant, grantable } from "../components/tenancy/privileges";
import type { AccessSettings } from "./access";
import { connectionTestProblems } from "./connectionTestProblems";
import { groupProblems } from "./groupProblems";
import { existingInKubernetesProblems } from "./existingInKubernetesProblems";
import { existingTenantProblems } from "./existingTenantProblems";
import { lockOutProblems } from "./lockOut";
import { peopleProblems } from "./people";
import type { Problem } from "./problems";
import type { HolderSettings, ProfileSettings } from "./profiles";
import { roleProblems } from "./roleProblems";
import { searchPathProblems } from "./searchPathProblems";
import { systemNameProblems } from "./systemNameProblems";
import { groupedBy } from "../toolkit/grouped";

/** Finds contradictions between individually valid parts of `access`. */
export function accessProblems(access: AccessSettings, platformDatabase: string | undefined): Problem[] {
    const tenants = new Set(access.tenants.map(({ name }) => name));
    return [
        ...databaseProblems(access, platformDatabase),
        ...existingInKubernetesProblems(access),
        ...existingTenantProblems(access, platformDatabase),
        ...groupProblems(access),
        ...roleProblems(access, platformDatabase),
        ...searchPathProblems(access, platformDatabase),
        ...systemNameProblems(access),
        ...access.profiles.flatMap((profile, index) => profileProblems(profile, `access.profiles[${index}]`, tenants)),
        ...peopleProblems(access.people, access.profiles),
        ...lockOutProblems(access),
        ...connectionTestProblems(access),
    ];
}

function databaseProblems(
    { databases, databaseStack, tenants }: AccessSettings,
    platformDatabase: string | undefined,
): Problem[] {
    const names = new Set<string>();
    const twins = databases.flatMap(({ name }, index): Problem[] => {
        const wrong =
            name === platformDatabase
                ? "the platform's database has this name"
                : names.has(name)
                  ? "another database has this name"
                  : undefined;
        names.add(name);
        const path = `access.databases[${index}].name`;
        return wrong === undefined
            ? []
            : [{ path, given: name, wrong, allowed: "each name once", fix: "rename or remove one of the two" }];
    });
    const lost = tenants.flatMap(({ database }, index): Problem[] => {
        // Another stack's databases are known when its outputs are read.
        const known = database === platformDatabase || databaseStack !== undefined;
        if (database === undefined || known || names.has(database)) {
            return [];
        }
        const allowed = ["nothing for the platform's database", ...names].join(", ");
        const path = `access.tenants[${index}].database`;
        return [
            {
                path,
                given: database,
                wrong: "there is no such database",
                allowed,
                fix: "leave it out, or add the database to access.databases",
            },
        ];
    });
    return [...twins, ...lost];
}

function profileProblems(profile: ProfileSettings, path: string, tenants: ReadonlySet<string>): Problem[] {
    const { grants, actsAs, holders } = profile;
    const both = actsAs !== undefined && grants.length > 0;
    return [
        ...(both
            ? [
                  {
                      path: `${path}.actsAs`,
                      given: actsAs,
                      wrong: "grants is set too",
                      allowed: "one of the two",
                      fix: "split it into two profiles",
                  },
              ]
            : []),
        ...missingTenants(profile, tenants).map(({ key, given, allowed }) => ({
            path: `${path}.${key}`,
            given,
            wrong: "there is no such tenant",
            allowed: allowed.join(", "),
            fix: "write a tenant's name",
        })),
        ...grants.flatMap((grant, index) => grantProblems(grant, `${path}.grants[${index}]`)),
        ...overlaps(grants, path),
        ...(rescues(profile)
            ? grants.flatMap((grant, index) => rescueProblems(grant, `${path}.grants[${index}]`))
            : []),
        ...holders.flatMap((holder, index) => holderProblems(holder, `${path}.holders[${index}]`, actsAs)),
    ];
}

type Grant = ProfileSettings["grants"][number];

function grantProblems({ on, objects, columns, privileges, mayRun }: Grant, path: string): Problem[] {
    const known: readonly string[] = columns === undefined ? grantable[on] : columnPrivileges;
    const wrong = privileges.filter((privilege) => !known.includes(privilege));
    const problems: Problem[] = [];
    if (privileges.length === 0 || wrong.length > 0) {
        const what =
            wrong.length > 0
                ? `${wrong.join(", ")} cannot be granted on ${columns === undefined ? on : "columns"}`
                : "empty";
        problems.push({
            path: `${path}.privileges`,
            given: privileges,
            wrong: what,
            allowed: known.join(", "),
            fix: "write what its holders may do, like SELECT",
        });
    }
    if (columns !== undefined && (on !== "tables" || objects?.length !== 1 || columns.length === 0)) {
        const allowed = "on: tables, one object and at least one column";
        problems.push({
            path: `${path}.columns`,
            given: columns,
            wrong: "the table of these columns is not named",
            allowed,
            fix: "name the one table in objects, and write a grant for each table",
        });
    }
    if (mayRun !== undefined && (on !== "tables" || objects === undefined)) {
        const fix = "name the views, or the tables with policies, that may run their owner's functions as the holder";
        problems.push({
            path: `${path}.mayRun`,
            given: mayRun,
            wrong: "objects are not named",
            allowed: "on: tables, with the names in objects",
            fix,
        });
    }
    // To the provider an empty list means all.
    if (objects?.length === 0) {
        problems.push({
            path: `${path}.objects`,
            given: objects,
            wrong: "empty",
            allowed: "at least one name",
            fix: "name the objects, or leave it out to mean all",
        });
    }
    return problems;
}

/** Only the bootstrap may change the settings of the break-glass login. */
function rescueProblems({ mayRun }: Grant, path: string): Problem[] {
    const fix =
        "leave it out; in an emergency, SET row_security = on or SET restrict_nonsystem_relation_kind = '' in the session";
    return mayRun === undefined
        ? []
        : [
              {
                  path: `${path}.mayRun`,
                  given: mayRun,
                  wrong: "the break-glass login has this profile",
                  allowed: "nothing: its sessions refuse views and policies",
                  fix,
              },
          ];
}

/** Each grant first revokes what the group has on its objects: two on one object would undo each other. */
function overlaps(grants: readonly Grant[], path: string): Problem[] {
    const numbered = grants.map((grant, index) => ({ ...grant, index }));
    const kinds = groupedBy(numbered, ({ on }) => on);
    const places = groupedBy(numbered, ({ on, tenant }) => `${on} ${tenant}`);
    return numbered.flatMap(({ index, ...grant }): Problem[] => {
        const { on, tenant } = grant;
        const meeting =
            tenant === everyTenant
                ? kinds.get(on)
                : [tenant, everyTenant].flatMap((one) => places.get(`${on} ${one}`) ?? []);
        const others = (meeting ?? []).filter((one) => one.index < index && shares(one, grant)).map((one) => one.index);
        if (others.length === 0) {
            return [];
        }
        const wrong = `${path}.grants[${Math.min(...others)}] covers the same objects`;
        return [
            {
                path: `${path}.grants[${index}]`,
                given: grant,
                wrong,
                allowed: "one grant for each object",
                fix: "write all privileges in one grant, or split it into two profiles",
            },
        ];
    });
}

function shares(one: Grant, other: Grant): boolean {
    const { schemas } = other;
    if (one.schemas !== undefined && schemas !== undefined && !one.schemas.some((schema) => schemas.includes(schema))) {
        return false;
    }
    if (one.columns !== undefined && other.columns !== undefined && one.objects?.[0] === other.objects?.[0]) {
        return one.privileges.some((privilege) => other.privileges.includes(privilege));
    }
    return (
        one.objects === undefined ||
        other.objects === undefined ||
        one.objects.some((name) => other.objects?.includes(name))
    );
}

function holderProblems(
    { user, iamRole, tenant, breakGlass }: HolderSettings,
    path: string,
    actsAs: string | undefined,
): Problem[] {
    const given = { user, iamRole, tenant, breakGlass };
    const person = user !== undefined || iamRole !== undefined;
    const ways = [person, tenant !== undefined, breakGlass === true].filter((way) => way).length;
    if (ways !== 1 || (person && (user === undefined || iamRole === undefined))) {
        return [
            {
                path,
                given,
                wrong: "not exactly one holder",
                allowed: "user and iamRole, tenant alone, or breakGlass: true alone",
                fix: "write which principal logs in as which user",
            },
        ];
    }
    // Objects that a service creates would belong to another tenant's owner, and its own migrations would fail.
    return tenant !== undefined && actsAs !== undefined
        ? [
              {
                  path: `${path}.tenant`,
                  given: tenant,
                  wrong: `a service works as itself, not as the owner of ${actsAs}`,
                  allowed: "holders with an iamRole",
                  fix: "give the service a profile with grants",
              },
          ]
        : [];
}
