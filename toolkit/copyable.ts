import { type Shown, shown } from "./shown";
import { escaped, visible } from "./visible";

/** A constant, a name, or a character between them. */
const TOKEN = /(?<!\w)(?<escape>[Ee]|)'(?<text>(?:[^']|'')*)'|"(?<name>(?:[^"]|"")*)"|\s+|./gsu;

/** Between names and constants, psql would interpret more than these: a backslash, a colon, a second semicolon. */
const SAFE = /^(?:[A-Za-z0-9_ .,()[\]=*+<>~!@#%^&|/?-]|E?'.*'|(?:U&)?".*")$/s;

/**
 * The statement, followed by a semicolon, for psql and other clients. It does what the original does, and all of it can be seen:
 * names and constants that hold other characters are written with Postgres' escapes, which mean the same in every session.
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export function copyable(statement: { toString(): string }): Shown {
    const parts = [...String(statement).matchAll(TOKEN)].map(({ 0: token, groups: { escape, text, name } = {} }) => {
        if (name !== undefined) {
            return nameOf(name.replaceAll('""', '"')) ?? token;
        }
        return text === undefined ? token.replace(/^\s+$/, " ") : (constantOf(valueOf(text, escape)) ?? token);
    });
    const loose = parts.find((part) => !SAFE.test(part));
    return loose === undefined
        ? shown`${parts.join("")};`
        : shown`-- not shown: ${loose} between its names is not safe to copy`;
}

/** Undefined: the name needs no escapes. */
function nameOf(name: string): string | undefined {
    const text = withEscapes(name, (code) => `\\${code > 0xffff ? `+${hex(code, 6)}` : hex(code, 4)}`);
    return visible(name) === name ? undefined : `U&"${text.replaceAll('"', '""')}"`;
}

function constantOf(value: string): string | undefined {
    const text = withEscapes(value, (code) => (code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`));
    return visible(value) === value ? undefined : `E'${text.replaceAll("'", "''")}'`;
}

function withEscapes(text: string, escape: (code: number) => string): string {
    return text
        .split("\\")
        .map((part) => escaped(part, escape))
        .join(escape("\\".charCodeAt(0)));
}

/** A constant's value; in ours, a backslash escapes only a backslash. */
function valueOf(text: string, escape: string | undefined): string {
    const value = text.replaceAll("''", "'");
    return escape === "" ? value : value.replaceAll("\\\\", "\\");
}

function hex(code: number, digits: number): string {
    return code.toString(16).toUpperCase().padStart(digits, "0");
}
