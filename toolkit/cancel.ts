const controller = new AbortController();

/** Aborted when this process must stop: a loop of statements checks it before each one. */
export const cancelled: AbortSignal = controller.signal;

/** Rejects when {@link cancelled} is aborted. */
const interrupted: Promise<never> = new Promise((_, reject) =>
    cancelled.addEventListener("abort", () => reject(new Error("interrupted"))),
);
interrupted.catch(() => undefined);

/** How long a running statement may take to finish before it is cancelled, in milliseconds. */
const STATEMENT_MS = 1_000;
/** How long its caller may then take to clean up before the session is closed. */
const SESSION_MS = 3_000;

/**
 * Waits for work that cannot be cancelled, such as connecting: gives up as soon as {@link cancelled} is aborted. Work that
 * begins later cleans up, and has a few seconds.
 */
export async function unlessInterrupted<T>(work: Promise<T>): Promise<T> {
    if (!cancelled.aborted) {
        return Promise.race([work, interrupted]);
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("interrupted")), SESSION_MS);
    });
    try {
        return await Promise.race([work, late]);
    } finally {
        clearTimeout(timer);
    }
}

/** A session whose statements can be cancelled from outside. */
export interface Cancellable {
    /** The process id of the session on its server. */
    readonly pid: number | undefined;
    cancel(): Promise<void>;
    end(): Promise<void>;
    onOver(listener: () => void): void;
}

const open = new Set<Cancellable>();

/**
 * Cancels this process's running statements, so that none waits forever for another session's lock, and then closes its
 * sessions, including those opened later.
 */
export function cancelStatements(): void {
    if (!cancelled.aborted) {
        controller.abort(new Error("interrupted"));
        open.forEach(endSoon);
    }
}

/** Registers a session with {@link cancelStatements}. */
export function cancellable(session: Cancellable): void {
    open.add(session);
    session.onOver(() => open.delete(session));
    if (cancelled.aborted) {
        endSoon(session);
    }
}

/** The process ids of this process' sessions on their servers. */
export function ownSessions(): number[] {
    return [...open].flatMap(({ pid }) => pid ?? []);
}

function endSoon(session: Cancellable): void {
    const timers = [
        setTimeout(() => void session.cancel().catch(() => undefined), STATEMENT_MS),
        setTimeout(() => void session.end(), SESSION_MS),
    ];
    timers.forEach((timer) => timer.unref());
    session.onOver(() => timers.forEach(clearTimeout));
}
