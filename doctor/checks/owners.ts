import { membershipPath } from "../../access/catalog/membershipPath";
import type { ObjectFacts } from "../../access/catalog/facts";
import { PUBLIC, type Privilege } from "../../access/postgres/serverState";
import { defaultsOf, privilegeList } from "../../drift/statements";
import { groupedBy } from "../../toolkit/grouped";
import { RDS_IAM } from "../../toolkit/serverNames";
import { identifier, sql } from "../../toolkit/sql";
import type { Catalog, DatabaseCatalog, Facts } from "../facts";
import { type Change, type Check, fine, judged } from "../finding";

/** A role's name in a new statement, cut so that the ending still fits. */
function ownerNameFor(login: string): string {
    const [most, ending] = [63, "_owner"];
    let name = login;
    while (Buffer.byteLength(name + ending) > most) {
        name = name.slice(0, -1);
    }
    return name + ending;
}

/** REASSIGN OWNED also takes what the login owns for the whole server: https://www.postgresql.org/docs/current/sql-reassign-owned.html */
export const owners: Check = {
    id: "owners",
    group: "database",
    what: "no login with a password owns objects",
    why: "an owner may do everything with its objects, and a login that owns them cannot simply be replaced by a new one",
    judge: (facts) =>
        judged([facts.database.catalog], (catalog) => {
            const owned = catalog.databases.flatMap(({ name, objects }) =>
                objects
                    .filter(
                        ({ kind, linked, generated }) =>
                            kind !== "database" && kind !== "column" && !linked && !generated,
                    )
                    .filter(({ owner }) => isPasswordLogin(catalog, owner))
                    .map(({ owner, kind }) => ({ database: name, owner, kind })),
            );
            const groups = [...groupedBy(owned, ({ database, owner }) => `${owner}\n${database}`).values()];
            const places = groupedBy(
                groups.flatMap(([one]) => one ?? []),
                ({ owner }) => owner,
            );
            return groups.length === 0
                ? fine("none")
                : {
                      state: "change",
                      seen: groups.map((group) => {
                          const [{ owner, database } = { owner: "", database: "" }] = group;
                          const kinds = [...groupedBy(group, ({ kind }) => kind)].map(
                              ([kind, ones]) => `${ones.length} ${kind}${ones.length === 1 ? "" : "s"}`,
                          );
                          return `${owner}${isMaster(facts, catalog, owner) ? " (the master)" : ""} owns ${kinds.join(", ")} in ${database}`;
                      }),
                      breaks: "the login keeps its rights as a member of the new owner; what it creates from then on belongs to it unless its sessions begin with SET ROLE",
                      change: [...places].flatMap(([owner, those]) =>
                          isMaster(facts, catalog, owner)
                              ? [MASTERS]
                              : moved(
                                    catalog,
                                    owner,
                                    those.map(({ database }) => database),
                                ),
                      ),
                  };
        }),
};

/** A member of rds_iam signs in with tokens: in the model `owner`, it owns its tables. */
function isPasswordLogin(catalog: Catalog, name: string): boolean {
    return (
        catalog.roles.get(name)?.attributes.login === true &&
        membershipPath(catalog.memberships, name, RDS_IAM) === undefined
    );
}

function isMaster({ aws: { server } }: Facts, catalog: Catalog, name: string): boolean {
    return (
        ("value" in server && server.value.masterUser === name) ||
        membershipPath(catalog.memberships, name, "rds_superuser") !== undefined
    );
}

/** The master cannot be a member of itself, and `SET role` would take its CREATEROLE away, which the bootstrap needs. */
const MASTERS: Change = {
    config: "as the master, give each of these objects to a role that cannot log in (ALTER … OWNER TO); not with REASSIGN OWNED, which takes the databases too, and `keyless bootstrap` needs the master to own those",
};

/**
 * REASSIGN OWNED needs the privileges of both roles, which the master gets for as long as it takes: a master that stays a member of a login is
 * locked out when that login becomes a member of rds_iam. Up to Postgres 15, REVOKE would also end a membership that it had before.
 */
function moved({ major, roles, memberships }: Catalog, login: string, databases: readonly string[]): Change[] {
    const [database = ""] = databases;
    const name = ownerNameFor(login);
    const [old, owner] = [identifier(login), identifier(name)];
    const keeps = major < 16 && memberships.some(({ role }) => role === login);
    const create = roles.has(name) ? [] : [sql`CREATE ROLE ${owner} NOLOGIN`];
    return [
        ...[...create, sql`GRANT ${owner}, ${old} TO CURRENT_USER`, sql`GRANT ${owner} TO ${old}`].map((one) => ({
            sql: one,
            database,
        })),
        ...databases.map((place) => ({ sql: sql`REASSIGN OWNED BY ${old} TO ${owner}`, database: place })),
        ...[
            sql`ALTER ROLE ${old} SET role = ${owner}`,
            keeps ? sql`REVOKE ${owner} FROM CURRENT_USER` : sql`REVOKE ${owner}, ${old} FROM CURRENT_USER`,
        ].map((one) => ({ sql: one, database })),
    ];
}

/** A role that holds the same privileges on every table of a schema, but not on those to come. */
interface Gap {
    readonly database: string;
    readonly owner: string;
    readonly schema: string;
    readonly grantee: string;
    readonly privileges: readonly Privilege[];
}

/** `GRANT … ON ALL TABLES` is about today's tables only: https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html */
function gapsIn({ name: database, objects, defaults }: DatabaseCatalog): readonly Gap[] {
    const tables = objects.filter(({ kind }) => kind === "table");
    const groups = groupedBy(tables, ({ schema, owner }) => JSON.stringify([schema, owner]));
    return [...groups.values()].flatMap((group): Gap[] => {
        const [{ schema = "", owner } = { owner: "" }] = group;
        const promised = (grantee: string, privilege: Privilege) =>
            defaults.some(
                (one) =>
                    one.kind === "table" &&
                    one.owner === owner &&
                    (one.schema === undefined || one.schema === schema) &&
                    one.entries.some((entry) => entry.grantee === grantee && entry.privilege === privilege),
            );
        // One table alone may well be all that was meant.
        return group.length < 2
            ? []
            : [...groupedBy(heldOnAll(group), ({ grantee }) => grantee)].flatMap(([grantee, held]): Gap[] => {
                  const privileges = held.map(({ privilege }) => privilege).filter((one) => !promised(grantee, one));
                  return privileges.length === 0 ? [] : [{ database, owner, schema, grantee, privileges }];
              });
    });
}

function heldOnAll(tables: readonly ObjectFacts[]): readonly { grantee: string; privilege: Privilege }[] {
    const [first] = tables;
    return (first?.items ?? []).filter(
        ({ grantee, privilege }) =>
            grantee !== PUBLIC &&
            tables.every(
                ({ owner, items }) =>
                    grantee !== owner && items.some((one) => one.grantee === grantee && one.privilege === privilege),
            ),
    );
}

export const defaultPrivileges: Check = {
    id: "default-privileges",
    group: "database",
    what: "grants on all tables of a schema include future ones",
    why: "a service loses access with the next migration that creates a table",
    judge: ({ database }) =>
        judged([database.catalog], (catalog) => {
            const gaps = catalog.databases.flatMap(gapsIn);
            return gaps.length === 0
                ? fine("none is missing")
                : {
                      state: "change",
                      seen: gaps.map(
                          ({ database, owner, schema, grantee, privileges }) =>
                              `${grantee} holds ${privileges.join(", ")} on all tables of ${owner} in ${database}.${schema}, but not on future ones`,
                      ),
                      breaks: "nothing: only tables to come are concerned",
                      change: gaps.map(({ database, owner, schema, grantee, privileges }) => ({
                          sql: sql`${defaultsOf({ owner, schema })} GRANT ${privilegeList(privileges)} ON TABLES TO ${identifier(grantee)}`,
                          database,
                      })),
                  };
        }),
};

/** Extensions whose foreign servers sign in to a database by themselves, with a stored password. */
const SIGN_IN = ["postgres_fdw", "dblink_fdw"];

/** https://www.postgresql.org/docs/current/postgres-fdw.html (user mapping options) */
export const extensions: Check = {
    id: "extensions",
    group: "database",
    what: "no extension signs in to a database with a stored password",
    why: "when a target login becomes a member of rds_iam, its foreign tables fail: an extension sends no token",
    judge: ({ database }) =>
        judged([database.catalog], ({ databases }) => {
            const found = databases.flatMap(({ name, foreignServers }) =>
                foreignServers
                    .filter(({ wrapper }) => SIGN_IN.includes(wrapper))
                    .map((server) => ({ database: name, ...server })),
            );
            const installed = databases.map(({ name, extensions }) => `${name}: ${extensions.join(", ") || "none"}`);
            return found.length === 0
                ? fine(...installed)
                : {
                      state: "change",
                      seen: found.map(
                          ({ database, name, wrapper, users }) =>
                              `the server ${name} (${wrapper}) in ${database} has user mappings of ${users.join(", ") || "no role"}`,
                      ),
                      breaks: "queries of its foreign tables, once the target's login accepts only tokens",
                      change: [
                          {
                              config: "keep the target's login on a password, outside rds_iam, with no more rights than these foreign tables need",
                          },
                      ],
                  };
        }),
};
