import type { PasswordSecrets } from "../../components/tenancy/migration/passwordSecrets";
import { secretName, type PasswordSecret } from "../../components/tenancy/migration/state";
import { type Showable, shown, type Shown } from "../../toolkit/shown";

/** A secret with a copy of a password, as `--json` prints it. */
export interface SecretReport extends PasswordSecret {
    readonly state: "there" | "scheduled" | "gone" | "unreadable";
    /** When it is deleted, if that is scheduled. */
    readonly deletion: string | null;
    /** Why it cannot be read, or why it would not be deleted. */
    readonly why: string | null;
    /** What in its namespace refers to it, `Deployment shop/api`; empty outside the cluster. */
    readonly usedBy: readonly string[];
    /** When it was created, if that is known. */
    readonly created: string | null;
    /** Whether it is there although the migration has deleted it: something has created it again. */
    readonly cameBack: boolean;
}

/**
 * Looks at each secret, without its value.
 *
 * @param deleted whether the run that ended the migration has deleted them
 */
export async function reportSecrets(
    secrets: PasswordSecrets,
    named: readonly PasswordSecret[],
    deleted: boolean,
): Promise<SecretReport[]> {
    const found: SecretReport[] = [];
    for (const secret of named) {
        const status = await secrets.status(secretName(secret));
        const there = status.state === "there" ? status : undefined;
        found.push({
            ...secret,
            state: status.state,
            deletion: status.state === "scheduled" ? status.date.toISOString() : null,
            why: status.state === "unreadable" ? status.why : (there?.keep ?? null),
            usedBy: there?.usedBy ?? [],
            created: there?.created?.toISOString() ?? null,
            cameBack: deleted && there !== undefined,
        });
    }
    return found;
}

export function secretLine({ state, deletion, why, usedBy, created, cameBack, ...secret }: SecretReport): Shown {
    const words = { there: "there", scheduled: "scheduled for deletion", gone: "gone", unreadable: "not readable" };
    const since = created === null ? "" : `, created ${created.slice(0, 19).replace("T", " ")} UTC`;
    const details: Showable[] = [
        ...(deletion === null ? [] : [shown` on ${deletion.slice(0, 10)}`]),
        ...(cameBack ? [shown` again, although this migration deletes it${since}: pulumi up does so once only`] : []),
        ...(usedBy.length === 0 ? [] : [shown`, used by ${usedBy.join(", ")}`]),
        ...(why === null ? [] : [shown`: ${why}`]),
    ];
    const place = secret.kubernetes === undefined ? "secret" : "Kubernetes Secret";
    return details.reduce<Shown>(
        (line, part) => shown`${line}${part}`,
        shown`${place} ${secretName(secret)}: ${words[state]}`,
    );
}

/** Whether a copy may remain. */
export function isLeft({ state }: SecretReport): boolean {
    return state === "there" || state === "unreadable";
}
