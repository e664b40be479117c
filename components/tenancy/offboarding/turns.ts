import * as pulumi from "@pulumi/pulumi";

/** How long a removal holds up others. The engine calls no hook after it refused to delete a protected resource. */
const LONGEST_MS = 60_000;

/** Types that lock roles, of the provider's. */
const LOCKING = ["role:Role", "grant:Grant", "defaultPrivileges:DefaultPrivileges"].map(
    (type) => `postgresql:index/${type}`,
);

/** The hook of a removal that takes turns. */
export const TURN = "keyless-take-turn";

/** How often an operation is tried again after a deadlock. */
const RETRIES = 3;

/**
 * What keeps the provider's transactions from deadlocking (docs/development/provider-locks.md).
 *
 * The provider locks a role and then its members, in no particular order. Dependencies order what a run creates and
 * changes. They do not order what it removes: of the resources to delete, the engine looks only at direct dependencies
 * (https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/deploy/step_generator.go, ScheduleDeletes), so it deletes
 * two links of a chain at once if what is between them stays. What leaves the program is therefore removed in turns.
 *
 * A deadlock with another stack, or over the locks that Postgres itself takes, is retried: the server rolled back.
 */
export class Turns {
    private last: Promise<void> = Promise.resolve();
    private readonly ends = new Map<string, () => void>();
    private readonly before = new pulumi.ResourceHook(TURN, async (args) => {
        if (!(await this.isDeclared(args))) {
            await this.take(args.urn);
        }
    });
    private readonly after = new pulumi.ResourceHook("keyless-end-turn", ({ urn }) => this.end(urn));
    private readonly retry = new pulumi.ErrorHook("keyless-retry-deadlock", async (args) => this.failed(args));

    /**
     * @param isDeclared whether the program still has this resource: then `pulumi destroy` deletes it with all others, which
     * dependencies do order, as nothing between two of them stays; or its replacement exists already
     */
    constructor(private readonly isDeclared: (args: pulumi.ResourceHookArgs) => Promise<boolean>) {}

    /** A resource's hooks and these. Its own come first: one that fails must not hold a turn. */
    hooks(type: string, own: pulumi.ResourceHookBinding): pulumi.ResourceHookBinding {
        const onError = [...(own.onError ?? []), this.retry];
        return LOCKING.includes(type)
            ? {
                  ...own,
                  beforeDelete: [...(own.beforeDelete ?? []), this.before],
                  afterDelete: [...(own.afterDelete ?? []), this.after],
                  onError,
              }
            : { ...own, onError };
    }

    /** Waits until all removals that asked before have ended. */
    take(urn: string): Promise<void> {
        const turn = this.last;
        this.last = new Promise((ended) => {
            void turn.then(() => {
                const timer = setTimeout(ended, LONGEST_MS);
                timer.unref();
                this.ends.set(urn, () => {
                    clearTimeout(timer);
                    ended();
                });
            });
        });
        return turn;
    }

    /** Ends this removal's turn, if it has it. */
    end(urn: string): void {
        this.ends.get(urn)?.();
        this.ends.delete(urn);
    }

    /** Whether to try again. A removal keeps its turn meanwhile. */
    failed({
        urn,
        errors,
        failedOperation,
    }: Pick<pulumi.ErrorHookArgs, "urn" | "errors" | "failedOperation">): boolean {
        const [latest = ""] = errors;
        const again = latest.includes("deadlock detected") && errors.length <= RETRIES;
        if (!again && failedOperation === "delete") {
            this.end(urn);
        }
        return again;
    }
}
