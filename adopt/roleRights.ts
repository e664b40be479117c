import { ATTRIBUTES, type Attribute, type MembershipFacts } from "../access/catalog/facts";
import { membershipPath } from "../access/catalog/membershipPath";
import type { Facts } from "../drift/index";
import { identifier, join, keyword, literal, sql } from "../toolkit/sql";
import type { Unexpressed } from "./facts";
import type { Stated } from "./stated";

/** Attributes that go beyond privileges. */
export const STRONG: readonly Attribute[] = ["superuser", "createRole", "createDatabase", "bypassRls", "replication"];

/** What roles are beyond their privileges; the master's attributes are those that RDS gives it. */
export function attributesLeft({ roles, memberships }: Facts): Unexpressed[] {
    return [...roles.values()].flatMap(({ name, attributes, validUntil }): Unexpressed[] => {
        const isMaster = membershipPath(memberships, name, "rds_superuser") !== undefined;
        const held = STRONG.filter((one) => attributes[one] && !isMaster).map((one) => ATTRIBUTES[one]);
        const of = identifier(name);
        return [
            ...(held.length === 0
                ? []
                : [
                      {
                          what: `${name} has ${held.join(", ")}`,
                          sql: sql`ALTER ROLE ${of} ${join(
                              held.map((one) => keyword(one, Object.values(ATTRIBUTES))),
                              sql` `,
                          )}`,
                          why: "no role that the config creates gets more than LOGIN",
                      },
                  ]),
            ...(attributes.inherit
                ? []
                : [
                      {
                          what: `${name} does not inherit the rights of the roles that it is a member of`,
                          sql: sql`ALTER ROLE ${of} NOINHERIT`,
                          why: "a tenant acts as the role, and may SET ROLE to what the role may",
                      },
                  ]),
            ...(validUntil === undefined
                ? []
                : [
                      {
                          what: `the password of ${name} ends at ${validUntil}`,
                          sql: sql`ALTER ROLE ${of} VALID UNTIL ${literal(validUntil)}`,
                          why: "the config knows no passwords",
                      },
                  ]),
        ];
    });
}

/** From Postgres 16 a role's creator is its member, by a grant of the server's first superuser. */
export function membershipsLeft({ roles, memberships, ownRoles, major }: Facts, stated: Stated): Unexpressed[] {
    return memberships
        .filter(({ member, role }) => roles.has(member) && role !== "rds_superuser")
        .filter(({ grantor }) => !ownRoles.has(grantor) || major < 16)
        .filter((one) => !stated.hasMembership(one))
        .map((one) => membershipOf(major, one));
}

/** Up to Postgres 15 only ADMIN belongs to the membership; INHERIT is the member's own. */
function membershipOf(major: number, one: MembershipFacts): Unexpressed {
    const { role, member, grantor, admin, inherit = true, set = true } = one;
    const options = [
        ...(admin ? ["ADMIN TRUE"] : []),
        ...(inherit || major < 16 ? [] : ["INHERIT FALSE"]),
        ...(set ? [] : ["SET FALSE"]),
    ];
    const given =
        options.length === 0
            ? sql``
            : major < 16
              ? sql` WITH ADMIN OPTION`
              : sql` WITH ${join(options.map((option) => keyword(option, options)))}`;
    return {
        what: `${member} is a member of ${role}${options.length === 0 ? "" : ` (${options.join(", ")})`}, granted by ${grantor}`,
        sql: sql`GRANT ${identifier(role)} TO ${identifier(member)}${given}`,
        why:
            options.length === 0
                ? "of a role that no profile takes over: a tenant acts as it, or it is more than a group"
                : "the config makes members with INHERIT and SET, and without ADMIN",
    };
}
