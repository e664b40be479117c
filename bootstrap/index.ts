import { RESTRICTS, setAllForRole } from "../toolkit/roleSettings";
import { PROVISIONER, RDS_IAM } from "../toolkit/serverNames";
import { inTransaction, type Queryable } from "../toolkit/session";
import { parameter, sql, type Sql } from "../toolkit/sql";
import { scramVerifier } from "./breakGlass";
import { closingOf, type MaintenanceDatabase } from "./closing";
import { handOverOf } from "./handOver";
import { readKept } from "./keepOwner";
import { bootstrapPlan, breakGlassStatements } from "./statements";
import type { BootstrapOptions, ServerState } from "./statements";

export { newPassword } from "./breakGlass";
export { PROXY_LOGIN } from "./closing";
export type { GroupMember } from "./handOver";
export type { KeepOwner } from "./keepOwner";
export { bootstrapPlan } from "./statements";
export type { BootstrapOptions, Plan, ServerState } from "./statements";

/** Sessions other than the master's. */
export interface OtherSessions {
    /**
     * Does some work in a session of this existing role. Called only if an earlier bootstrap created the role without
     * all of its settings, and for the provisioner if it takes memberships over.
     */
    readonly asItself: (role: string, work: (session: Queryable) => Promise<void>) => Promise<void>;
    /**
     * Makes the provisioner a member of `rds_iam` with the right to add other members. From Postgres 16 a stock server
     * allows that only to roles that are members themselves, and to superusers.
     * @default - uses the master's session, which RDS' engine allows to do it
     */
    readonly grantor?: Queryable;
}

/** The result of a bootstrap. */
export interface Bootstrapped {
    readonly statements: readonly Sql[];
    /** Databases that remain open to PUBLIC because the master does not own them. */
    readonly open: readonly MaintenanceDatabase[];
    /** What would close the databases that come with a server, and is left out where owners keep theirs. */
    readonly leftOut: readonly Sql[];
}

/**
 * Prepares a new RDS or Aurora server for the provisioner; does nothing if already prepared.
 *
 * @param master a session of the master user
 */
export async function bootstrap(
    master: Queryable,
    options: BootstrapOptions,
    { asItself, grantor = master }: OtherSessions,
): Promise<Bootstrapped> {
    await master.query(NO_SELF_GRANT);
    const state = await readState(master, options);
    const plan = bootstrapPlan(state, options);
    const { breakGlass, dryRun = false } = options;
    const run = dryRun ? () => Promise.resolve() : inTransaction;
    if (state.breakGlass !== undefined && !dryRun) {
        await breakGlass?.confirm?.();
    }
    const rescue =
        breakGlass === undefined || state.breakGlass !== undefined
            ? []
            : breakGlassStatements(
                  breakGlass.name,
                  dryRun ? GENERATED : scramVerifier(await breakGlass.password()),
                  state.restricts,
              );
    for (const statements of [plan.statements, rescue]) {
        if (statements.length > 0) {
            await run(master, statements);
        }
    }
    if (plan.grantRdsIam !== undefined && !dryRun) {
        await grantor.query(plan.grantRdsIam);
    }
    const added: Sql[] = [];
    for (const [role, settings] of plan.settings) {
        const statements = setAllForRole(role, settings);
        if (!dryRun) {
            await asItself(role, (session) => inTransaction(session, statements));
        }
        added.push(...statements);
    }
    const { asProvisioner, asMaster } = handOverOf(state.kept?.handOver ?? []);
    if (asProvisioner.length > 0 && !dryRun) {
        await asItself(options.provisioner ?? PROVISIONER, (session) => inTransaction(session, asProvisioner));
        await inTransaction(master, asMaster);
    }
    added.push(...asProvisioner, ...asMaster);
    const admitted = { provisioner: options.provisioner ?? PROVISIONER, breakGlass: breakGlass?.name };
    const { statements: closing, leftOut, open } = await closingOf(master, admitted, state.kept !== undefined);
    await run(master, closing);
    const granted = plan.grantRdsIam === undefined ? [] : [plan.grantRdsIam];
    return { statements: [...plan.statements, ...rescue, ...granted, ...added, ...closing], open, leftOut };
}

/**
 * In the master's session: roles that it makes for a moment are granted as the statements say, not as its own setting
 * (https://www.postgresql.org/docs/16/runtime-config-client.html, createrole_self_grant), which Postgres 15 does not know.
 */
const NO_SELF_GRANT = sql`SELECT set_config(name, '', false) FROM pg_settings WHERE name = 'createrole_self_grant'`;

/** Stands for the verifier of a password that a dry run does not make. */
const GENERATED = "(the verifier of a generated password)";

async function readState(
    session: Queryable,
    { databases, provisioner = PROVISIONER, breakGlass, keepOwner }: BootstrapOptions,
): Promise<ServerState> {
    const roles = await session.query<Record<string, unknown>>(sql`
        SELECT r.rolconfig, r.rolcanlogin, r.rolcreaterole, r.rolcreatedb, EXISTS (
            SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.admin_option AND m.roleid = ${oidOf(RDS_IAM)}
        ) AS grants_rds_iam
        FROM pg_roles r WHERE r.rolname = ${parameter(provisioner)}`);
    const owners = await session.query<{ datname: string; rolname: string }>(sql`
        SELECT d.datname, r.rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = ANY (${parameter(databases)})`);
    const rescuers = await session.query<Record<string, unknown>>(sql`
        SELECT rolconfig, rolcanlogin, rolcreaterole, pg_has_role(oid, ${oidOf(RDS_IAM)}, 'MEMBER') AS uses_iam
        FROM pg_roles WHERE rolname = ${parameter(breakGlass?.name ?? "")}`);
    const server = await session.query<{ restricts: boolean }>(sql`SELECT ${RESTRICTS}`);
    const role = roles.rows[0];
    const rescuer = rescuers.rows[0];
    return {
        ...(rescuer === undefined
            ? {}
            : {
                  breakGlass: {
                      settings: configOf(rescuer),
                      login: rescuer["rolcanlogin"] === true,
                      createRole: rescuer["rolcreaterole"] === true,
                      usesIam: rescuer["uses_iam"] === true,
                  },
              }),
        ...(role === undefined
            ? {}
            : {
                  provisioner: {
                      settings: configOf(role),
                      login: role["rolcanlogin"] === true,
                      createRole: role["rolcreaterole"] === true,
                      createDatabase: role["rolcreatedb"] === true,
                      grantsRdsIam: role["grants_rds_iam"] === true,
                  },
              }),
        ...(keepOwner === undefined ? {} : { kept: await readKept(session, provisioner, databases, keepOwner) }),
        restricts: server.rows[0]?.restricts === true,
        owners: new Map(owners.rows.map(({ datname, rolname }) => [datname, rolname])),
    };
}

function configOf(row: Record<string, unknown>): string[] {
    return (row["rolconfig"] ?? []) as string[];
}

function oidOf(role: string): Sql {
    return sql`(SELECT oid FROM pg_roles WHERE rolname = ${parameter(role)})`;
}
