import type { PasswordSecrets, SecretStatus } from "../../components/tenancy/migration/passwordSecrets";

/** Secrets in memory, with a record of what was asked of them. */
export class MemorySecrets implements PasswordSecrets {
    readonly asked: string[] = [];
    /** Runs before a deletion. */
    before: () => Promise<void> = async () => undefined;

    constructor(readonly all: Record<string, SecretStatus> = {}) {}

    async status(arn: string): Promise<SecretStatus> {
        this.asked.push(`status ${arn}`);
        return this.all[arn] ?? { state: "gone" };
    }

    async remove(arn: string, uid?: string): Promise<void> {
        await this.before();
        this.asked.push(`delete ${arn}${uid === undefined ? "" : ` ${uid}`}`);
        this.all[arn] = { state: "scheduled", date: new Date("2026-02-01T00:00:00Z") };
    }
}
