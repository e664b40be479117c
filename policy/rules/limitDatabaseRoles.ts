import { judgeMysql, mysqlTypes } from "../mysql";
import { isUnknown, items } from "../plain";
import { wildcard } from "../rule";
import type { Finding, Resource, Rule, Settings } from "../rule";

interface Parameters extends Settings {
    /** Logins for emergencies, by name: they keep a password, so they must stay outside rds_iam. */
    readonly breakGlass?: readonly string[];
    /** Other logins that need no IAM, by name. */
    readonly passwordLogins?: readonly string[];
}

const types = {
    role: "postgresql:index/role:Role",
    membership: "postgresql:index/grantRole:GrantRole",
    grant: "postgresql:index/grant:Grant",
    defaults: "postgresql:index/defaultPrivileges:DefaultPrivileges",
    oldDefaults: "postgresql:index/defaultPrivileg:DefaultPrivileg",
} as const;

const iam = "rds_iam";
const usualBreakGlass = ["*break*glass*"];

/** A database's role or user can do no more than its work: it logs in with IAM, is no superuser, and PUBLIC gets nothing. */
export const limitDatabaseRoles: Rule<Parameters> = {
    name: "database-role",
    description: "Database roles log in with IAM, pass by no row security, and PUBLIC is granted nothing",
    severity: "high",
    remediation: "Make login roles members of rds_iam, take superuser and bypassRowLevelSecurity away, and grant to named roles.",
    parameters: {
        breakGlass: { type: "array", items: { type: "string" }, default: usualBreakGlass, description: "logins for emergencies, which must stay outside rds_iam, * for any text" },
        passwordLogins: { type: "array", items: { type: "string" }, default: [], description: "other logins that need no IAM, * for any text" },
    },
    types: new Set<string>([...Object.values(types), ...mysqlTypes]),
    judge: (resource) => [...powers(resource), ...toPublic(resource), ...judgeMysql(resource)],
    judgeStack: (resources, parameters) => logins(resources, parameters),
};

function powers({ type, props }: Resource): Finding[] {
    if (type !== types.role) {
        return [];
    }
    return (["superuser", "bypassRowLevelSecurity"] as const).flatMap((argument): Finding[] => {
        const value = props[argument];
        if (isUnknown(value)) {
            return [{ fault: `${argument} is not known yet`, fix: `set ${argument} to false`, unproven: true }];
        }
        const what = argument === "superuser" ? "is above every check of the database" : "reads every row, whatever row security says";
        return value === true ? [{ fault: `the role ${what}`, fix: `set ${argument} to false` }] : [];
    });
}

/** A grant to PUBLIC reaches every role there is and will be; one of no privileges takes PUBLIC's away, which is welcome. */
function toPublic({ type, props }: Resource): Finding[] {
    const { role, privileges } = props;
    if (type === types.role || type === types.membership || typeof role !== "string" || role.toLowerCase() !== "public") {
        return [];
    }
    const granted = items(privileges);
    if (granted.length > 0 && granted.every(isUnknown)) {
        return [{ fault: "what PUBLIC is granted is not known yet", fix: "grant to a named role", unproven: true }];
    }
    return granted.length === 0 ? [] : [{ fault: `PUBLIC, that is every role, is granted ${granted.filter((one) => !isUnknown(one)).join(", ")}`, fix: "grant to a named role; with an empty list of privileges the grant takes PUBLIC's away" }];
}

/** What each role is a member of, as far as the stack says; with the unknown mark where it is not known yet. */
type Memberships = ReadonlyMap<string, ReadonlySet<string>>;

function logins(resources: readonly Resource[], { breakGlass, passwordLogins }: Parameters): Finding[] {
    const memberships = membershipsOf(resources);
    const named = (name: string, patterns: readonly string[]): boolean => patterns.some((pattern) => wildcard(pattern.toLowerCase()).test(name.toLowerCase()));
    return resources
        .filter(({ type }) => type === types.role)
        .flatMap((resource): Finding[] => {
            const { name, login } = resource.props;
            const role = typeof name === "string" && !isUnknown(name) ? name : resource.name;
            const { path, certain } = pathTo(role, memberships);
            if (named(role, breakGlass ?? usualBreakGlass)) {
                return path === undefined
                    ? []
                    : [{ resource, fault: `${role}, a login for emergencies, is a member of ${iam} by ${path.join(" → ")}, so its password is refused`, fix: `take ${path[1] ?? iam} from ${path[0] ?? role}` }];
            }
            if (login !== true || path !== undefined || named(role, passwordLogins ?? [])) {
                return isUnknown(login) ? [{ resource, fault: "whether the role may log in is not known yet", fix: `add "${iam}" to its roles`, unproven: true }] : [];
            }
            const fix = `add "${iam}" to its roles, or set login to false`;
            return certain ? [{ resource, fault: `${role} may log in without IAM: it is no member of ${iam}`, fix }] : [{ resource, fault: `the roles of ${role} are not all known yet`, fix, unproven: true }];
        });
}

function membershipsOf(resources: readonly Resource[]): Memberships {
    const memberships = new Map<string, Set<string>>();
    const join = (member: unknown, group: unknown): void => {
        if (typeof member === "string" && typeof group === "string") {
            memberships.set(member, (memberships.get(member) ?? new Set()).add(group));
        }
    };
    for (const { type, name, props } of resources) {
        if (type === types.role) {
            const role = isUnknown(props["name"]) ? name : (props["name"] ?? name);
            items(props["roles"]).forEach((group) => join(role, group));
        } else if (type === types.membership) {
            join(props["role"], props["grantRole"]);
        }
    }
    return memberships;
}

/** How a role comes to be a member of rds_iam, in steps; `certain` is false when a membership on the way is not known yet. */
function pathTo(role: string, memberships: Memberships): { path: readonly string[] | undefined; certain: boolean } {
    const seen = new Set([role]);
    const queue: string[][] = [[role]];
    for (const path of queue) {
        for (const group of memberships.get(path.at(-1) ?? "") ?? []) {
            if (group === iam) {
                return { path: [...path, group], certain: true };
            }
            if (!seen.has(group)) {
                seen.add(group);
                queue.push([...path, group]);
            }
        }
    }
    return { path: undefined, certain: ![...seen].some(isUnknown) };
}
