import type { Budget } from "./budget";

/**
 * Patterns of the IAM language: `*` stands for any characters, `?` for exactly one, across `:` and `/` alike (IAM user
 * guide, "Resource element"; the newest text says that a `*` crosses colons). Whole strings are compared, never fields.
 */

/** Tokens besides characters, which stand as their UTF-16 code. */
export const ANY = -1;
export const ONE = -2;
/** `${…}`: text that only the request knows. */
export const VARIABLE = -3;
/** Text that is not known yet (see {@link UNKNOWN}). */
const HOLE = -4;

/**
 * Stands for a value, or a part of a string, that is not known yet. It is the mark that Pulumi's engine itself uses for
 * an unknown string, so that what a preview hands out can be judged as it is.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The character that an unknown part is read as where it is taken for ordinary text; private use, so in no real ARN. */
export const PLACEHOLDER = "\uE000";

export interface Pattern {
    /** As it was written. */
    readonly source: string;
    /** The text that is the only one to match, where there is no wildcard, no variable and no unknown part. */
    readonly literal: string | undefined;
    /** True when a part is not known yet. */
    readonly unknown: boolean;
    /** The policy variables in it, in order: text that only the request knows. */
    readonly variables: readonly string[];
    /** What is wrong with it, if anything: an unfinished policy variable. */
    readonly problem: string | undefined;
    /** Characters, wildcards and the marks above; absent where `literal` says it all. */
    readonly tokens: readonly number[] | undefined;
}

export interface Syntax {
    /**
     * Whether `${…}` is a policy variable: only in documents of version 2012-10-17, in resources and condition values;
     * elsewhere it is plain text (IAM user guide, "Policy variables").
     */
    readonly variables: boolean;
    /** Whether `*` and `?` are wildcards; most condition operators take them as they are. */
    readonly wildcards: boolean;
}

/** Reads a pattern; never throws, see {@link Pattern.problem}. */
export function parsePattern(source: string, syntax: Syntax): Pattern {
    if (!/[*?$]/.test(source) && !source.includes(UNKNOWN)) {
        return { source, literal: source, unknown: false, variables: [], problem: undefined, tokens: undefined };
    }
    const tokens: number[] = [];
    let problem: string | undefined;
    const variables: string[] = [];
    let plain = true;
    let index = 0;
    while (index < source.length) {
        const character = source[index];
        if (syntax.wildcards && (character === "*" || character === "?")) {
            push(tokens, character === "*" ? ANY : ONE);
            plain = false;
            index += 1;
        } else if (syntax.variables && character === "$" && source[index + 1] === "{") {
            const end = source.indexOf("}", index + 2);
            const name = source.slice(index + 2, end === -1 ? undefined : end);
            if (end === -1 || name === "") {
                problem = `${JSON.stringify(clip(source.slice(index)))} is not a complete policy variable; write \${name}, or \${$} for a dollar sign`;
                index = source.length;
            } else {
                // ${*}, ${?} and ${$} are the three characters themselves.
                const character = name === "*" || name === "?" || name === "$";
                tokens.push(character ? name.charCodeAt(0) : VARIABLE);
                if (!character) {
                    variables.push(name);
                }
                index = end + 1;
            }
        } else if (character === UNKNOWN[0] && source.startsWith(UNKNOWN, index)) {
            tokens.push(HOLE);
            plain = false;
            index += UNKNOWN.length;
        } else {
            tokens.push(source.charCodeAt(index));
            index += 1;
        }
    }
    const literal = plain && variables.length === 0 && problem === undefined ? textOf(tokens) : undefined;
    return { source, literal, unknown: tokens.includes(HOLE), variables, problem, tokens };
}

/** How the parts of a pattern that are not plain text are read. */
export interface Reading {
    /** Whether a policy variable may be any text, or else is taken to match nothing that can be relied on. */
    readonly wide: boolean;
    /** Whether an unknown part is taken for ordinary text ({@link PLACEHOLDER}), or else like a variable. */
    readonly plain: boolean;
}

/** The tokens, of characters and wildcards alone; undefined where the reading leaves nothing that surely matches. */
export function tokensOf(pattern: Pattern, reading: Reading): readonly number[] | undefined {
    if (pattern.tokens === undefined || (!pattern.unknown && pattern.variables.length === 0)) {
        return pattern.tokens ?? lettersOf(pattern.source);
    }
    if (!reading.wide && (pattern.variables.length > 0 || !reading.plain)) {
        return undefined;
    }
    const tokens: number[] = [];
    for (const token of pattern.tokens) {
        if (token === HOLE && reading.plain) {
            tokens.push(PLACEHOLDER.charCodeAt(0));
        } else {
            push(tokens, token === HOLE || token === VARIABLE ? ANY : token);
        }
    }
    return tokens;
}

/** Steps between two looks at the budget. */
const stride = 1024;

/** True when the tokens, of characters and wildcards, match the whole text. Takes at most |tokens| × |text| steps. */
export function matches(tokens: readonly number[], text: string, budget?: Budget): boolean {
    let token = 0;
    let position = 0;
    let star = -1;
    let resume = 0;
    let steps = 0;
    while (position < text.length) {
        steps += 1;
        if (steps === stride) {
            budget?.spend(steps);
            steps = 0;
        }
        const wanted = tokens[token];
        if (wanted === ANY) {
            star = token;
            resume = position;
            token += 1;
        } else if (wanted === ONE || wanted === text.charCodeAt(position)) {
            token += 1;
            position += 1;
        } else if (star !== -1) {
            // The latest `*` takes one character more; an earlier one would gain nothing.
            resume += 1;
            token = star + 1;
            position = resume;
        } else {
            budget?.spend(steps);
            return false;
        }
    }
    budget?.spend(steps);
    while (tokens[token] === ANY) {
        token += 1;
    }
    return token === tokens.length;
}

/** Lower case for the letters of ASCII only: actions and condition keys know no others. */
export function lower(text: string): string {
    return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Text for a message: never longer than a line. */
export function clip(text: string, length = 160): string {
    return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** The text of tokens that are all characters. */
export function textOf(tokens: readonly number[]): string {
    let text = "";
    for (let start = 0; start < tokens.length; start += 8192) {
        text += String.fromCharCode(...tokens.slice(start, start + 8192));
    }
    return text;
}

/** The tokens of a text without wildcards. */
export function lettersOf(text: string): number[] {
    return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

/** Appends a token in normal form: a run of wildcards is all its `?` and then at most one `*`. */
function push(tokens: number[], token: number): void {
    const last = tokens.at(-1);
    if (last === ANY && token === ANY) {
        return;
    }
    if (last === ANY && token === ONE) {
        tokens.splice(-1, 1, ONE, ANY);
        return;
    }
    tokens.push(token);
}
