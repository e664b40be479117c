import { membershipPath } from "../access/catalog/membershipPath";
import type { Privilege } from "../access/postgres/serverState";
import type { Facts } from "../drift/index";

/** Privileges with which a program changes data. */
const WRITES: readonly Privilege[] = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"];

type Listed = Facts["objects"][number];

/** What logins are to roles, and what they hold in one database. */
export class Reach {
    private readonly objects: readonly Listed[];

    constructor(
        readonly facts: Facts,
        database: string,
    ) {
        this.objects = facts.objects.filter(
            (object) => object.database === database && object.kind !== "database" && object.kind !== "type",
        );
    }

    /** The roles that a login is a member of, directly or not and whatever the options, itself first. */
    rolesOf(login: string): readonly string[] {
        const found = new Set([login]);
        for (const member of found) {
            this.facts.memberships.filter((one) => one.member === member).forEach(({ role }) => found.add(role));
        }
        return [...found];
    }

    isMemberOf(login: string, role: string): boolean {
        return login === role || membershipPath(this.facts.memberships, login, role) !== undefined;
    }

    /** The login, and roles that no other login is a member of: what they hold is the login's own. */
    private ownRolesOf(login: string): ReadonlySet<string> {
        const logins = [...this.facts.roles.values()].filter(
            ({ name, attributes }) => attributes.login && name !== login && !this.isAdministrator(name),
        );
        return new Set(
            this.rolesOf(login).filter(
                (role) => role === login || !logins.some(({ name }) => this.isMemberOf(name, role)),
            ),
        );
    }

    /** A superuser, or the master of RDS: it can be a member of every role. */
    isAdministrator(login: string): boolean {
        const role = this.facts.roles.get(login);
        return (
            role?.attributes.superuser === true ||
            role?.attributes.createRole === true ||
            this.isMemberOf(login, "rds_superuser")
        );
    }

    /** Whether it owns something or writes by itself, not only through a group of several logins. */
    writes(login: string): boolean {
        const own = this.ownRolesOf(login);
        return this.objects.some(
            ({ owner, items }) =>
                own.has(owner) ||
                items.some(({ grantee, privilege }) => own.has(grantee) && WRITES.some((one) => one === privilege)),
        );
    }

    /** The schemas with what it owns or may use, those that it owns first. */
    schemasOf(login: string): readonly string[] {
        const roles = new Set(this.rolesOf(login));
        const holds = ({ owner, items }: Listed) => roles.has(owner) || items.some(({ grantee }) => roles.has(grantee));
        const schemaOf = ({ kind, name, schema }: Listed) => (kind === "schema" ? name : (schema ?? ""));
        const within = (some: readonly Listed[]) => new Set(some.filter(holds).map(schemaOf));
        const data = within(this.objects.filter(({ kind }) => kind !== "schema"));
        const found = data.size > 0 ? data : within(this.objects);
        const owned = new Set(
            this.objects.filter(({ kind, owner }) => kind === "schema" && roles.has(owner)).map(({ name }) => name),
        );
        const rank = (schema: string) => (owned.has(schema) ? 0 : schema === "public" ? 2 : 1);
        return [...new Set([...owned, ...found])].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    }
}
