import { parameter, sql, type Sql } from "../../../toolkit/sql";
import type { Attributes, Fields } from "./fields";
import type { ResourceType } from "./kind";
import { named } from "./sql";
import type { StatementRunner } from "./server";

const fields: Fields = {
    role: { type: "text", required: true, forceNew: true },
    grantRole: { type: "text", required: true, forceNew: true },
    withAdminOption: { type: "flag", default: false, forceNew: true },
};

/** `postgresql:index/grantRole:GrantRole`. Not locked, and conflicts with `roles` of a Role, which revokes it. */
export const grantRole: ResourceType = {
    fields,
    idOf,

    async create(server, attributes) {
        await server.transaction("", async (session) => {
            await revoke(session, attributes);
            const { granted, member } = names(attributes);
            const option = attributes.flag("withAdminOption") ? sql` WITH ADMIN OPTION` : sql``;
            await session.run(sql`GRANT ${granted} TO ${member}${option}`, "could not execute grant query");
        });
        attributes.id = idOf(attributes);
    },

    async read(server, attributes) {
        const [row] = await server.run<{ role: string; grant_role: string; admin_option: boolean }>(
            sql`SELECT pg_get_userbyid(member) AS role, pg_get_userbyid(roleid) AS grant_role, admin_option FROM pg_auth_members
            WHERE pg_get_userbyid(member) = ${parameter(attributes.text("role"))} AND pg_get_userbyid(roleid) = ${parameter(attributes.text("grantRole"))}`,
            "error reading grant role",
        );
        if (row === undefined) {
            return false;
        }
        attributes.put("role", row.role);
        attributes.put("grantRole", row.grant_role);
        attributes.put("withAdminOption", row.admin_option);
        attributes.id = idOf(attributes);
        return true;
    },

    async update() {
        // Nothing can be updated: every argument requires a new resource.
    },

    async delete(server, attributes) {
        await server.transaction("", (session) => revoke(session, attributes));
    },
};

async function revoke(session: StatementRunner, attributes: Attributes): Promise<void> {
    const { granted, member } = names(attributes);
    await session.run(sql`REVOKE ${granted} FROM ${member}`, "could not execute revoke query");
}

function names(attributes: Attributes): { granted: Sql; member: Sql } {
    return { granted: named(attributes.text("grantRole")), member: named(attributes.text("role")) };
}

function idOf(attributes: Attributes): string {
    return [attributes.text("role"), attributes.text("grantRole"), String(attributes.flag("withAdminOption"))].join(
        "_",
    );
}
