import { keptProblems, keptStatements, type KeepOwner, type KeptState } from "./keepOwner";
import {
    missingSettings,
    provisionerSettings,
    readerSettings,
    setAllForRole,
    type RoleSettings,
} from "../toolkit/roleSettings";
import { BOOTSTRAP_ROLE, PROVISIONER, RDS_IAM } from "../toolkit/serverNames";
import { identifier, literal, sql, type Sql } from "../toolkit/sql";

export interface BootstrapOptions {
    /** The databases that the provisioner will own. They exist and belong to the master. */
    readonly databases: readonly string[];
    /**
     * Leaves the databases to their owners and takes no right from anybody: the provisioner is only granted what it needs.
     * @default - the provisioner becomes the databases' owner, and the databases that come with a server are closed to PUBLIC
     */
    readonly keepOwner?: KeepOwner | undefined;
    /**
     * Runs nothing.
     * @default false
     */
    readonly dryRun?: boolean;
    /**
     * The provisioner's name.
     * @default "keyless_provisioner"
     */
    readonly provisioner?: string;
    /**
     * The login for use when IAM fails.
     * @default - none is created
     */
    readonly breakGlass?: {
        readonly name: string;
        /** Called only if the login is missing. */
        readonly password: () => string | Promise<string>;
        /**
         * Fails if the password is not the one that an earlier bootstrap created. Called only if the login exists.
         * @default - trusts the login's creator
         */
        readonly confirm?: () => Promise<void>;
    };
}

/** The server's current state, as far as it affects the bootstrap. */
export interface ServerState {
    /** Undefined: no role has the provisioner's name. */
    readonly provisioner?: {
        /** The role's own settings, as in `pg_roles.rolconfig`. */
        readonly settings: readonly string[];
        readonly login: boolean;
        readonly createRole: boolean;
        readonly createDatabase: boolean;
        /** Whether it may add members to `rds_iam`. */
        readonly grantsRdsIam: boolean;
    };
    /** Whether the server has the setting that refuses views (restrict_nonsystem_relation_kind). */
    readonly restricts: boolean;
    /** Owners by database. */
    readonly owners: ReadonlyMap<string, string>;
    /** What others own and keep; undefined unless the databases keep their owners. */
    readonly kept?: KeptState;
    /** Undefined: no role has the break-glass login's name. */
    readonly breakGlass?: {
        readonly settings: readonly string[];
        readonly login: boolean;
        /**
         * Whether it may create roles, or is a member of `rds_iam`, directly or indirectly: either could lock it out.
         */
        readonly createRole: boolean;
        readonly usesIam: boolean;
    };
}

/** The statements that prepare a new server for the provisioner. */
export interface Plan {
    /** To run in one transaction, as the master. Empty: already done. */
    readonly statements: readonly Sql[];
    /** To run after them, separately. Undefined: already done. */
    readonly grantRdsIam?: Sql;
    /** Settings that existing roles lack. From Postgres 16 only each role itself can set them. */
    readonly settings: ReadonlyMap<string, RoleSettings>;
}

/**
 * The statements that still have to run.
 *
 * The master must not create the provisioner itself: from Postgres 16 a role's creator becomes a member of it, so the
 * master would become a member of `rds_iam` through the provisioner, and its password would be refused from then on.
 * Instead, an intermediate role creates it and is dropped at the end. The master then has no rights over the
 * provisioner, and can still log in.
 *
 * To transfer a database, its owner must be a member of the new owner (from Postgres 16 with the SET option, which
 * GRANT gives by default).
 *
 * @throws an error that lists all obstacles
 */
export function bootstrapPlan(state: ServerState, options: BootstrapOptions): Plan {
    const name = options.provisioner ?? PROVISIONER;
    const problems = problemsOf(state, options, name);
    if (problems.length > 0) {
        throw new Error(problems.join("\n"));
    }
    const provisioner = identifier(name);
    const made = [
        ...asMaker(),
        sql`CREATE ROLE ${provisioner} LOGIN CREATEROLE CREATEDB`,
        ...setAllForRole(name, provisionerSettings(state.restricts)),
        ...(state.kept === undefined ? transfers(options.databases, provisioner) : []),
        sql`RESET ROLE`,
        sql`DROP ROLE ${identifier(BOOTSTRAP_ROLE)}`,
    ];
    const grants = state.kept === undefined ? [] : keptStatements(state.kept, name, options.keepOwner?.share);
    return {
        statements: [...(state.provisioner === undefined ? made : []), ...grants],
        // On RDS 16 and later too, a member of rds_superuser may, and who is none must have the option to grant a role:
        // https://github.com/gravitational/teleport/pull/48897
        ...(state.provisioner?.grantsRdsIam === true
            ? {}
            : { grantRdsIam: sql`GRANT ${identifier(RDS_IAM)} TO ${provisioner} WITH ADMIN OPTION` }),
        settings: settingsToAdd(state, options, name),
    };
}

/** Makes the master a member of the provisioner for as long as it takes to give the databases away. */
function transfers(databases: readonly string[], provisioner: Sql): Sql[] {
    return [
        sql`GRANT ${provisioner} TO SESSION_USER`,
        sql`RESET ROLE`,
        ...databases.map((database) => sql`ALTER DATABASE ${identifier(database)} OWNER TO ${provisioner}`),
        sql`SET LOCAL ROLE ${identifier(BOOTSTRAP_ROLE)}`,
        sql`REVOKE ${provisioner} FROM SESSION_USER`,
    ];
}

/**
 * The statements that create the break-glass login; none if it exists. Its creator is dropped afterwards: it has no members
 * and no memberships, so it cannot become a member of `rds_iam`.
 *
 * @param verifier the form of its password that the server stores
 * @param restricts whether the server has the setting that refuses views
 */
export function breakGlassStatements(name: string, verifier: string, restricts: boolean): Sql[] {
    return [
        ...asMaker(),
        sql`CREATE ROLE ${identifier(name)} LOGIN NOCREATEROLE NOCREATEDB PASSWORD ${literal(verifier)}`,
        ...setAllForRole(name, readerSettings(restricts)),
        sql`RESET ROLE`,
        sql`DROP ROLE ${identifier(BOOTSTRAP_ROLE)}`,
    ];
}

function asMaker(): Sql[] {
    return [
        sql`CREATE ROLE ${identifier(BOOTSTRAP_ROLE)} CREATEROLE CREATEDB`,
        sql`GRANT ${identifier(BOOTSTRAP_ROLE)} TO CURRENT_USER`,
        sql`SET LOCAL ROLE ${identifier(BOOTSTRAP_ROLE)}`,
    ];
}

function settingsToAdd(
    { provisioner, breakGlass, restricts }: ServerState,
    options: BootstrapOptions,
    name: string,
): Plan["settings"] {
    const missing = new Map<string, RoleSettings>();
    if (provisioner !== undefined) {
        missing.set(name, missingSettings(provisionerSettings(restricts), provisioner.settings));
    }
    if (breakGlass !== undefined && options.breakGlass !== undefined) {
        missing.set(options.breakGlass.name, missingSettings(readerSettings(restricts), breakGlass.settings));
    }
    return new Map([...missing].filter(([, settings]) => settings.size > 0));
}

function problemsOf(
    { provisioner, owners, breakGlass, kept }: ServerState,
    options: BootstrapOptions,
    name: string,
): string[] {
    const problems = kept === undefined ? [] : keptProblems(kept, options.keepOwner ?? { roles: [] });
    for (const database of options.databases) {
        const owner = owners.get(database);
        if (owner === undefined) {
            problems.push(`the database "${database}" does not exist: create it as the master first`);
        } else if (provisioner !== undefined && owner !== name && kept === undefined) {
            problems.push(
                `database "${database}" belongs to "${owner}", not to "${name}": create further databases as "${name}", or leave this one to its owner (--keep-owner)`,
            );
        }
    }
    if (breakGlass !== undefined && options.breakGlass !== undefined) {
        const { login, createRole, usesIam } = breakGlass;
        const wrong = [
            ...(login ? [] : ["cannot log in"]),
            ...(createRole ? ["may create roles"] : []),
            ...(usesIam ? [`is a member of ${RDS_IAM}`] : []),
        ];
        if (wrong.length > 0) {
            problems.push(
                `role "${options.breakGlass.name}" exists and ${wrong.join(" and ")}: choose another name for the break-glass login`,
            );
        }
    }
    if (provisioner !== undefined) {
        const { login, createRole, createDatabase } = provisioner;
        const missing = Object.entries({ LOGIN: login, CREATEROLE: createRole, CREATEDB: createDatabase }).filter(
            ([, has]) => !has,
        );
        if (missing.length > 0) {
            const all = missing.map(([attribute]) => attribute).join(", ");
            problems.push(
                `role "${name}" exists without ${all}, so the bootstrap did not create it; choose another name for the provisioner`,
            );
        }
    }
    return problems;
}
