import type { Budget } from "./budget";
import { ANY, ONE } from "./pattern";

/** Patterns that belong together in a search. */
export interface ArnSet {
    /** `allow`: a text must be in at least one of these groups; `deny`: in none of them. */
    readonly role: "allow" | "deny";
    /** True if the group contains every text that none of its patterns matches. */
    readonly except: boolean;
    readonly patterns: readonly (readonly number[])[];
}

/** The cost of one position of one pattern, in steps of the budget (measured). */
const price = 8;

/** Terminates each pattern in the table of positions. */
const END = -9;

/**
 * The form of a database user's ARN: fixed characters, and fields of one or more characters up to the next fixed one
 * (any characters in the last field). {@link parseDbUser} parses the same form.
 */
const FIELD = -1;
const form: readonly number[] = ["arn:", ":rds-db:", ":", ":dbuser:", "/", ""].flatMap((text, index) => [
    ...(index === 0 ? [] : [FIELD]),
    ...[...text].map((character) => character.charCodeAt(0)),
]);

/** A state of the search: the progress in the form, the live positions of the patterns, and the path to it. */
interface State {
    /** Index in the form. */
    readonly at: number;
    /** Whether the field at that index already has a character. */
    readonly started: boolean;
    readonly live: readonly number[];
    readonly from: State | undefined;
    readonly by: number;
}

/**
 * Finds a shortest ARN of a database user that is in an `allow` group and in no `deny` group; undefined if there is
 * none. Exact: it explores all ARNs at once, character by character, and groups characters that no pattern
 * distinguishes.
 */
export class ArnSearch {
    /** All patterns concatenated, each with an {@link END}. */
    private readonly codes: number[] = [];
    /** The pattern of each position, and the group of each pattern. */
    private readonly patternAt: number[] = [];
    private readonly groupOf: number[] = [];

    constructor(
        private readonly groups: readonly ArnSet[],
        private readonly budget: Budget,
    ) {
        groups.forEach((group, index) => {
            for (const pattern of group.patterns) {
                budget.spend(pattern.length * price);
                for (const code of pattern) {
                    this.append(code);
                }
                this.append(END);
                this.groupOf.push(index);
            }
        });
    }

    private append(code: number): void {
        this.codes.push(code);
        this.patternAt.push(this.groupOf.length);
    }

    run(): string | undefined {
        const seen = new Set<string>();
        const queue: State[] = [{ at: 0, started: false, live: this.beginning(), from: undefined, by: 0 }];
        for (let head = 0; head < queue.length; head += 1) {
            const state = queue[head];
            if (state === undefined) {
                break;
            }
            for (const letter of this.letters(state)) {
                const next = this.step(state, letter);
                const fate = this.fate(next.live);
                if (fate === "lost") {
                    continue;
                }
                if (fate === "accepted" && next.at === form.length - 1 && next.started) {
                    return trace(next);
                }
                const key = `${next.at} ${next.started} ${next.live.join()}`;
                if (!seen.has(key)) {
                    seen.add(key);
                    queue.push(next);
                }
            }
        }
        return undefined;
    }

    private beginning(): number[] {
        const live: number[] = [];
        this.codes.forEach((code, position) => {
            if (position === 0 || this.codes[position - 1] === END) {
                live.push(position);
                if (code === ANY) {
                    live.push(position + 1);
                }
            }
        });
        return live;
    }

    /** The characters to try: each that a live pattern expects, the one that ends the field, and one for all others. */
    private letters(state: State): readonly number[] {
        const fixed = form[state.at];
        if (fixed !== undefined && fixed !== FIELD) {
            return [fixed];
        }
        const stop = form[state.at + 1];
        const letters = new Set<number>();
        for (const position of state.live) {
            const code = this.codes[position];
            if (code !== undefined && code >= 0) {
                letters.add(code);
            }
        }
        letters.add(other(letters, stop));
        if (stop !== undefined) {
            letters.delete(stop);
            if (state.started) {
                letters.add(stop);
            }
        }
        return [...letters];
    }

    private step(state: State, letter: number): State {
        const field = form[state.at] === FIELD;
        const stops = field && letter === form[state.at + 1];
        const at = !field ? state.at + 1 : stops ? state.at + 2 : state.at;
        return { at, started: field && !stops, live: this.advance(state.live, letter), from: state, by: letter };
    }

    /** The live positions after one character, in order. Those before a live `*` are redundant and omitted. */
    private advance(live: readonly number[], letter: number): number[] {
        this.budget.spend((live.length + this.groups.length + 40) * price);
        const next: number[] = [];
        let pattern = -1;
        let patternStart = 0;
        const add = (position: number): void => {
            const last = next.at(-1);
            if (last !== undefined && position <= last) {
                return;
            }
            if (this.patternAt[position] !== pattern) {
                pattern = this.patternAt[position] ?? -1;
                patternStart = next.length;
            }
            if (this.codes[position] === ANY) {
                next.length = patternStart;
                next.push(position, position + 1);
            } else {
                next.push(position);
            }
        };
        for (const position of live) {
            const code = this.codes[position];
            if (code === ANY) {
                add(position);
            } else if (code === ONE || code === letter) {
                add(position + 1);
            }
        }
        return next;
    }

    /** What a text that led here can still become; `accepted` if the set already contains it. */
    private fate(live: readonly number[]): "lost" | "accepted" | "open" {
        const alive = new Set<number>();
        const matched = new Set<number>();
        const sure = new Set<number>();
        for (const position of live) {
            const group = this.groupOf[this.patternAt[position] ?? -1] ?? -1;
            alive.add(group);
            if (this.codes[position] === END) {
                matched.add(group);
            } else if (this.codes[position] === ANY && this.codes[position + 1] === END) {
                sure.add(group);
            }
        }
        let allowed = false;
        let allowable = false;
        let denied = false;
        for (const [index, { role, except }] of this.groups.entries()) {
            const now = matched.has(index) !== except;
            if (role === "allow") {
                allowed ||= now;
                allowable ||= except ? !sure.has(index) : alive.has(index);
            } else {
                denied ||= now;
                if (except ? !alive.has(index) : sure.has(index)) {
                    return "lost";
                }
            }
        }
        return !allowable ? "lost" : allowed && !denied ? "accepted" : "open";
    }
}

/** False if the literal prefix of a pattern cannot start the ARN of a database user: a shortcut. */
export function canBegin(pattern: readonly number[]): boolean {
    let at = 0;
    let started = false;
    for (const code of pattern) {
        if (code < 0) {
            return true;
        }
        if (form[at] !== FIELD) {
            if (form[at] !== code) {
                return false;
            }
            at += 1;
            started = false;
        } else if (code !== form[at + 1]) {
            started = true;
        } else if (started) {
            at += 2;
            started = false;
        } else {
            return false;
        }
    }
    return at === form.length - 1 && started;
}

/** A character that represents all others: not one of the given, and not the end of the field. */
function other(letters: ReadonlySet<number>, stop: number | undefined): number {
    for (const usual of "x1yz0234567abcdefghijklmnopqrstuvw") {
        const code = usual.charCodeAt(0);
        if (!letters.has(code) && code !== stop) {
            return code;
        }
    }
    let code = 0x100;
    while (letters.has(code)) {
        code += 1;
    }
    return code;
}

function trace(state: State): string {
    const letters: number[] = [];
    for (let at: State | undefined = state; at?.from !== undefined; at = at.from) {
        letters.push(at.by);
    }
    return String.fromCharCode(...letters.reverse());
}
