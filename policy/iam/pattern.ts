import type { Budget } from "./budget";

/**
 * Patterns of the IAM language: `*` matches any characters, `?` exactly one, including `:` and `/` (IAM user guide,
 * "Resource element", whose newest version says that `*` crosses colons). They match whole strings, never single
 * fields.
 */

/** Tokens other than characters, which are represented by their UTF-16 code. */
export const ANY = -1;
export const ONE = -2;
/** `${…}`: text that depends on the request. */
export const VARIABLE = -3;
/** Text that is not known yet (see {@link UNKNOWN}). */
const HOLE = -4;

/**
 * Stands for a value, or a part of a string, that is not known yet. Pulumi's engine uses the same marker for an unknown
 * string, so values of a preview need no conversion.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The character that replaces an unknown part read as ordinary text: a private-use one, so never in a real ARN. */
export const PLACEHOLDER = "\uE000";

export interface Pattern {
    /** The pattern as written. */
    readonly source: string;
    /** The only matching string, if there is no wildcard, variable or unknown part. */
    readonly literal: string | undefined;
    /** True if a part is not known yet. */
    readonly unknown: boolean;
    /** The policy variables, in order: text that depends on the request. */
    readonly variables: readonly string[];
    /** What is wrong, if anything: an incomplete policy variable. */
    readonly problem: string | undefined;
    /** Characters, wildcards and the markers above; absent if `literal` suffices. */
    readonly tokens: readonly number[] | undefined;
}

export interface Syntax {
    /**
     * Whether `${…}` is a policy variable: only in documents of version 2012-10-17, in resources and condition values;
     * elsewhere it is literal text (IAM user guide, "Policy variables").
     */
    readonly variables: boolean;
    /** Whether `*` and `?` are wildcards; most condition operators treat them as literal text. */
    readonly wildcards: boolean;
}

/** Parses a pattern; never throws, see {@link Pattern.problem}. */
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
                // ${*}, ${?} and ${$} are the literal characters.
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

/** How the non-literal parts of a pattern are read. */
export interface Reading {
    /** Whether a policy variable matches any text, or else is assumed to match nothing. */
    readonly wide: boolean;
    /** Whether an unknown part is read as ordinary text ({@link PLACEHOLDER}), or else like a variable. */
    readonly plain: boolean;
}

/** The characters and wildcards of a pattern; undefined if this reading leaves nothing that certainly matches. */
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

/** Steps between two checks of the budget. */
const stride = 1024;

/** True if the tokens, characters and wildcards, match the whole text. Takes at most |tokens| × |text| steps. */
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
            // The latest `*` matches one more character; extending an earlier one would not help.
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

/** Lower case of ASCII letters only: actions and condition keys contain no others. */
export function lower(text: string): string {
    return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Text shortened to at most one line of a message. */
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

/** Appends a token in normal form: a run of wildcards becomes all its `?`, then at most one `*`. */
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
