import type { PasswordSecrets } from "../../components/tenancy/migration/passwordSecrets";
import type { PasswordSecret } from "../../components/tenancy/migration/state";
import { shown, type Shown } from "../../toolkit/shown";

/** A secret with a copy of a password, as `--json` prints it. */
export interface SecretReport extends PasswordSecret {
    readonly state: "there" | "scheduled" | "gone" | "unreadable";
    /** When it is deleted, if that is scheduled. */
    readonly deletion: string | null;
    /** Why it cannot be read, or why it would not be deleted. */
    readonly why: string | null;
}

/** Looks at each secret, without its value. */
export async function reportSecrets(
    secrets: PasswordSecrets,
    named: readonly PasswordSecret[],
): Promise<SecretReport[]> {
    const found: SecretReport[] = [];
    for (const { secretsManager } of named) {
        const status = await secrets.status(secretsManager);
        found.push({
            secretsManager,
            state: status.state,
            deletion: status.state === "scheduled" ? status.date.toISOString() : null,
            why: status.state === "unreadable" ? status.why : status.state === "there" ? (status.keep ?? null) : null,
        });
    }
    return found;
}

export function secretLine({ secretsManager, state, deletion, why }: SecretReport): Shown {
    const words = { there: "there", scheduled: "scheduled for deletion", gone: "gone", unreadable: "not readable" };
    const when = deletion === null ? shown`` : shown` on ${deletion.slice(0, 10)}`;
    const because = why === null ? shown`` : shown`: ${why}`;
    return shown`secret ${secretsManager}: ${words[state]}${when}${because}`;
}

/** Whether a copy may remain. */
export function isLeft({ state }: SecretReport): boolean {
    return state === "there" || state === "unreadable";
}
