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
    /** ARNs of the secrets with copies of the password, which are deleted after it; not there if none are. */
    readonly deletes?: readonly string[] | undefined;
}

/** What an entry says of its migration. */
export interface MigratingEntry extends NamedEntry {
    readonly migration?:
        | {
              readonly state?: MigrationState | undefined;
              readonly login?: string | undefined;
              readonly quietDays?: number | undefined;
              readonly evenIfUsed?: boolean | undefined;
              readonly secrets?: readonly PasswordSecret[] | undefined;
              readonly deleteSecrets?: boolean | undefined;
          }
        | undefined;
}

/** A secret with a copy of a password. */
export interface PasswordSecret {
    /** Its ARN in Secrets Manager. */
    readonly secretsManager: string;
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
    const deletes = deleteSecrets ? secrets.map(({ secretsManager }) => secretsManager) : [];
    return { state, login, quietDays, evenIfUsed, ...(deletes.length > 0 && { deletes }) };
}
