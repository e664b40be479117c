import { connectGroup, databaseNames } from "../components/tenancy/names";
import { BREAK_GLASS, PROVISIONER, RDS_IAM } from "../toolkit/serverNames";
import { membership, privilegeOn, placeOf, ROLE, type Announced } from "./rights";

/** What the announcement depends on. */
export interface AnnouncedRun {
    readonly database: string;
    readonly owner: string;
    readonly major: number;
    readonly tenants: readonly ActingTenant[];
    readonly profiles: readonly TakenGroup[];
}

interface TakenGroup {
    readonly group: string;
}

interface ActingTenant {
    readonly name: string;
    /** The login of today. */
    readonly login: string;
    readonly actsAs: string;
}

/** The logins that tenants stand for, and the roles that their sessions act as. */
export function actingRoles(tenants: readonly ActingTenant[]): ReadonlySet<string> {
    return new Set(tenants.flatMap(({ actsAs, login }) => [actsAs, login]));
}

/** The roles that the provisioner may add members to: those that tenants act as, logins whose password will be taken, and groups. */
export function lentRoles({ tenants, profiles }: Pick<AnnouncedRun, "tenants" | "profiles">): readonly string[] {
    return [...new Set([...actingRoles(tenants), ...profiles.map(({ group }) => group)])];
}

/**
 * Everything that `keyless bootstrap --keep-owner` and the first run add to the catalogs. From Postgres 16 a role's creator
 * is its ADMIN member: https://www.postgresql.org/docs/16/role-attributes.html (createrole)
 */
export function announcedRights(run: AnnouncedRun): readonly Announced[] {
    const { database, owner, major, tenants } = run;
    const group = connectGroup(database);
    const place = placeOf({ kind: "database", database, name: database });
    const role = (holder: string): Announced => ({ holder, what: ROLE });
    const member = (holder: string, of: string, options: object = {}): Announced => ({
        holder,
        what: membership({ role: of, admin: false, ...options }),
    });
    const creator = (of: string): Announced[] =>
        major >= 16 ? [member(PROVISIONER, of, { admin: true, inherit: false, set: false })] : [];
    const logins = tenants.map(({ name, actsAs }) => ({ login: databaseNames(name).login, actsAs }));
    const lent = major >= 16 ? lentRoles(run) : [];
    // Functions that the provisioner creates are closed to PUBLIC, which its list of default privileges says.
    const toCome = `every function to come of ${PROVISIONER} in ${database}`;
    return [
        ...[PROVISIONER, BREAK_GLASS, group, ...logins.map(({ login }) => login)].map(role),
        member(PROVISIONER, RDS_IAM, { admin: true }),
        ...(owner === PROVISIONER
            ? []
            : [
                  { holder: PROVISIONER, what: privilegeOn("CONNECT", place, true) },
                  { holder: PROVISIONER, what: privilegeOn("CREATE", place, false) },
              ]),
        ...lent.map((one) => member(PROVISIONER, one, { admin: true, inherit: false, set: false })),
        { holder: PROVISIONER, what: `has default privileges of its own for ${toCome}` },
        { holder: PROVISIONER, what: privilegeOn("EXECUTE", toCome, false) },
        ...creator(group),
        { holder: group, what: privilegeOn("CONNECT", place, false) },
        ...logins.flatMap(({ login, actsAs }) => [
            ...creator(login),
            ...[RDS_IAM, group, actsAs].map((of) => member(login, of)),
        ]),
    ];
}
