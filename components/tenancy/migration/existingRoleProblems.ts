import { namesSecret } from "../../../toolkit/secretSetting";
import { settingName, settingOf } from "../../../toolkit/roleSettings";
import { MAY_GRANT, needsAdmin } from "../mayGrant";
import type { Migration } from "./state";
import { PROVISIONER, RDS_IAM } from "../../../toolkit/serverNames";
import type { Queryable } from "../../../toolkit/session";
import { identifier, literal, parameter, sql } from "../../../toolkit/sql";
import { visible } from "../../../toolkit/visible";

/** What the config states of a login's sessions. */
export interface Stated {
    readonly searchPath?: readonly string[] | undefined;
    readonly statementSeconds?: number | undefined;
    readonly idleInTransactionSeconds?: number | undefined;
    /** Other settings, by name. */
    readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** A role that a login is to act as. */
export interface ExistingRole {
    readonly existingRole: string;
    /** The database that its sessions use. */
    readonly database: string;
    readonly stated: Stated;
    readonly migration: Pick<Migration, "login" | "state">;
    /** The break-glass login, if a profile lets it act as the role. */
    readonly breakGlass?: string | undefined;
}

interface RoleRow {
    readonly superuser: boolean;
    readonly master: boolean;
    readonly admin: boolean;
    /** Whether it is a member of `rds_iam`, directly or not. */
    readonly iam: boolean;
    readonly config: readonly string[];
}

/**
 * Why a new login cannot act as an existing role, or would work differently. A setting of the role counts only in
 * sessions that log in as it (https://www.postgresql.org/docs/current/sql-alterrole.html), so the login needs each of
 * them too; what the config states may differ from it, but nothing gets lost silently.
 */
export async function existingRoleProblems(
    session: Queryable,
    { existingRole: role, database, stated, migration: { login, state }, breakGlass }: ExistingRole,
): Promise<string[]> {
    const [acts, logsIn] = [await readRole(session, role, database), await readRole(session, login, database)];
    const unfit = login === role ? unfitRole(role, acts) : [...unfitRole(role, acts), ...unfitRole(login, logsIn)];
    if (unfit.length > 0) {
        return unfit;
    }
    const begins = login === role ? undefined : role;
    const { rows: versions } = await session.query<{ version: number }>(
        sql`SELECT current_setting('server_version_num')::int AS version`,
    );
    const version = versions[0]?.version ?? 0;
    return [
        ...ignoredRole(version),
        ...(await deniedSettings(session, Object.keys(stated.settings ?? {}), version)),
        ...new Set([
            ...missingAdmin(role, acts),
            ...lockedOut(role, acts, breakGlass),
            // Only closing a login takes a right on it.
            ...(state === "finished" ? missingAdmin(login, logsIn) : []),
            ...lostSettings(logsIn?.config ?? [], stated, begins).map(
                (what) => `the role ${visible(login)} has ${what}`,
            ),
        ]),
    ];
}

/**
 * Settings that only superusers set for another role, and whoever may SET the parameter (from Postgres 15): those that an
 * extension or a user defines and that the server does not know, and those that it knows as superusers'.
 * https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/misc/guc.c and
 * https://github.com/postgres/postgres/blob/REL_14_STABLE/src/backend/utils/misc/guc.c (validate_option_array_item)
 */
async function deniedSettings(session: Queryable, names: readonly string[], version: number): Promise<string[]> {
    if (names.length === 0) {
        return [];
    }
    const granted = version >= 150_000;
    const may = granted ? sql`has_parameter_privilege(s.name, 'SET')` : sql`false`;
    const { rows } = await session.query<{ name: string }>(
        sql`SELECT s.name FROM unnest(${parameter(names)}::text[]) s (name)
            WHERE NOT EXISTS (SELECT FROM pg_settings p WHERE lower(p.name) = lower(s.name) AND p.context = 'user')
                AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND NOT ${may}`,
    );
    return rows.map(({ name }) => {
        const grant = sql`GRANT SET ON PARAMETER ${settingName(name)} TO ${identifier(PROVISIONER)}`;
        const itself = `leave it out of settings, RESET it for the role, and let the service set it when it connects (options=-c ${visible(name)}=…)`;
        const fix = granted ? `run, as a superuser or a role that may grant it, ${grant.text}; or ${itself}` : itself;
        return `${PROVISIONER} may not set ${visible(name)} for a login; nothing has changed: ${fix}`;
    });
}

async function readRole(session: Queryable, role: string, database: string): Promise<RoleRow | undefined> {
    const { rows } = await session.query<RoleRow>(
        sql`SELECT r.rolsuper AS superuser, ${MAY_GRANT} AS admin,
                EXISTS (SELECT FROM pg_roles g WHERE g.rolname = 'rds_superuser' AND pg_has_role(r.oid, g.oid, 'MEMBER')) AS master,
                EXISTS (SELECT FROM pg_roles g WHERE g.rolname = ${literal(RDS_IAM)} AND pg_has_role(r.oid, g.oid, 'MEMBER')) AS iam,
                ARRAY(SELECT unnest(s.setconfig) FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase
                    WHERE s.setrole = r.oid AND (s.setdatabase = 0 OR d.datname = ${parameter(database)}) ORDER BY s.setdatabase)::text[] AS config
            FROM pg_roles r WHERE r.rolname = ${parameter(role)}`,
    );
    return rows[0];
}

function unfitRole(role: string, row: RoleRow | undefined): string[] {
    if (row === undefined) {
        return [`the role ${visible(role)}, which a tenant names, does not exist: write its name as pg_roles shows it`];
    }
    if (row.superuser || row.master) {
        const what = row.superuser ? "a superuser" : "a member of rds_superuser";
        return [
            `the role ${visible(role)} is ${what}, which a service must not act as: give its objects to another role (REASSIGN OWNED BY), and let the service log in as that one first`,
        ];
    }
    return [];
}

/**
 * The fix of CVE-2024-10978 made these releases ignore a setting `role` of a role, which the next ones restored:
 * https://www.postgresql.org/docs/release/17.2/, https://www.postgresql.org/docs/release/13.18/
 */
const IGNORE_ROLE = [130_017, 140_014, 150_009, 160_005, 170_001];

function ignoredRole(version: number): string[] {
    const [major, minor] = [Math.floor(version / 10_000), version % 10_000];
    return IGNORE_ROLE.includes(version)
        ? [
              `PostgreSQL ${major}.${minor} ignores the setting role of a login, so its objects would not belong to the role that it acts as: upgrade to ${major}.${minor + 1} or later first`,
          ]
        : [];
}

function missingAdmin(role: string, row: RoleRow | undefined): string[] {
    return row?.admin === false ? [needsAdmin("make a login a member of", role, "--adopt-role")] : [];
}

/**
 * RDS refuses the password of a direct or indirect member of `rds_iam`:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
 */
function lockedOut(role: string, row: RoleRow | undefined, breakGlass: string | undefined): string[] {
    return row?.iam === true && breakGlass !== undefined
        ? [
              `a profile lets ${visible(breakGlass)} act as the role ${visible(role)}, which is a member of ${RDS_IAM}, so that its password would be refused when IAM fails: take breakGlass out of the profile's holders, or REVOKE ${RDS_IAM} FROM ${identifier(role).text}`,
          ]
        : [];
}

/** Settings that the config does not state, with what to write. Those of the role in one database come last, and count. */
function lostSettings(config: readonly string[], stated: Stated, begins: string | undefined): string[] {
    const found = new Map(config.map(settingOf).map(({ name, value }) => [name, value]));
    return [...found].flatMap(([name, value]) => {
        const fix = name === "role" ? roleFix(unquoted(value), begins) : fixFor(name, value, stated);
        return fix === undefined
            ? []
            : [
                  namesSecret(name)
                      ? `the setting ${name}, whose value is a secret by its name, which sessions of the new login would lack: let the service read it from elsewhere and RESET it, or write it in settings, where everybody who reads the config has it`
                      : `the setting ${name} = ${visible(value)}, which sessions of the new login would lack: write ${fix}`,
              ];
    });
}

/** Sessions of the login with the password may begin as another role: then that one is what the tenant acts as. */
function roleFix(value: string, begins: string | undefined): string | undefined {
    return value === begins ? undefined : `actsAs: ${visible(value)}, and the login as migration.login`;
}

function unquoted(value: string): string {
    return value.replace(/^"(.*)"$/, "$1").replaceAll('""', '"');
}

function fixFor(name: string, value: string, stated: Stated): string | undefined {
    const { searchPath, statementSeconds, idleInTransactionSeconds, settings = {} } = stated;
    switch (name) {
        case "search_path":
            return searchPath === undefined ? `searchPath: [${visible(value)}]` : undefined;
        case "statement_timeout":
            return statementSeconds === undefined ? "limits.statementSeconds" : undefined;
        case "idle_in_transaction_session_timeout":
            return idleInTransactionSeconds === undefined ? "limits.idleInTransactionSeconds" : undefined;
        default:
            return name in settings
                ? undefined
                : `settings: [{ name: ${name}, value: ${JSON.stringify(visible(value))} }]`;
    }
}
