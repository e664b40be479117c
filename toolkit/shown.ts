import { visible, visibleJson } from "./visible";

let make: (text: string) => Shown;

/**
 * Text for people. Its layout (lines, columns, colours) comes from the program's source; all other text in it becomes
 * {@link visible}. Only the functions in this file create it, and only it is written to terminals.
 */
export class Shown {
    static {
        make = (text) => new Shown(text);
    }

    private constructor(private readonly text: string) {}

    toString(): string {
        return this.text;
    }
}

/** Text that is not {@link Shown} is treated as external: it becomes one line of visible characters. */
export type Showable = Shown | string | number;

/** The text as written in the source, with values from anywhere interpolated: shown`${login} is not a member of ${role}`. */
export function shown(strings: TemplateStringsArray, ...values: readonly Showable[]): Shown {
    if (!Array.isArray(strings.raw) || !Object.isFrozen(strings)) {
        throw new TypeError("shown must be called as a template tag: shown`…`");
    }
    return make(strings.map((part, index) => part + textOf(values[index] ?? "")).join(""));
}

export function asShown(text: Showable): Shown {
    return make(textOf(text));
}

/** Each on its own line. */
export function inLines(lines: readonly Showable[]): Shown {
    return make(lines.map(textOf).join("\n"));
}

/** Joined with commas or the given separator. */
export function separated(items: readonly Showable[], separator = shown`, `): Shown {
    return make(items.map(textOf).join(String(separator)));
}

/** Padded at the end to the column's width. */
export function padded(text: Showable, width: number): Shown {
    return make(textOf(text).padEnd(width));
}

/** Padded at the start to the column's width. */
export function alignedRight(text: Showable, width: number): Shown {
    return make(textOf(text).padStart(width));
}

/** Columns, two spaces apart. */
export function row(columns: readonly Showable[]): Shown {
    return make(columns.map(textOf).join("  ").trimEnd());
}

/** How many characters of a column a text occupies. */
export function widthOf(text: Showable): number {
    return textOf(text).length;
}

/** The first characters, and a mark if more follow. */
export function cut(text: Showable, most: number): Shown {
    const characters = [...textOf(text)];
    return make(characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : characters.join(""));
}

/** A document written for a file. Keeps its lines: it has made external text visible itself. */
export function documentText(document: string): Shown {
    return make(document.trimEnd().split("\n").map(shownLine).join("\n"));
}

/** Several lines of external text. A bar before every line but the first marks it as quoted. */
export function quoted(text: string): Shown {
    return make(text.trimEnd().split(/\r?\n/).map(shownLine).join("\n  | "));
}

/** In texts of several lines, columns are the text's own. */
function shownLine(line: string): string {
    return line.replaceAll("\t", "    ").replace(/[^ ]+/g, visible);
}

/** An error's message, which may have several lines. */
export function reason(error: unknown): Shown {
    return quoted(error instanceof Error ? error.message : String(error));
}

/** A value as JSON in one line, which identifies a text exactly. */
export function json(value: unknown): Shown {
    return make(visibleJson(value));
}

/** In a color or weight, by its number: https://en.wikipedia.org/wiki/ANSI_escape_code#SGR */
export function painted(text: Showable, style: number): Shown {
    return make(`\u001b[${style}m${textOf(text)}\u001b[0m`);
}

/** Back to the start of the line, which becomes empty. */
export const eraseLine = (): Shown => make("\r\u001b[K");

function textOf(text: Showable): string {
    return typeof text === "string" ? visible(text) : String(text);
}
