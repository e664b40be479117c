import { PROVISIONER } from "../../toolkit/serverNames";
import { identifier, sql } from "../../toolkit/sql";
import { visible } from "../../toolkit/visible";

/**
 * Whether the session may grant the role `r`. Since Postgres 16, only ADMIN OPTION on a role permits granting it; before,
 * CREATEROLE does, except for superusers.
 * https://www.postgresql.org/docs/16/role-attributes.html, https://www.postgresql.org/docs/15/role-attributes.html
 */
export const MAY_GRANT = sql`(current_setting('server_version_num')::int < 160000 OR pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION'))`;

/**
 * What lets the provisioner make logins members of a role, without the role's rights.
 *
 * @param what it may not do with the role: `grant for`
 * @param option of `keyless bootstrap`, which does the same
 */
export function needsAdmin(what: string, role: string, option: string): string {
    const grant = sql`GRANT ${identifier(role)} TO ${identifier(PROVISIONER)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`;
    return `${PROVISIONER} may not ${what} the role ${visible(role)}; nothing has changed: run, as the master or another role that has ADMIN OPTION on it, ${grant.text}, as \`keyless bootstrap ${option}\` does`;
}
