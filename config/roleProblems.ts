import { masterUsername } from "../components/engines";
import { connectGroup, namesOf } from "../components/tenancy/names";
import type { AccessSettings } from "./access";
import type { Problem } from "./problems";
import { BOOTSTRAP_ROLE, PROVISIONER } from "../toolkit/serverNames";

/** Finds conflicts between the names of the roles and the schemas that `access` needs. */
export function roleProblems(access: AccessSettings, platformDatabase: string | undefined): Problem[] {
    const roles = new Roles(reserved(access, platformDatabase));
    const problems = [
        ...roles.claim("access.breakGlass", access.breakGlass, access.breakGlass, "the break-glass login"),
        ...tenantRoles(access, platformDatabase, roles),
        ...profileRoles(access, roles),
        ...access.people.flatMap(({ user }, index) =>
            roles.claim(`access.people[${index}].user`, user, user, "the login of a person"),
        ),
    ];
    return [...problems, ...schemaProblems(access, roles)];
}

/** Roles belong to the server, not to a database: their names must be unique across all uses. */
class Roles {
    constructor(private readonly taken: Map<string, string>) {}

    /** What the role of this name is for, if there is one. */
    purpose(role: string): string | undefined {
        return this.taken.get(role);
    }

    claim(path: string, given: unknown, role: string, purpose: string): Problem[] {
        const other = this.taken.get(role);
        if (other === undefined) {
            this.taken.set(role, purpose);
            return [];
        }
        const wrong = `it needs the role ${role}, which is ${other}`;
        return [{ path, given, wrong, allowed: "a name whose roles' names are unique", fix: "choose another name" }];
    }
}

/** Roles that no entry of `access` creates, except the break-glass login, which an entry names. */
function reserved({ databases }: AccessSettings, platformDatabase: string | undefined): Map<string, string> {
    const names = [...(platformDatabase === undefined ? [] : [platformDatabase]), ...databases.map(({ name }) => name)];
    return new Map([
        [PROVISIONER, "the provisioner's login"],
        [masterUsername, "the master user of RDS"],
        [BOOTSTRAP_ROLE, "the role that `keyless bootstrap` creates the provisioner with"],
        ...names.map((name): [string, string] => [
            connectGroup(name),
            `the group whose members may connect to the database ${name}`,
        ]),
    ]);
}

function tenantRoles({ tenants }: AccessSettings, platformDatabase: string | undefined, roles: Roles): Problem[] {
    const named = new Set<string>();
    return tenants.flatMap((tenant, index): Problem[] => {
        const { name, formerly, database, model } = tenant;
        const { owner, login, schema } = namesOf(tenant);
        const path = namePath(index, formerly);
        if (model === "existing") {
            // Its owner is not claimed: several services can act as one role, and share schemas.
            return roles.claim(path, formerly ?? name, login, `a role of the tenant ${name}`);
        }
        const place = `${database ?? platformDatabase ?? ""}.${schema}`;
        if (!named.has(place)) {
            named.add(place);
            return [...new Set([owner, login])].flatMap((role) =>
                roles.claim(path, formerly ?? name, role, `a role of the tenant ${name}`),
            );
        }
        const fix = "rename or remove one of the two";
        return formerly === undefined
            ? []
            : [{ path, given: formerly, wrong: "another tenant has this schema", allowed: "each schema once", fix }];
    });
}

function profileRoles({ profiles }: AccessSettings, roles: Roles): Problem[] {
    const users = new Map<string, string>();
    return profiles.flatMap(({ name, group = name, holders }, index): Problem[] => [
        ...roles.claim(`access.profiles[${index}].name`, name, name, "the group of a profile"),
        ...(group === name
            ? []
            : roles.claim(`access.profiles[${index}].group`, group, group, "the group of a profile")),
        ...holders.flatMap(({ user, iamRole }, at): Problem[] => {
            if (user === undefined || iamRole === undefined) {
                return [];
            }
            const known = users.get(user);
            const path = `access.profiles[${index}].holders[${at}].user`;
            if (known !== undefined) {
                const wrong = `${known} already logs in as it`;
                return iamRole === known
                    ? []
                    : [
                          {
                              path,
                              given: user,
                              wrong,
                              allowed: "each login for one IAM role",
                              fix: "choose another login",
                          },
                      ];
            }
            users.set(user, iamRole);
            return roles.claim(path, user, user, "the login of a profile's holder");
        }),
    ]);
}

/**
 * A search path that was never set begins with `"$user"`, the schema named like the current role, and a name or an operator
 * that is not qualified is looked for there: the schema's owner decides what such a role runs.
 * https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SEARCH-PATH
 */
function schemaProblems({ tenants }: AccessSettings, roles: Roles): Problem[] {
    return tenants.flatMap((tenant, index): Problem[] => {
        const { name, formerly, model } = tenant;
        const { schema } = namesOf(tenant);
        const purpose = roles.purpose(schema);
        if (purpose === undefined) {
            return [];
        }
        if (model === "existing") {
            return [];
        }
        const wrong = `its schema ${schema} would have the name of ${purpose}, in whose sessions "$user" means that schema`;
        return [
            {
                path: namePath(index, formerly),
                given: formerly ?? name,
                wrong,
                allowed: "a schema that does not have a role's name",
                fix: "rename the tenant or that role",
            },
        ];
    });
}

function namePath(index: number, formerly: string | undefined): string {
    return `access.tenants[${index}].${formerly === undefined ? "name" : "formerly"}`;
}
