import { type Showable, type Shown, cut, eraseLine, separated, shown } from "./shown";
import { type Screen, standardError } from "./terminal";

/** One thing that takes a while. */
export interface Step {
    /** What it is at now, in a few words; replaces what was said before. */
    update(detail: string): void;
    /** Ends the step; a summary stays on the screen as a line of its own, without one the step leaves no trace. */
    done(summary?: string): void;
}

/** Between two signs of life where lines can't be updated (a CI log). */
const SIGN_OF_LIFE_MS = 30_000;
const REPAINT_MS = 1_000;

/**
 * Says on standard error what goes on. In a terminal the current step is one line that updates itself; elsewhere a
 * step is a line at its start and one every half minute. Standard output stays free for results.
 */
export class Progress {
    private current: { title: string; detail: string; since: number; timer: NodeJS.Timeout } | undefined;

    constructor(
        private readonly terminal: Screen = standardError,
        private readonly now: () => number = Date.now,
    ) {}

    /** A line that stays. */
    line(text: Showable): void {
        this.erase();
        this.terminal.write(shown`${text}\n`);
        this.paint();
    }

    /** Begins a step; the one before is over. */
    step(title: string): Step {
        this.end(this.current);
        const timer = setInterval(() => this.tick(), this.terminal.isTTY ? REPAINT_MS : SIGN_OF_LIFE_MS);
        timer.unref();
        const step = { title, detail: "", since: this.now(), timer };
        this.current = step;
        if (this.terminal.isTTY) {
            this.paint();
        } else {
            this.terminal.write(shown`${title} …\n`);
        }
        return {
            update: (detail) => {
                step.detail = detail;
                if (this.current === step) {
                    this.erase();
                    this.paint();
                }
            },
            done: (summary) => {
                this.end(step);
                if (summary !== undefined) {
                    this.line(`${summary} (${duration(this.now() - step.since)})`);
                }
            },
        };
    }

    private end(step: typeof this.current): void {
        clearInterval(step?.timer);
        if (step !== undefined && this.current === step) {
            this.erase();
            this.current = undefined;
        }
    }

    private tick(): void {
        if (this.terminal.isTTY) {
            this.erase();
            this.paint();
        } else {
            this.terminal.write(shown`${this.status()}\n`);
        }
    }

    private status(): Shown {
        const step = this.current;
        if (step === undefined) {
            return shown``;
        }
        const parts = [step.title, "…", duration(this.now() - step.since), step.detail];
        return separated(
            parts.filter((each) => each !== ""),
            shown` `,
        );
    }

    private paint(): void {
        if (this.terminal.isTTY) {
            this.terminal.write(cut(this.status(), (this.terminal.columns || 80) - 1));
        }
    }

    private erase(): void {
        if (this.terminal.isTTY) {
            this.terminal.write(eraseLine());
        }
    }
}

/** Milliseconds for people: `0.4 s`, `12 s`, `4 min 05 s`. */
export function duration(ms: number): string {
    if (ms < 9_950) {
        return `${(ms / 1000).toFixed(1)} s`;
    }
    const seconds = Math.round(ms / 1000);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}
