import type { ObjectFacts } from "../../access/catalog/facts";
import { PUBLIC } from "../../access/postgres/serverState";
import { describe, inStatements, privilegesOn } from "../../drift/statements";
import { identifier, sql } from "../../toolkit/sql";
import type { Catalog, DatabaseCatalog, Facts } from "../facts";
import { type Change, type Check, fine, judged } from "../finding";

/** What PUBLIC holds on one object. */
interface Open {
    readonly database: string;
    readonly object: ObjectFacts;
    readonly privileges: readonly string[];
}

/**
 * What every role holds: https://www.postgresql.org/docs/current/ddl-priv.html. USAGE on a schema alone shows nothing, and EXECUTE needs
 * USAGE on the schema.
 */
function openIn({ name: database, objects }: DatabaseCatalog): readonly Open[] {
    const publicOn = ({ items }: ObjectFacts) => items.filter(({ grantee }) => grantee === PUBLIC);
    const usable = new Set(
        objects
            .filter((one) => one.kind === "schema" && publicOn(one).some(({ privilege }) => privilege === "USAGE"))
            .map(({ name }) => name),
    );
    return objects.flatMap((object) => {
        const privileges = publicOn(object)
            .map(({ privilege }) => privilege)
            .filter(
                (privilege) =>
                    (object.kind !== "schema" || privilege !== "USAGE") &&
                    (object.schema === undefined || usable.has(object.schema)),
            );
        return privileges.length === 0 || object.generated ? [] : [{ database, object, privileges }];
    });
}

/**
 * The roles whose privileges a login has, its own included. Not those that it created: from Postgres 16 it is their member without
 * INHERIT, by a grant of the server's first superuser (https://www.postgresql.org/docs/16/role-attributes.html, createrole).
 */
function rolesOf({ roles, memberships }: Catalog, login: string): ReadonlySet<string> {
    const found = new Set([login]);
    for (const name of found) {
        memberships
            .filter(({ member, grantor }) => member === name && roles.has(grantor))
            .filter(() => roles.get(name)?.attributes.inherit === true)
            .forEach(({ role }) => found.add(role));
    }
    return found;
}

/** The logins that have CONNECT on a database through PUBLIC only, those with sessions first. */
function dependents(catalog: Catalog, { object }: Open, connected: ReadonlySet<string>): readonly string[] {
    const logins = [...catalog.roles.values()].filter(({ attributes }) => attributes.login && !attributes.superuser);
    return logins
        .map(({ name }) => name)
        .filter((name) => {
            const own = rolesOf(catalog, name);
            return !(
                own.has(object.owner) ||
                object.items.some(({ grantee, privilege }) => privilege === "CONNECT" && own.has(grantee))
            );
        })
        .sort((a, b) => Number(connected.has(b)) - Number(connected.has(a)));
}

function connectedTo({ database }: Facts, name: string): ReadonlySet<string> {
    const sessions = "value" in database.sessions ? database.sessions.value : [];
    return new Set(sessions.filter((one) => one.database === name).map(({ login }) => login));
}

export const publicRights: Check = {
    id: "public-rights",
    group: "database",
    what: "PUBLIC holds no privilege that logins share",
    why: "every new login holds PUBLIC's privileges too, and no REVOKE from that login takes them away",
    judge: (facts) =>
        judged([facts.database.catalog], (catalog) => {
            const open = catalog.databases.flatMap(openIn);
            const connects = open
                .filter(({ object, privileges }) => object.kind === "database" && privileges.includes("CONNECT"))
                .map((one) => {
                    const connected = connectedTo(facts, one.database);
                    const logins = dependents(catalog, one, connected);
                    return { one, logins, now: logins.filter((login) => connected.has(login)) };
                });
            const breaks = connects
                .filter(({ logins }) => logins.length > 0)
                .map(
                    ({ one, logins, now }) =>
                        `${logins.join(", ")} can connect to ${one.database} through PUBLIC only (connected now: ${now.join(", ") || "none"})`,
                );
            const grants = connects.flatMap(({ one, logins }) =>
                logins.map((login): Change => ({
                    sql: sql`GRANT CONNECT ON DATABASE ${identifier(one.database)} TO ${identifier(login)}`,
                    database: one.database,
                })),
            );
            return open.length === 0
                ? fine("none")
                : {
                      state: "change",
                      seen: open.map(
                          ({ database, object, privileges }) =>
                              `${privileges.join(", ")} on ${describe(object)}${object.kind === "database" ? "" : ` in ${database}`}`,
                      ),
                      breaks: `logins lose what they hold through PUBLIC only, unless it is granted to them first; ${breaks.join("; ") || "none depends on it to connect"}`,
                      change: [...grants, ...open.map(revoke)],
                  };
        }),
};

function revoke({ database, object, privileges }: Open): Change {
    const target = { on: inStatements(object), column: object.column };
    return { sql: sql`REVOKE ${privilegesOn(privileges, target)} FROM PUBLIC`, database };
}
