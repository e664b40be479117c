import type { RoleFacts } from "../../access/catalog/facts";
import { membershipPath } from "../../access/catalog/membershipPath";
import { BREAK_GLASS, RDS_IAM } from "../../toolkit/serverNames";
import { type Sql, identifier, sql } from "../../toolkit/sql";
import type { Catalog, Facts } from "../facts";
import { type Change, type Check, fine, judged, unchecked } from "../finding";

/** What makes a login need its password; undefined: nothing that can be read. */
function needOf({ name, attributes, validUntil }: RoleFacts, { aws, database }: Facts): string | undefined {
    if ("value" in aws.server && aws.server.value.masterUser === name) {
        return "the master";
    }
    if (name === BREAK_GLASS) {
        return "the break-glass login";
    }
    if ("value" in database.passwords && database.passwords.value.has(name)) {
        return "has a password";
    }
    if (validUntil !== undefined) {
        return `has a password until ${validUntil}`;
    }
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.FeatureSupport.IAMLogicalReplication.html
    return attributes.replication
        ? "replicates, which needs a password unless rds.iam_auth_for_replication is on"
        : undefined;
}

interface LockedOut {
    readonly seen: string;
    readonly change: readonly Change[];
}

/** Members that RDS refuses, or would refuse, with a password. */
function lockedOut(catalog: Catalog, facts: Facts): readonly LockedOut[] {
    const logins = [...catalog.roles.values()].filter(({ attributes }) => attributes.login);
    const [{ name: database } = { name: "postgres" }] = catalog.databases;
    return logins.flatMap((role): LockedOut[] => {
        const path = membershipPath(catalog.memberships, role.name, RDS_IAM);
        const need = needOf(role, facts);
        if (path !== undefined) {
            if (need === undefined) {
                return [];
            }
            return [
                {
                    seen: `${role.name} (${need}) is refused with a password: ${path.join(" → ")}`,
                    change: [{ sql: leave(catalog, path), database }],
                },
            ];
        }
        const created = logins.filter(
            ({ name }) =>
                name !== role.name &&
                membershipPath(catalog.memberships, role.name, name) !== undefined &&
                membershipPath(catalog.memberships, name, RDS_IAM) === undefined,
        );
        return created.length === 0
            ? []
            : [
                  {
                      seen: `${role.name} is a member of ${created.map(({ name }) => name).join(", ")}, and is refused with a password as soon as one of them becomes a member of rds_iam`,
                      change: [
                          {
                              config: `leave login out of these tenants' adopt, so that each gets a new login, or let ${role.name} sign in with IAM too`,
                          },
                      ],
                  },
              ];
    });
}

/** Ends a membership in rds_iam where it can be: one that Postgres 16 gave a role's creator has no grantor that could sign in. */
function leave({ roles, memberships }: Catalog, path: readonly string[]): Sql {
    const [login = "", next = RDS_IAM] = path;
    const grants = memberships.filter(({ role, member }) => role === next && member === login);
    const [role, member] = grants.every(({ grantor }) => roles.has(grantor))
        ? [next, login]
        : [RDS_IAM, path.at(-2) ?? login];
    return sql`REVOKE ${identifier(role)} FROM ${identifier(member)}`;
}

/** Members through other roles, of which it is not known whether they need a password; a direct member is meant to sign in with tokens. */
function unsure(catalog: Catalog, facts: Facts): readonly string[] {
    return [...catalog.roles.values()].flatMap((role) => {
        const path = role.attributes.login ? membershipPath(catalog.memberships, role.name, RDS_IAM) : undefined;
        const hidden = "unknown" in facts.database.passwords && needOf(role, facts) === undefined;
        return path !== undefined && path.length > 2 && hidden ? [path.join(" → ")] : [];
    });
}

/**
 * Membership counts indirectly too, whatever INHERIT and SET say, and from Postgres 16 a role's creator is its member:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
 * https://www.postgresql.org/docs/16/role-attributes.html (createrole)
 */
export const lockOut: Check = {
    id: "lock-out",
    group: "database",
    what: "no login that needs its password is in rds_iam",
    why: "RDS accepts only tokens from members of rds_iam, from indirect ones too",
    judge: (facts) =>
        judged([facts.database.catalog], (catalog) => {
            const found = lockedOut(catalog, facts);
            const { passwords } = facts.database;
            const indirect = unsure(catalog, facts);
            if (found.length === 0 && indirect.length > 0) {
                return unchecked(
                    `RDS refuses a password of ${indirect.join(", ")}; whether one is needed is not known`,
                );
            }
            return found.length === 0
                ? fine(
                      "unknown" in passwords
                          ? "none, as far as the catalogs show: who has a password is hidden"
                          : "none",
                  )
                : {
                      state: "change",
                      seen: found.map(({ seen }) => seen),
                      breaks: "a login that leaves rds_iam can no longer sign in with a token",
                      change: found.flatMap(({ change }) => change),
                  };
        }),
};

/** From this share of max_connections on, a new pool may be refused. */
const CLOSE = 0.8;

export const connections: Check = {
    id: "connections",
    group: "database",
    what: "room for more sessions",
    why: "Keyless' logins need sessions beside those of today's while both work",
    judge: ({ database }) =>
        judged([database.load], ({ open, most }) =>
            open < most * CLOSE
                ? fine(`${open} of ${most}`)
                : {
                      state: "change",
                      seen: [`${open} of ${most} connections are open`],
                      breaks: "nothing; max_connections needs a restart, and memory for each session",
                      change: [
                          {
                              config: "use a larger instance class, put a proxy in front (platform.database.proxy: true), or limit the pools (access.tenants[].limits.connections)",
                          },
                      ],
                  },
        ),
};

/**
 * AWS recommends fewer than 200 new IAM connections a second:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
 */
const LOGINS_PER_SECOND = 200;

export const loginRate: Check = {
    id: "login-rate",
    group: "database",
    what: `fewer than ${LOGINS_PER_SECOND} new sessions a second`,
    why: "RDS throttles IAM logins: the rest fail",
    judge: ({ database }) =>
        judged([database.loginRate], ({ perSecond, seconds }) => {
            const seen = `${perSecond.toFixed(1)} a second, counted for ${seconds} s`;
            return perSecond < LOGINS_PER_SECOND * CLOSE
                ? fine(seen)
                : {
                      state: "change",
                      seen: [seen],
                      breaks: "nothing",
                      change: [
                          {
                              config: "keep connections in a pool, or put a proxy in front (platform.database.proxy: true)",
                          },
                      ],
                  };
        }),
};
