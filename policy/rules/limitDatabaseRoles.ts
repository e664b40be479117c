import {
    iamGroup,
    Memberships,
    membershipType,
    membershipTypes,
    replicationGroup,
    roleName,
    roleType,
} from "../resources/memberships";
import type { Path } from "../resources/memberships";
import { judgeMysql, mysqlTypes } from "../resources/mysql";
import { field, isUnknown, items } from "../resources/unknownValues";
import { wildcard } from "../resources/rule";
import type { Resource } from "../resources/resource";
import type { Finding, Rule, Settings } from "../resources/rule";

interface Parameters extends Settings {
    /** Break-glass logins, by name: they keep a password, so they must stay outside rds_iam. */
    readonly breakGlass?: readonly string[];
    /** Other logins that may use a password, by name. */
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
 * Database roles and users must have no more rights than they need: they use IAM authentication, are not superusers,
 * and PUBLIC has no grants.
 */
export const limitDatabaseRoles: Rule<Parameters> = {
    name: "database-role",
    description:
        "Database roles must use IAM authentication, must not bypass row-level security, and PUBLIC must have no grants",
    severity: "high",
    remediation:
        "Make login roles members of rds_iam, remove superuser, bypassRowLevelSecurity and replication, and grant to named roles.",
    parameters: {
        breakGlass: {
            type: "array",
            items: { type: "string" },
            default: usualBreakGlass,
            description: "break-glass logins, which must stay outside rds_iam; * matches any text",
        },
        passwordLogins: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "other logins that may use a password; * matches any text",
        },
    },
    types: new Set<string>([...membershipTypes, ...grantTypes, schemaType, ...mysqlTypes]),
    judge: (resource) => [
        ...powers(resource),
        ...replication(resource),
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
    return Object.entries(POWERS).flatMap(([argument, what]): Finding[] => {
        const value = props[argument];
        if (isUnknown(value)) {
            return [{ fault: `${argument} is not known yet`, fix: `set ${argument} to false`, unproven: true }];
        }
        return value === true ? [{ fault: `the role ${what}`, fix: `set ${argument} to false` }] : [];
    });
}

/** Decoding a replication slot checks no privilege and no policy (https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION). */
const REPLICATES = "reads every change of every table regardless of its privileges";

const POWERS = {
    superuser: "bypasses every permission check",
    bypassRowLevelSecurity: "reads every row regardless of row-level security",
    replication: REPLICATES,
};

/**
 * Members of RDS' group for replication, which replaces the attribute there
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.FeatureSupport.LogicalReplication.html).
 */
function replication({ type, props }: Resource): Finding[] {
    const granted = type === roleType ? items(props["roles"]) : type === membershipType ? [props["grantRole"]] : [];
    return granted.includes(replicationGroup)
        ? [{ fault: `a member of ${replicationGroup} ${REPLICATES}`, fix: `remove ${replicationGroup}` }]
        : [];
}

/**
 * A grant to PUBLIC reaches every current and future role. One with an empty list of privileges revokes those of
 * PUBLIC, and passes.
 */
function toPublic({ type, props }: Resource): Finding[] {
    const { role, privileges } = props;
    if (!grantTypes.includes(type) || typeof role !== "string" || role.toLowerCase() !== "public") {
        return [];
    }
    const granted = items(privileges);
    if (granted.length > 0 && granted.every(isUnknown)) {
        return [{ fault: "the privileges of PUBLIC are not known yet", fix: "grant to a named role", unproven: true }];
    }
    return granted.length === 0
        ? []
        : [
              {
                  fault: `PUBLIC, which means every role, is granted ${granted.filter((one) => !isUnknown(one)).join(", ")}`,
                  fix: "grant to a named role; an empty list of privileges revokes those of PUBLIC",
              },
          ];
}

/**
 * A schema policy that names no role applies to PUBLIC
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
        const fault = `policies[${index}] names no role, so PUBLIC, which means every role, is granted ${granted.join(", ")}`;
        return toAll && granted.length > 0 ? [{ fault, fix: "name a role in the policy" }] : [];
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

/** A break-glass login must stay outside rds_iam, or its password is rejected. */
function emergency(resource: Resource, role: string, { answer, roles, open }: Path): Finding[] {
    const [, group = iamGroup] = roles;
    const fix = `revoke ${group} from ${role}`;
    const who = `break-glass login ${role}`;
    switch (answer) {
        case "no":
            return [];
        case "yes":
            return [
                {
                    resource,
                    fault: `${who} is a member of ${iamGroup} through ${roles.join(" → ")}, so its password is rejected`,
                    fix,
                },
            ];
        case "maybe":
            return [
                {
                    resource,
                    fault: `this stack does not show whether ${who} is a member of ${iamGroup}: ${open}`,
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
                fault: "whether the role can log in is not known yet",
                fix: `add "${iamGroup}" to its roles`,
                unproven: true,
            },
        ];
    }
    return answer === "maybe"
        ? [
              {
                  resource,
                  fault: `this stack does not show whether ${role}, which can log in, is a member of ${iamGroup}: ${open}`,
                  fix,
                  unproven: true,
              },
          ]
        : [{ resource, fault: `${role} can log in without IAM: it is not a member of ${iamGroup}`, fix }];
}
