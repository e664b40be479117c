/**
 * The only place where text becomes SQL. A statement is a template, sql`…`, whose own text is our code; every `${}` in it must
 * itself be SQL: an {@link identifier}, a {@link literal}, a {@link keyword}, a {@link parameter}, or
 * another template. A string is not, so no external value can enter a statement unquoted.
 */

/** Identifiers longer than this are truncated without an error, so that two names can become one (NAMEDATALEN is 64). */
const IDENTIFIER_BYTES = 63;

/** A value that travels beside the statement, as `$1`. */
class Parameter {
    constructor(readonly value: unknown) {}
}

let make: (pieces: readonly (string | Parameter)[]) => Sql;
let piecesOf: (part: Sql) => readonly (string | Parameter)[];

/**
 * A statement or a part of one. Only the functions of this module create one. It is also a `pg` query.
 *
 * A private field makes the class nominal for the compiler and for {@link needSql}: nothing else is accepted, whatever its
 * type claims.
 */
export class Sql {
    /** The statement, with `$1`, `$2`, … for its parameters. */
    readonly text: string;
    /** The values of its parameters. */
    readonly values: unknown[];
    /** The protocol in which a message holds exactly one statement, also without parameters. */
    readonly queryMode = "extended";
    readonly #pieces: readonly (string | Parameter)[];

    private constructor(pieces: readonly (string | Parameter)[]) {
        const parameters = pieces.filter((piece) => typeof piece !== "string");
        let number = 0;
        this.#pieces = pieces;
        this.text = pieces.map((piece) => (typeof piece === "string" ? piece : `$${(number += 1)}`)).join("");
        this.values = parameters.map(({ value }) => value);
        Object.freeze(this);
    }

    static {
        make = (pieces) => new Sql(pieces);
        piecesOf = (part) => {
            const given: unknown = part;
            if (typeof given !== "object" || given === null || !(#pieces in given)) {
                throw new TypeError(`not SQL but ${typeof given}: use sql, identifier, literal, keyword or parameter`);
            }
            return given.#pieces;
        };
    }

    toString(): string {
        return this.text;
    }

    toJSON(): string {
        return this.text;
    }
}

/** @throws TypeError for values that this module did not create */
export function needSql(statement: Sql): void {
    piecesOf(statement);
}

/**
 * Composes SQL: sql`ALTER ROLE ${identifier(name)} NOLOGIN`.
 *
 * @throws TypeError for a part that is not SQL, or that is inside quotes or a comment, where its own quoting fails
 */
export function sql(text: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
    if (!Array.isArray(text.raw) || !Object.isFrozen(text)) {
        throw new TypeError("sql must be called as a template tag: sql`…`");
    }
    const own: readonly string[] = text;
    if (!closed.has(text)) {
        own.forEach((_, index) => needClosed(own.slice(0, index + 1).join(" ")));
        closed.add(text);
    }
    return make(
        own.flatMap((piece, index) => [...(index === 0 ? [] : parts.slice(index - 1, index).flatMap(piecesOf)), piece]),
    );
}

/** A name, quoted; several names are qualified by each other: `"shop"."orders"`. */
export function identifier(...names: readonly [string, ...string[]]): Sql {
    return make([names.map(quotedName).join(".")]);
}

/** A text or an integer as a constant, for statements that accept no parameters. */
export function literal(value: string | number): Sql {
    if (typeof value === "number") {
        if (!Number.isSafeInteger(value)) {
            throw new TypeError(`${value} is not an integer`);
        }
        return make([String(value)]);
    }
    const doubled = checked(value, "literal").replaceAll("'", "''");
    // As quote_literal does: an escape string does not depend on standard_conforming_strings.
    return make([doubled.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`]);
}

/**
 * The types of a routine's arguments as a person writes them: `(text, "shop".kind[], numeric(10, 2))`.
 *
 * @throws TypeError for anything but types in one pair of parentheses
 */
export function argumentTypes(list: string): Sql {
    const inside = /^\((.*)\)$/s.exec(checked(list, "argument types"))?.[1];
    if (inside === undefined || inside.replace(TYPE_WORDS, "") !== "") {
        throw new TypeError(`${JSON.stringify(list)} is not a list of types; allowed is one like (text, integer[])`);
    }
    return make([list]);
}

/**
 * One of a fixed set of key words, such as a privilege.
 *
 * @throws TypeError for a word that is not in the set, or is more than capitals, underscores and spaces
 */
export function keyword(word: string, allowed: Iterable<string>): Sql {
    const words = [...allowed];
    if (!words.includes(word) || !/^[A-Z_]+( [A-Z_]+)*$/.test(word)) {
        throw new TypeError(`${JSON.stringify(word)} is not allowed here; allowed are ${words.join(", ")}`);
    }
    return make([word]);
}

/**
 * An operator's name, which quotation marks cannot protect (https://www.postgresql.org/docs/current/sql-createoperator.html).
 *
 * @throws TypeError for a name that is more than an operator's characters, or that begins a comment
 */
export function operatorName(name: string): Sql {
    if (!/^[-+*/<>=~!@#%^&|`?]+$/.test(name) || /--|\/\*/.test(name)) {
        throw new TypeError(`${JSON.stringify(name)} is not an operator`);
    }
    return make([name]);
}

/** Names, quoted or not, bounds of arrays, modifiers, and the characters between them. */
const TYPE_WORDS = /"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*|\[\d*\]|\(\d+(?:, ?\d+)?\)|[ ,.]/gu;

/** A value that the server reads apart from the statement: always data, never SQL. */
export function parameter(value: unknown): Sql {
    return make([new Parameter(value)]);
}

/** All parts, one after the other. */
export function join(parts: readonly Sql[], separator = sql`, `): Sql {
    const between = piecesOf(separator);
    return make(parts.flatMap((part, index) => [...(index === 0 ? [] : between), ...piecesOf(part)]));
}

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
function quotedName(name: string): string {
    const bytes = Buffer.byteLength(checked(name, "identifier"));
    if (bytes === 0 || bytes > IDENTIFIER_BYTES) {
        throw new TypeError(
            `identifier ${JSON.stringify(name)} has ${bytes} bytes; allowed are 1 to ${IDENTIFIER_BYTES}`,
        );
    }
    return `"${name.replaceAll('"', '""')}"`;
}

/** Half a surrogate pair would be sent as U+FFFD, and a NUL ends the message's text: both would change the name. */
function checked(text: string, what: string): string {
    if (/[\0\p{Surrogate}]/u.test(text)) {
        throw new TypeError(
            `${what} ${JSON.stringify(text)} has a character that Postgres cannot store: NUL or half a surrogate pair`,
        );
    }
    return text;
}

/** Templates already checked: each is one object for all its uses. */
const closed = new WeakSet<TemplateStringsArray>();
const QUOTED = /'[^']*'|"[^"]*"|--[^\n]*\n|\/\*[^]*?\*\/|(\$\w*\$)[^]*?\1/g;

/** @throws TypeError for a text with an unterminated quote or comment */
function needClosed(text: string): void {
    if (/'|"|--|\/\*|\$\w*\$/.test(text.replace(QUOTED, ""))) {
        throw new TypeError(`quotes or a comment must end before the next part or the end of the template: ${text}`);
    }
}
