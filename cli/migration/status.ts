import { namesOf } from "../../components/tenancy/names";
import type { ConnectionLog } from "../../components/tenancy/migration/connectionLog";
import { undeletable, type PasswordSecrets } from "../../components/tenancy/migration/passwordSecrets";
import { usedBy } from "../../components/tenancy/migration/quiet";
import { migrationOf, type MigratingEntry, type MigrationState } from "../../components/tenancy/migration/state";
import { usageOf } from "../../components/tenancy/migration/usage";
import { existingRoleProblems } from "../../components/tenancy/migration/existingRoleProblems";
import type { Session } from "../../toolkit/session";
import { parameter, sql } from "../../toolkit/sql";
import { reportSecrets, type SecretReport } from "./secrets";

/** A server whose logins to look at. */
export interface Migrating {
    readonly client: Session;
    /** The logs of the server and its copies. */
    readonly logs: readonly ConnectionLog[];
    /** The platform's database. */
    readonly database: string;
    /** Names of pods by their addresses; empty where the cluster cannot be read. */
    readonly pods: ReadonlyMap<string, string>;
    /** The secrets with copies of passwords. */
    readonly secrets: PasswordSecrets;
}

/** An open session of the login with the password. */
export interface PasswordSession {
    readonly pid: number;
    readonly address: string | null;
    /** `NAMESPACE/NAME` of the pod with that address. */
    readonly pod: string | null;
    readonly application: string;
    readonly since: string | null;
}

/** Where a tenant stands, as `--json` prints it. */
export interface MigrationStatus {
    readonly tenant: string;
    /** As the config says. */
    readonly state: MigrationState;
    /** The login with the password. */
    readonly oldLogin: string;
    readonly newLogin: string;
    /** Whether the old login can log in. */
    readonly open: boolean;
    readonly sessions: readonly PasswordSession[];
    /** The latest use that the log shows within `quietDays`. */
    readonly lastUse: {
        readonly at: string;
        readonly address: string | null;
        readonly pod: string | null;
        readonly application: string;
    } | null;
    /** Since when every use would be known; null if nothing is. */
    readonly knownSince: string | null;
    /** Why the log does not reach back for `quietDays`; null if it does. */
    readonly unknown: string | null;
    /** How many sessions the new login has open. */
    readonly newSessions: number;
    /** The state to write next; null after the last. */
    readonly next: MigrationState | null;
    /** Why that would be refused now, or the run that finishes where that is still to come; empty if it would not. */
    readonly against: readonly string[];
    /** Why a run would refuse the state that the config has now; empty if it would not. */
    readonly refused: readonly string[];
    /** The secrets that `migration.secrets` names. */
    readonly secrets: readonly SecretReport[];
}

type Tenant = MigratingEntry & {
    readonly database?: string | undefined;
    readonly searchPath?: readonly string[] | undefined;
    readonly limits?:
        | { readonly statementSeconds?: number | undefined; readonly idleInTransactionSeconds?: number | undefined }
        | undefined;
    readonly settings?: readonly { readonly name: string; readonly value: string }[] | undefined;
};

const NEXT: Readonly<Record<MigrationState, MigrationState | null>> = {
    alongside: "switched",
    switched: "finished",
    finished: null,
};

/** @param breakGlass the login, if a profile lets it act as the tenant's owner */
export async function statusOf(
    { client, logs, database, pods, secrets }: Migrating,
    tenant: Tenant,
    breakGlass: string | undefined,
    now: number,
): Promise<MigrationStatus> {
    const migration = migrationOf(tenant);
    const { login, quietDays: days, state, evenIfUsed } = migration;
    const { login: newLogin, owner } = namesOf(tenant);
    const usage = await usageOf(client, logs, { login, days, now });
    const { rows } = await client.query<{ open: boolean }>(
        sql`SELECT rolcanlogin AS open FROM pg_roles WHERE rolname = ${parameter(login)}`,
    );
    const { rows: fresh } = await client.query<{ count: number }>(
        sql`SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = ${parameter(newLogin)}`,
    );
    const podOf = (address: string | null | undefined) => pods.get(address ?? "") ?? null;
    const { last } = usage;
    const stated = {
        searchPath: tenant.searchPath,
        statementSeconds: tenant.limits?.statementSeconds,
        idleInTransactionSeconds: tenant.limits?.idleInTransactionSeconds,
        settings: Object.fromEntries((tenant.settings ?? []).map(({ name, value }) => [name, value])),
    };
    const open = rows[0]?.open === true;
    const refusals = async (step: MigrationState): Promise<string[]> => {
        const acts = { existingRole: owner, database: tenant.database ?? database, stated, breakGlass };
        const problems = await existingRoleProblems(client, { ...acts, migration: { login, state: step } });
        const closes = step === "finished" && (open || state !== step);
        const used = closes && !evenIfUsed ? usedBy(usage, days, now) : [];
        const deletes = closes ? (migration.deletes ?? []) : [];
        return [...problems, ...used, ...(await undeletable(secrets, deletes))];
    };
    const refused = await refusals(state);
    const next = NEXT[state];
    const deleted = state === "finished" && !open && migration.deletes !== undefined;
    const reports = await reportSecrets(secrets, tenant.migration?.secrets ?? [], deleted);
    return {
        tenant: tenant.name,
        state,
        oldLogin: login,
        newLogin,
        open,
        sessions: usage.sessions.map(({ pid, address, application, since }) => {
            return { pid, address, pod: podOf(address), application, since: since?.toISOString() ?? null };
        }),
        lastUse:
            last === undefined
                ? null
                : {
                      at: new Date(last.at).toISOString(),
                      address: last.address ?? null,
                      pod: podOf(last.address),
                      application: last.application ?? "",
                  },
        knownSince: usage.knownSince === now ? null : new Date(usage.knownSince).toISOString(),
        unknown: usage.unknown ?? null,
        newSessions: fresh[0]?.count ?? 0,
        next,
        against: next === null ? refused : await refusals(next),
        refused,
        secrets: reports,
    };
}
