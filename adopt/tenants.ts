import { wrongExistingName } from "../config/validators";
import { BREAK_GLASS, PROVISIONER, RDS_IAM } from "../toolkit/serverNames";
import { visible } from "../toolkit/visible";
import type { AdoptFacts, Workload } from "./facts";
import { TenantNames } from "./names";
import { Reach } from "./reach";
import { sessionKeys, type SessionKeys } from "./sessionSettings";

/** A login that applications use, as a tenant of the model `existing`. */
export interface AdoptedTenant {
    readonly name: string;
    /** The login of today. */
    readonly login: string;
    /** The role that its sessions act as, which is the login itself unless it has a setting `role`. */
    readonly actsAs: string;
    readonly schemas: readonly string[];
    readonly sessions: SessionKeys;
    /** Its connection limit; undefined for none. */
    readonly connections?: number;
    /** Where it runs; more than one cannot be one tenant. */
    readonly workloads: readonly Workload[];
}

/** A login that no tenant stands for. */
export interface LeftLogin {
    readonly login: string;
    readonly why: string;
}

export interface Logins {
    readonly tenants: readonly AdoptedTenant[];
    readonly left: readonly LeftLogin[];
}

/**
 * Sorts the logins: those that own something or write by themselves, those that a workload names, and the chosen ones become
 * tenants.
 *
 * @param chosen further logins, by name
 */
export function sortLogins({ database, server, workloads }: AdoptFacts, chosen: readonly string[]): Logins {
    const reach = new Reach(server, database);
    const names = new TenantNames([...server.roles.keys(), ...server.ownRoles]);
    const running = "value" in workloads ? workloads.value : [];
    const tenants: AdoptedTenant[] = [];
    const left: LeftLogin[] = [];
    const logins = [...server.roles.values()]
        .filter(({ name, attributes }) => attributes.login && name !== PROVISIONER && name !== BREAK_GLASS)
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const { name: login, connectionLimit, validUntil, settings, attributes } of logins) {
        const own = running.filter((one) => one.login === login);
        const sessions = sessionKeys(settings, database);
        const actsAs = sessions.role ?? login;
        const schemas = reach.schemasOf(login);
        const wrong = [login, actsAs, ...schemas].find((one) => wrongExistingName(one) !== undefined);
        const why = attributes.superuser
            ? "a superuser, which no service may act as: give its objects to another role first"
            : reach.isMemberOf(login, "rds_superuser")
              ? "a member of rds_superuser, such as the master: no service may act as it; give the application a login of its own first"
              : reach.isMemberOf(login, RDS_IAM)
                ? "signs in with IAM already; it keeps working, and the config does not declare it"
                : !server.roles.has(actsAs)
                  ? `its sessions begin as ${actsAs}, which is not a role that a service may act as`
                  : !chosen.includes(login) && (connectionLimit === 0 || isPast(validUntil))
                    ? `cannot log in today (${connectionLimit === 0 ? "CONNECTION LIMIT 0" : `its password was valid until ${validUntil ?? ""}`}), and a tenant's new login could; --login ${login} makes a tenant of it`
                    : !chosen.includes(login) && own.length === 0 && !reach.writes(login)
                      ? `owns nothing and writes nothing by itself, so it may be a person's or a tool's; --login ${login} makes a tenant of it`
                      : schemas.length === 0
                        ? `nothing in the database ${database} is granted to it by name`
                        : wrong !== undefined
                          ? `the name ${visible(wrong)} ${wrongExistingName(wrong) ?? ""}, which the config refuses: rename it first (ALTER ROLE … RENAME TO, ALTER SCHEMA … RENAME TO)`
                          : undefined;
        if (why !== undefined) {
            left.push({ login, why });
            continue;
        }
        tenants.push({
            name: names.of(login),
            ...{ login, actsAs, schemas, sessions },
            ...(connectionLimit > 0 && { connections: connectionLimit }),
            workloads: own,
        });
    }
    return { tenants, left };
}

function isPast(time: string | undefined): boolean {
    return time !== undefined && Date.parse(time) < Date.now();
}
