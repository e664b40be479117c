import { type Showable, type Shown, asShown, painted, separated, shown } from "../../toolkit/shown";
import type { Mark } from "../attempts/run";
import type { Right } from "./expectation";

/** Each right's letter in a cell. */
export const LETTERS: Readonly<Record<Right, string>> = {
    read: "r",
    insert: "i",
    update: "u",
    delete: "d",
    create: "c",
    drop: "x",
};
export const REFUSED = "·";
export const MISSING = "-";
export const NOT_TRIED = "?";

export type Paint = (text: Showable, style: keyof typeof STYLES) => Shown;

const STYLES = { allowed: 32, refused: 2, leak: 31, missing: 33, dim: 2 } as const;

export function painter(color: boolean): Paint {
    return (text, style) => (color ? painted(text, STYLES[style]) : asShown(text));
}

export interface Sign {
    readonly text: Showable;
    readonly style: keyof typeof STYLES;
}

/** How a cell shows the outcome of one attempt. */
export function signOf(letter: string, mark: Mark | undefined): Sign {
    switch (mark) {
        case "allowed":
            return { text: letter, style: mark };
        case "refused":
            return { text: REFUSED, style: mark };
        case "leak":
            return { text: letter.toUpperCase(), style: mark };
        case "missing":
            return { text: MISSING, style: mark };
        case "undecided":
        case undefined:
            return { text: NOT_TRIED, style: "missing" };
    }
}

/** Adjacent cells of one style are coloured together: a table of dots has thousands of them. */
export function paintAll(signs: readonly Sign[], paint: Paint): Shown {
    const runs: Sign[] = [];
    for (const { text, style } of signs) {
        const last = runs.at(-1);
        if (last?.style === style) {
            runs.splice(-1, 1, { text: shown`${last.text}${text}`, style });
        } else {
            runs.push({ text, style });
        }
    }
    return separated(
        runs.map(({ text, style }) => paint(text, style)),
        shown``,
    );
}
