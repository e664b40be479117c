import { namesOf, type NamedEntry } from "../names";

/**
 * How far a service has moved from a password to its IAM login: both work, and the service may use either (alongside);
 * the service uses the new one, and the old one still works (switched); the old login can no longer log in and has no
 * password (finished).
 */
export const migrationStates = ["alongside", "switched", "finished"] as const;
export type MigrationState = (typeof migrationStates)[number];

/** A migration with all defaults filled in. */
export interface Migration {
    readonly state: MigrationState;
    /** The login with the password. */
    readonly login: string;
    /** For how many days nobody must have used it before it is closed. */
    readonly quietDays: number;
    /** Whether it is closed even if somebody uses it, or if that is not known. */
    readonly evenIfUsed: boolean;
    /** The secrets with copies of the password, which are deleted after it; not there if none are. */
    readonly deletes?: readonly string[] | undefined;
}

/** How a tenant of the model `existing` moves from a password to its login. */
export interface MigrationEntry {
    /** @default "alongside" */
    readonly state?: MigrationState | undefined;
    /**
     * The login with the password.
     * @default - the role that the tenant acts as
     */
    readonly login?: string | undefined;
    /**
     * The number of days for which nobody must have used it before it is closed.
     * @default 7
     */
    readonly quietDays?: number | undefined;
    /**
     * Whether it is closed even if somebody uses it, or if that is not known.
     * @default false
     */
    readonly evenIfUsed?: boolean | undefined;
    /**
     * The secrets with copies of the password.
     * @default - none
     */
    readonly secrets?: readonly PasswordSecret[] | undefined;
    /**
     * Whether they are deleted once the login is closed.
     * @default false
     */
    readonly deleteSecrets?: boolean | undefined;
}

/** What an entry says of its migration. */
export interface MigratingEntry extends NamedEntry {
    readonly migration?: MigrationEntry | undefined;
}

/** A secret with a copy of a password, in one of these places. */
export interface PasswordSecret {
    /** Its ARN in Secrets Manager. */
    readonly secretsManager?: string | undefined;
    /** `NAMESPACE/NAME` in the platform's cluster. */
    readonly kubernetes?: string | undefined;
}

/** What a secret is called: its ARN, or `NAMESPACE/NAME`. */
export function secretName({ secretsManager, kubernetes }: PasswordSecret): string {
    return secretsManager ?? kubernetes ?? "";
}

/** A tenant's migration, with all defaults filled in. */
export function migrationOf(entry: MigratingEntry): Migration {
    const {
        state = "alongside",
        login = namesOf(entry).owner,
        quietDays = 7,
        evenIfUsed = false,
        secrets = [],
        deleteSecrets = false,
    } = entry.migration ?? {};
    const deletes = deleteSecrets ? secrets.map(secretName) : [];
    return { state, login, quietDays, evenIfUsed, ...(deletes.length > 0 && { deletes }) };
}
