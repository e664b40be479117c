import {
    missingSettings,
    provisionerSettings,
    readerSettings,
    setAllForRole,
    type RoleSettings,
} from "../toolkit/roleSettings";
import { identifier, literal, sql, type Sql } from "../toolkit/sql";

/** The login that creates everything in the database; it must use IAM authentication. */
export const PROVISIONER = "keyless_provisioner";

/** The role that hands its members over to IAM; RDS makes it. */
export const RDS_IAM = "rds_iam";

/** The role that makes the logins and is gone at the end. */
export const MAKER = "keyless_bootstrap";

export interface BootstrapOptions {
    /** The databases that the provisioner is to own. They exist and belong to the master. */
    readonly databases: readonly string[];
    /**
     * The provisioner's name.
     * @default "keyless_provisioner"
     */
    readonly provisioner?: string;
    /**
     * The login for the day when IAM fails.
     * @default - none is made
     */
    readonly breakGlass?: {
        readonly name: string;
        /** Asked for only if the login is missing. */
        readonly password: () => string | Promise<string>;
        /**
         * Fails where the password is not the one that an earlier bootstrap made. Asked for only if the login is there.
         * @default - trusts the login's creator
         */
        readonly confirm?: () => Promise<void>;
    };
}

/** What is there already, as far as the bootstrap cares. */
export interface ServerState {
    /** Undefined: no role has the provisioner's name. */
    readonly provisioner?: {
        /** Its own, as `pg_roles.rolconfig` has them. */
        readonly settings: readonly string[];
        readonly login: boolean;
        readonly createRole: boolean;
        readonly createDatabase: boolean;
        /** Whether it may make others members of `rds_iam`. */
        readonly grantsRdsIam: boolean;
    };
    /** Whether the server knows the setting that refuses views (restrict_nonsystem_relation_kind). */
    readonly restricts: boolean;
    /** Owners by database. */
    readonly owners: ReadonlyMap<string, string>;
    /** Undefined: no role has the break-glass login's name. */
    readonly breakGlass?: {
        readonly settings: readonly string[];
        readonly login: boolean;
        /** Whether it may create roles, or is a member of `rds_iam`, be it through others: both shut it out one day. */
        readonly createRole: boolean;
        readonly usesIam: boolean;
    };
}

/** What turns a fresh master's server into one that the provisioner can run. */
export interface Plan {
    /** To run in one transaction, as the master. Empty: done before. */
    readonly statements: readonly Sql[];
    /** To run after them, alone. Undefined: done before. */
    readonly grantRdsIam?: Sql;
    /** Settings that existing roles lack. From Postgres 16 only each role itself may set them. */
    readonly settings: ReadonlyMap<string, RoleSettings>;
}

/**
 * The statements that are missing.
 *
 * The master must not create the provisioner itself: from Postgres 16 a role's creator becomes a member of it, so the
 * master would become a member of `rds_iam` through the provisioner, and its password would be refused from then on. So
 * a role in between creates it and is dropped in the end. The master may then do nothing with the provisioner, and
 * keeps its way in.
 *
 * A database's owner transfers it while a member of the new owner (from Postgres 16 with the SET option, which GRANT
 * gives by default).
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
        sql`GRANT ${provisioner} TO SESSION_USER`,
        sql`RESET ROLE`,
        ...options.databases.map((database) => sql`ALTER DATABASE ${identifier(database)} OWNER TO ${provisioner}`),
        sql`SET LOCAL ROLE ${identifier(MAKER)}`,
        sql`REVOKE ${provisioner} FROM SESSION_USER`,
        sql`RESET ROLE`,
        sql`DROP ROLE ${identifier(MAKER)}`,
    ];
    return {
        statements: state.provisioner === undefined ? made : [],
        ...(state.provisioner?.grantsRdsIam === true
            ? {}
            : { grantRdsIam: sql`GRANT ${identifier(RDS_IAM)} TO ${provisioner} WITH ADMIN OPTION` }),
        settings: settingsToAdd(state, options, name),
    };
}

/**
 * The statements that create the break-glass login; none if it exists. Its creator is dropped afterwards: it has no members
 * and no memberships, so it cannot become a member of `rds_iam`.
 *
 * @param verifier what the server keeps of its password
 * @param restricts whether the server knows the setting that refuses views
 */
export function breakGlassStatements(name: string, verifier: string, restricts: boolean): Sql[] {
    return [
        ...asMaker(),
        sql`CREATE ROLE ${identifier(name)} LOGIN NOCREATEROLE NOCREATEDB PASSWORD ${literal(verifier)}`,
        ...setAllForRole(name, readerSettings(restricts)),
        sql`RESET ROLE`,
        sql`DROP ROLE ${identifier(MAKER)}`,
    ];
}

function asMaker(): Sql[] {
    return [
        sql`CREATE ROLE ${identifier(MAKER)} CREATEROLE CREATEDB`,
        sql`GRANT ${identifier(MAKER)} TO CURRENT_USER`,
        sql`SET LOCAL ROLE ${identifier(MAKER)}`,
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
    { provisioner, owners, breakGlass }: ServerState,
    options: BootstrapOptions,
    name: string,
): string[] {
    const problems: string[] = [];
    for (const database of options.databases) {
        const owner = owners.get(database);
        if (owner === undefined) {
            problems.push(`the database "${database}" does not exist: create it as the master first`);
        } else if (provisioner !== undefined && owner !== name) {
            problems.push(
                `database "${database}" belongs to "${owner}", not to "${name}": create further databases as "${name}"`,
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
