import type { Queryable } from "../../../toolkit/session";
import { identifier, parameter, sql } from "../../../toolkit/sql";
import { visible } from "../../../toolkit/visible";
import { MAY_GRANT, needsAdmin } from "../mayGrant";
import { withPrivilegesOf } from "../lentPrivileges";
import { refuse } from "./apply";

interface GroupRow {
    readonly login: boolean;
    readonly strong: boolean;
    /** The roles of Postgres and RDS that it belongs to, directly or not. */
    readonly system: readonly string[];
    readonly admin: boolean;
}

/** Why a role cannot be a profile's group. Nothing that a profile cannot show may come with it. */
export async function groupProblems(session: Queryable, group: string): Promise<string[]> {
    const { rows } = await session.query<GroupRow>(
        sql`SELECT r.rolcanlogin AS login, r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls OR r.rolreplication AS strong,
                ARRAY(SELECT s.rolname FROM pg_roles s WHERE s.rolname ~ '^(pg_|rds)' AND s.oid <> r.oid AND NOT r.rolsuper
                    AND pg_has_role(r.oid, s.oid, 'MEMBER') ORDER BY 1)::text[] AS system, ${MAY_GRANT} AS admin
            FROM pg_roles r WHERE r.rolname = ${parameter(group)}`,
    );
    const [row] = rows;
    const who = `the role ${visible(group)}, the group of a profile,`;
    if (row === undefined) {
        return [
            `${who} does not exist: write its name as pg_roles shows it, or leave group out for one of this stack's own`,
        ];
    }
    return [
        ...(row.login ? [`${who} is a login: name a role with NOLOGIN`] : []),
        ...(row.strong
            ? [
                  `${who} has SUPERUSER, CREATEROLE, CREATEDB, BYPASSRLS or REPLICATION, which no profile shows: take it first`,
              ]
            : []),
        ...(row.system.length > 0
            ? [`${who} is a member of ${row.system.join(", ")}, whose rights no profile shows: revoke that first`]
            : []),
        ...(row.admin ? [] : [needsAdmin("change the members of", group, "--keep-owner --config-file")]),
    ];
}

interface MemberRow {
    readonly member: string;
    readonly grantor: string;
}

async function membersOf(session: Queryable, group: string, names: readonly string[]): Promise<MemberRow[]> {
    const { rows } = await session.query<MemberRow>(
        sql`SELECT m.rolname AS member, pg_get_userbyid(a.grantor)::text AS grantor FROM pg_auth_members a
            JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
            WHERE g.rolname = ${parameter(group)} AND m.rolname = ANY (${parameter(names)}::text[]) ORDER BY 1, 2`,
    );
    return rows;
}

/** Members that a declaration names and the group does not have. */
export async function missingMembers(session: Queryable, group: string, names: readonly string[]): Promise<string[]> {
    const found = new Set((await membersOf(session, group, names)).map(({ member }) => member));
    return names
        .filter((name) => !found.has(name))
        .map((name) => `${visible(name)} is not a member of ${visible(group)}`);
}

/**
 * Takes and adds members, in one transaction. From Postgres 16, each grantor's grant of a membership is separate, and only who has the
 * grantor's rights takes it: https://www.postgresql.org/docs/16/sql-revoke.html
 *
 * @throws Error when one that is taken would stay a member; nothing has changed then
 */
export async function changeMembers(
    session: Queryable,
    group: string,
    { taken, given }: { readonly taken: readonly string[]; readonly given: readonly string[] },
): Promise<void> {
    if (taken.length + given.length === 0) {
        return;
    }
    await withPrivilegesOf(session, [], "COMMIT", async () => {
        for (const { member } of await membersOf(session, group, taken)) {
            await session.query(sql`REVOKE ${identifier(group)} FROM ${identifier(member)}`);
        }
        const left = (await membersOf(session, group, taken)).map(({ member, grantor }) => {
            const revoke = sql`REVOKE ${identifier(group)} FROM ${identifier(member)}`;
            return `${visible(member)} would stay a member of ${visible(group)}, as ${visible(grantor)} granted it, and only that role takes it; nothing has changed: run, as ${visible(grantor)}, ${revoke.text}; or let the provisioner do it from now on: keyless bootstrap --keep-owner --hand-over-members`;
        });
        refuse(left);
        for (const member of given) {
            await session.query(sql`GRANT ${identifier(group)} TO ${identifier(member)}`);
        }
    });
}
