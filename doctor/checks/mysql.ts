import { PROVISIONER } from "../../toolkit/serverNames";
import { literal, type Sql, sql } from "../../toolkit/sql";
import type { Facts } from "../facts";
import { type Change, type Check, type Outcome, fine, judged } from "../finding";
import { unknown } from "../known";
import type { Account, MysqlFacts, MysqlGrant, RoleEdge } from "../mysqlFacts";

type Holder = Pick<Account, "user" | "host">;

const named = ({ user, host }: Holder): string => `'${user}'@'${host}'`;

/** Judges what is known of MySQL. */
function of<K extends keyof MysqlFacts>({ mysql }: Facts, key: K): MysqlFacts[K] {
    return mysql === undefined ? unknown("the server is not MySQL") : mysql[key];
}

/** A statement about an account, unless its name needs MySQL's escapes, which are not Postgres'. */
function about(holder: Holder, statement: (account: Sql) => Sql, words: string): Change {
    return /^[\w.%:$-]*$/.test(holder.user + holder.host)
        ? { sql: statement(sql`${literal(holder.user)}@${literal(holder.host)}`), database: "mysql" }
        : { config: `${words} ${named(holder)}, by hand: its name needs escapes` };
}

export const mysqlNames: Check = {
    id: "names",
    group: "database",
    what: "the stack's users and databases do not exist yet",
    why: "a run that creates one that exists fails",
    judge: (facts) =>
        judged([of(facts, "accounts"), of(facts, "databases"), facts.wanted], (accounts, databases, wanted) => {
            const users = new Set(accounts.map(({ user }) => user));
            const seen = [
                ...wanted.roles.filter((name) => users.has(name)).map((name) => `the user ${name} exists`),
                ...wanted.databases
                    .filter((name) => databases.includes(name))
                    .map((name) => `the database ${name} exists`),
            ];
            return seen.length === 0
                ? fine(`none of the ${wanted.roles.length + wanted.databases.length} exists`)
                : {
                      state: "change",
                      seen,
                      breaks: "nothing: another name leaves what exists as it is",
                      change: [{ config: "give these tenants other names (access.tenants[].name)" }],
                  };
        }),
};

const IAM_PLUGIN = "AWSAuthenticationPlugin";

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html (REQUIRE SSL) */
export const mysqlTls: Check = {
    id: "tls-required",
    group: "database",
    what: "accounts require TLS",
    why: "a client sends its token as plain text, and a password may be sent without TLS too",
    judge: (facts) =>
        judged([of(facts, "accounts")], (accounts) => {
            const { tls, server } = facts.aws;
            const forced = "value" in tls && tls.value.forced;
            const open = accounts.filter(
                ({ plugin, requiresTls, locked }) => !requiresTls && !locked && (!forced || plugin === IAM_PLUGIN),
            );
            const master = "value" in server ? server.value.masterUser : undefined;
            return open.length === 0
                ? fine(forced ? "the server requires it of all" : "all do")
                : {
                      state: "change",
                      seen: open.map(
                          (one) =>
                              `${named(one)} (${one.plugin === IAM_PLUGIN ? "tokens" : one.plugin}) may sign in without TLS`,
                      ),
                      breaks: plainSessions(facts, open),
                      change: open.map((one) =>
                          about(
                              one,
                              (account) => sql`ALTER USER ${account} REQUIRE SSL`,
                              one.user === master ? "require TLS of the master" : "require TLS of",
                          ),
                      ),
                  };
        }),
};

function plainSessions({ database: { sessions } }: Facts, accounts: readonly Account[]): string {
    if ("unknown" in sessions) {
        return `these accounts' clients without TLS; who they are is not known (${sessions.unknown})`;
    }
    const users = new Set(accounts.map(({ user }) => user));
    const plain = sessions.value.filter(({ tls, login }) => !tls && users.has(login));
    return plain.length === 0
        ? "no client that is connected now; these accounts' clients without TLS that connect later are refused"
        : `these clients are refused when they connect again: ${plain.map(({ login, address, count }) => `${count} of ${login} from ${address}`).join("; ")}`;
}

/** Plugins that check a password: https://dev.mysql.com/doc/refman/8.0/en/authentication-plugins.html */
const PASSWORD_PLUGINS = ["mysql_native_password", "caching_sha2_password", "sha256_password"];

/** An anonymous account also has its rights shared by others: https://dev.mysql.com/doc/refman/8.0/en/default-privileges.html */
export const mysqlOpenAccounts: Check = {
    id: "open-accounts",
    group: "database",
    what: "nobody signs in without a credential",
    why: "whoever reaches the port would be in",
    judge: (facts) =>
        judged([of(facts, "accounts"), of(facts, "roles")], (accounts, roles) => {
            // A role is an account without a password, which is locked; in MariaDB it has no plugin.
            const isRole = ({ user }: Account) => roles.some(({ role }) => role === user);
            const open = accounts.filter(
                (one) =>
                    !one.locked &&
                    !isRole(one) &&
                    (one.user === "" || (PASSWORD_PLUGINS.includes(one.plugin) && !one.hasPassword)),
            );
            return open.length === 0
                ? fine("nobody")
                : {
                      state: "change",
                      seen: open.map((one) => `${named(one)} ${one.user === "" ? "is anonymous" : "has no password"}`),
                      breaks: "what signs in as these accounts",
                      change: open.map((one) =>
                          about(one, (account) => sql`ALTER USER ${account} ACCOUNT LOCK`, "lock"),
                      ),
                  };
        }),
};

/** The accounts of administration, whose rights on everything are meant. */
function administers({ aws: { server } }: Facts, user: string): boolean {
    return user === PROVISIONER || ("value" in server && server.value.masterUser === user);
}

/** `_` and `%` in a grant match anything: https://dev.mysql.com/doc/refman/8.0/en/grant.html */
export const mysqlWideGrants: Check = {
    id: "wide-grants",
    group: "database",
    what: "no account has rights on databases to come",
    why: "a tenant's database is read by every account that may read all databases, or those that a pattern matches",
    judge: (facts) =>
        judged(
            [of(facts, "grants"), of(facts, "roles"), of(facts, "databases"), facts.wanted],
            (grants, roles, databases, wanted) =>
                wideOutcome(facts, grants, roles, [...databases, ...wanted.databases]),
        ),
};

function wideOutcome(
    facts: Facts,
    grants: readonly MysqlGrant[],
    roles: readonly RoleEdge[],
    databases: readonly string[],
): Outcome {
    const found = grants.flatMap((one) => {
        const others = one.pattern === undefined ? undefined : matched(one.pattern, databases);
        return administers(facts, one.user) || others?.length === 0 ? [] : [{ one, others }];
    });
    return found.length === 0
        ? fine("none")
        : {
              state: "change",
              seen: found.map(({ one, others }) => {
                  const members = roles.filter(({ role }) => role === one.user).map(named);
                  const through = members.length === 0 ? "" : `, a role of ${members.join(", ")},`;
                  const what =
                      others === undefined
                          ? "all databases"
                          : `${one.pattern ?? ""}, which also matches ${others.join(", ")}`;
                  return `${named(one)}${through} holds ${one.privileges.join(", ")} on ${what}`;
              }),
              breaks: "what these accounts read or write through that only: grant them each database that they use first",
              change: found.map(({ one }) =>
                  one.pattern === undefined
                      ? about(
                            one,
                            (account) => sql`REVOKE SELECT, INSERT, UPDATE, DELETE ON *.* FROM ${account}`,
                            "revoke SELECT, INSERT, UPDATE and DELETE on *.* from",
                        )
                      : {
                            config: `grant ${named(one)} the same with each _ and % escaped by \\, and revoke it on ${one.pattern}`,
                        },
              ),
          };
}

/** The databases beside the one that is meant. */
function matched(pattern: string, databases: readonly string[]): readonly string[] {
    const meant = pattern.replaceAll(/\\([_%])/g, "$1");
    const parts = pattern.match(/\\[_%]|[^]/gu) ?? [];
    const text = parts.map((one) =>
        one === "%" ? ".*" : one === "_" ? "." : one.replace(/^\\/, "").replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
    );
    const like = new RegExp(`^${text.join("")}$`, "su");
    return databases.filter((name) => name !== meant && like.test(name));
}

/** https://dev.mysql.com/doc/refman/8.0/en/stored-objects-security.html (orphan stored objects) */
export const mysqlDefiners: Check = {
    id: "definers",
    group: "database",
    what: "no routine, view, trigger or event runs as an account with a password",
    why: "it fails when that account is dropped, and until then runs with all of its rights",
    judge: (facts) =>
        judged([of(facts, "definers"), of(facts, "accounts")], (definers, accounts) => {
            const withPassword = new Set(
                accounts
                    .filter(({ plugin, locked }) => plugin !== IAM_PLUGIN && !locked)
                    .map(({ user, host }) => `${user}@${host}`),
            );
            const found = definers.filter(({ definer }) => withPassword.has(definer));
            return found.length === 0
                ? fine("none")
                : {
                      state: "change",
                      seen: found.map(
                          ({ definer, count, kind, database }) =>
                              `${definer} defines ${count} ${kind}${count === 1 ? "" : "s"} in ${database}`,
                      ),
                      breaks: "nothing while the account stays; dropping it breaks what it defines",
                      change: [
                          {
                              config: "when nobody signs in as the account any more, lock it (ALTER USER … ACCOUNT LOCK) instead of dropping it, or define these objects anew as a locked account with no more rights than they need",
                          },
                      ],
                  };
        }),
};

export const MYSQL_CHECKS: readonly Check[] = [mysqlNames, mysqlTls, mysqlOpenAccounts, mysqlWideGrants, mysqlDefiners];
