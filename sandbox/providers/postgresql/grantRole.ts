import type { Attributes, Fields } from "./fields";
import type { ResourceType } from "./kind";
import { quoteIdentifier } from "./sql";
import type { Session } from "./server";

const fields: Fields = {
    role: { type: "text", required: true, forceNew: true },
    grantRole: { type: "text", required: true, forceNew: true },
    withAdminOption: { type: "flag", default: false, forceNew: true },
};

/** `postgresql:index/grantRole:GrantRole`. No locks, and at odds with `roles` of a Role, which takes it away again. */
export const grantRole: ResourceType = {
    fields,

    async create(server, attributes) {
        await server.transaction("", async (session) => {
            await revoke(session, attributes);
            const { granted, member } = names(attributes);
            const option = attributes.flag("withAdminOption") ? " WITH ADMIN OPTION" : "";
            await session.run(`GRANT ${granted} TO ${member}${option}`, [], "could not execute grant query");
        });
        attributes.id = idOf(attributes);
    },

    async read(server, attributes) {
        const [row] = await server.run<{ role: string; grant_role: string; admin_option: boolean }>(
            `SELECT pg_get_userbyid(member) AS role, pg_get_userbyid(roleid) AS grant_role, admin_option FROM pg_auth_members
            WHERE pg_get_userbyid(member) = $1 AND pg_get_userbyid(roleid) = $2`,
            [attributes.text("role"), attributes.text("grantRole")],
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
        // Nothing can be changed: every argument asks for a new one.
    },

    async delete(server, attributes) {
        await server.transaction("", (session) => revoke(session, attributes));
    },
};

async function revoke(session: Session, attributes: Attributes): Promise<void> {
    const { granted, member } = names(attributes);
    await session.run(`REVOKE ${granted} FROM ${member}`, [], "could not execute revoke query");
}

function names(attributes: Attributes): { granted: string; member: string } {
    return { granted: quoteIdentifier(attributes.text("grantRole")), member: quoteIdentifier(attributes.text("role")) };
}

function idOf(attributes: Attributes): string {
    return [attributes.text("role"), attributes.text("grantRole"), String(attributes.flag("withAdminOption"))].join("_");
}
