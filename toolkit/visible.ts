/**
 * Characters that a terminal interprets, that change the order of their neighbors, or that are invisible: all that Unicode calls
 * "other" (control and format characters, halves of pairs, private and unassigned ones), separators other than the space, what a
 * font may leave out (Default_Ignorable_Code_Point: joiners, fillers, variation selectors, tags), and two blank symbols.
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point, https://www.unicode.org/reports/tr36/
 */
const HIDDEN = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]|(?! )\p{Zs}`;

/**
 * A mark without a base letter, which would change the character before the name, and more than three on one letter; spaces
 * at either end or in a row, which look like columns; a backslash that would make a name look like one of our escapes.
 */
const MISLEADING = String.raw`(?<![\p{L}\p{N}\p{M}])\p{M}|(?<=\p{M}{3})\p{M}|^ | $|(?<= ) |\\(?=u\{)`;

const hidden = new RegExp(HIDDEN, "gu");
const unclear = new RegExp(`${HIDDEN}|${MISLEADING}`, "gu");

/**
 * The text in one line, with an escape (`\u{202e}`) for every character that cannot be seen or that changes how others are seen.
 * Different texts stay different. Letters stay as they are, including those that look like others.
 */
export function visible(text: string): string {
    return escaped(text, (code) => `\\u{${code.toString(16)}}`);
}

/** The text with the same characters escaped in another way. */
export function escaped(text: string, escape: (code: number) => string): string {
    return text.replace(unclear, (character) => escape(character.codePointAt(0) ?? 0));
}

/** Whether {@link visible} escapes a character other than spaces, marks and backslashes. */
export function hidesCharacters(text: string): boolean {
    return text.search(hidden) >= 0;
}

/** The exact value as one line of JSON, with JSON's own escapes for invisible characters. */
export function visibleJson(value: unknown): string {
    return JSON.stringify(value).replace(hidden, (character) => character.split("").map(unit).join(""));
}

/** @param half one code unit */
function unit(half: string): string {
    return `\\u${half.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The same data with every string visible, for pages and pictures. */
export function withVisibleTexts<T>(data: T): T {
    return mapped(data) as T;
}

function mapped(value: unknown): unknown {
    if (typeof value === "string") {
        return visible(value);
    }
    if (Array.isArray(value)) {
        return value.map(mapped);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each)]));
}
