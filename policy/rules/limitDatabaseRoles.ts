import { iamGroup, Memberships, membershipTypes, roleName, roleType } from "../memberships";
import type { Path } from "../memberships";
import { judgeMysql, mysqlTypes } from "../mysql";
import { field, isUnknown, items } from "../plain";
import { wildcard } from "../rule";
import type { Resource } from "../resource";
import type { Finding, Rule, Settings } from "../rule";

interface Parameters extends Settings {
    /** Logins for emergencies, by name: they keep a password, so they must stay outside rds_iam. */
    readonly breakGlass?: readonly string[];
    /** Other logins that need no IAM, by name. */
    readonly passwordLogins?: readonly string[];
}

/** Resources that grant privileges to one role. */
const grantTypes = [
    "postgresql:index/grant:Grant",
    "postgresql:index/defaultPrivileges:DefaultPrivileges",
    "postgresql:index/defaultPrivileg:DefaultPrivileg",
];
const schemaType = "postgresql:index/schema:Schema";

const usualBreakGlass = ["*break*glass*"];

/**
 * A database's role or user can do no more than its work: it logs in with IAM, is no superuser, and PUBLIC gets
 * nothing.
 */
export const limitDatabaseRoles: Rule<Parameters> = {
    name: "database-role",
    description: "Database roles log in with IAM, pass by no row security, and PUBLIC is granted nothing",
    severity: "high",
    remediation:
        "Make login roles members of rds_iam, take superuser and bypassRowLevelSecurity away, and grant to named roles.",
    parameters: {
        breakGlass: {
            type: "array",
            items: { type: "string" },
            default: usualBreakGlass,
            description: "logins for emergencies, which must stay outside rds_iam, * for any text",
        },
        passwordLogins: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "other logins that need no IAM, * for any text",
        },
    },
    types: new Set<string>([...membershipTypes, ...grantTypes, schemaType, ...mysqlTypes]),
    judge: (resource) => [
        ...powers(resource),
        ...toPublic(resource),
        ...schemaPolicies(resource),
        ...judgeMysql(resource),
    ],
    judgeStack: (resources, parameters) => logins(resources, parameters),
};

function powers({ type, props }: Resource): Finding[] {
    if (type !== roleType) {
        return [];
    }
    return (["superuser", "bypassRowLevelSecurity"] as const).flatMap((argument): Finding[] => {
        const value = props[argument];
        if (isUnknown(value)) {
            return [{ fault: `${argument} is not known yet`, fix: `set ${argument} to false`, unproven: true }];
        }
        const what =
            argument === "superuser"
                ? "is above every check of the database"
                : "reads every row, whatever row security says";
        return value === true ? [{ fault: `the role ${what}`, fix: `set ${argument} to false` }] : [];
    });
}

/**
 * A grant to PUBLIC reaches every role there is and will be; one of no privileges takes PUBLIC's away, which is
 * welcome.
 */
function toPublic({ type, props }: Resource): Finding[] {
    const { role, privileges } = props;
    if (!grantTypes.includes(type) || typeof role !== "string" || role.toLowerCase() !== "public") {
        return [];
    }
    const granted = items(privileges);
    if (granted.length > 0 && granted.every(isUnknown)) {
        return [{ fault: "what PUBLIC is granted is not known yet", fix: "grant to a named role", unproven: true }];
    }
    return granted.length === 0
        ? []
        : [
              {
                  fault: `PUBLIC, that is every role, is granted ${granted.filter((one) => !isUnknown(one)).join(", ")}`,
                  fix: "grant to a named role; with an empty list of privileges the grant takes PUBLIC's away",
              },
          ];
}

/**
 * A schema's policy that names no role is PUBLIC's
 * (https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/website/docs/r/postgresql_schema.html.markdown).
 */
function schemaPolicies({ type, props }: Resource): Finding[] {
    const policies = type === schemaType ? items(props["policies"]) : [];
    return policies.flatMap((policy, index): Finding[] => {
        const role = field(policy, "role");
        const toAll =
            role === undefined ||
            role === null ||
            role === "" ||
            (typeof role === "string" && role.toLowerCase() === "public");
        const granted = ["usage", "usageWithGrant", "create", "createWithGrant"].filter(
            (privilege) => field(policy, privilege) === true,
        );
        const fault = `policies[${index}] names no role, so PUBLIC, that is every role, is granted ${granted.join(", ")}`;
        return toAll && granted.length > 0 ? [{ fault, fix: "name a role in it" }] : [];
    });
}

function logins(resources: readonly Resource[], { breakGlass, passwordLogins }: Parameters): Finding[] {
    const memberships = new Memberships(resources);
    const named = (name: string, patterns: readonly string[]): boolean =>
        patterns.some((pattern) => wildcard(pattern.toLowerCase()).test(name.toLowerCase()));
    return resources
        .filter(({ type }) => type === roleType)
        .flatMap((resource): Finding[] => {
            const role = roleName(resource);
            const path = memberships.toIam(resource);
            if (named(role, breakGlass ?? usualBreakGlass)) {
                return emergency(resource, role, path);
            }
            return named(role, passwordLogins ?? []) ? [] : login(resource, role, path);
        });
}

/** A login for emergencies must stay outside rds_iam, or its password is refused. */
function emergency(resource: Resource, role: string, { answer, roles, open }: Path): Finding[] {
    const [, group = iamGroup] = roles;
    const fix = `take ${group} from ${role}`;
    const who = `${role}, a login for emergencies,`;
    switch (answer) {
        case "no":
            return [];
        case "yes":
            return [
                {
                    resource,
                    fault: `${who} is a member of ${iamGroup} by ${roles.join(" → ")}, so its password is refused`,
                    fix,
                },
            ];
        case "maybe":
            return [
                {
                    resource,
                    fault: `whether ${who} is a member of ${iamGroup} cannot be known here: ${open}`,
                    fix,
                    unproven: true,
                },
            ];
    }
}

function login(resource: Resource, role: string, { answer, open }: Path): Finding[] {
    const { login: may } = resource.props;
    const fix = `add "${iamGroup}" to its roles, or set login to false`;
    if (answer === "yes" || (may !== true && !isUnknown(may))) {
        return [];
    }
    if (isUnknown(may)) {
        return [
            {
                resource,
                fault: "whether the role may log in is not known yet",
                fix: `add "${iamGroup}" to its roles`,
                unproven: true,
            },
        ];
    }
    return answer === "maybe"
        ? [
              {
                  resource,
                  fault: `whether ${role}, which may log in, is a member of ${iamGroup} cannot be known here: ${open}`,
                  fix,
                  unproven: true,
              },
          ]
        : [{ resource, fault: `${role} may log in without IAM: it is no member of ${iamGroup}`, fix }];
}
