import { PROVISIONER } from "../../toolkit/serverNames";
import { identifier, sql } from "../../toolkit/sql";

/**
 * Whether the session may grant the role `r`. Since Postgres 16, only ADMIN OPTION on a role permits granting it; before,
 * CREATEROLE does, except for superusers.
 * https://www.postgresql.org/docs/16/role-attributes.html, https://www.postgresql.org/docs/15/role-attributes.html
 */
export const MAY_GRANT = sql`(current_setting('server_version_num')::int < 160000 OR pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION'))`;

/** The statement that lets the provisioner make logins members of a role without its rights. */
export function grantAdmin(role: string): string {
    const grant = sql`GRANT ${identifier(role)} TO ${identifier(PROVISIONER)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`;
    return grant.text;
}
