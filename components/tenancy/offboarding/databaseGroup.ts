import { parameter, sql } from "../../../toolkit/sql";
import type { ServerSessions } from "../server";

/**
 * Fails if a database's group exists. Only the stack that limits access to the database creates it, and two would undo
 * each other's grants.
 */
export async function refuseOthersGroup(server: ServerSessions, group: string): Promise<void> {
    const session = await server.session();
    const { rows } = await session.query(sql`SELECT FROM pg_roles WHERE rolname = ${parameter(group)}`);
    if (rows.length > 0) {
        throw new Error(
            `the role ${group} exists already, and this stack did not make it: another stack limits access to its database; ` +
                "name that stack in access.databaseStack to share the database, or drop the role if no stack has it",
        );
    }
}

/**
 * Fails if a database's group has members. This stack's own are removed before what the group depends on, so the others
 * were added by other stacks or manually, and would lose their connection.
 */
export async function refuseOthersMembers(server: ServerSessions, group: string, database: string): Promise<void> {
    const session = await server.session();
    const { rows } = await session.query<{ member: string }>(
        sql`SELECT member.rolname AS member
            FROM pg_auth_members JOIN pg_roles AS member ON member.oid = member
            WHERE roleid = (SELECT oid FROM pg_roles WHERE rolname = ${parameter(group)})
              AND member.rolname <> current_user
            ORDER BY 1`,
    );
    const members = rows.map(({ member }) => member);
    if (members.length > 0) {
        const [some, more] = [
            members.slice(0, 5).join(", "),
            members.length > 5 ? `, and ${members.length - 5} more` : "",
        ];
        throw new Error(
            `${group}, whose members may connect to the database ${database}, has members that are not this stack's: ${some}${more}; ` +
                `nothing of it has changed: remove them with the stacks that made them (access.databaseStack), or REVOKE ${group} FROM each, then run this again`,
        );
    }
}
