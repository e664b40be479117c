import type { Document, Statement } from "./document";
import { ANY, lettersOf, lower, parsePattern, VARIABLE } from "./pattern";
import type { Pattern } from "./pattern";

/** A request's condition keys, in lower case, each with its value or values. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/**
 * The tokens of a pattern with its policy variables replaced from the request; undefined if one has no value, because
 * the pattern then matches nothing. `${key, 'text'}` uses the text for a request without the key.
 */
export function resolveVariables(pattern: Pattern, context: Context): readonly number[] | undefined {
    if (pattern.tokens === undefined) {
        return lettersOf(pattern.source);
    }
    const tokens: number[] = [];
    let variable = 0;
    for (const token of pattern.tokens) {
        if (token === VARIABLE) {
            const value = valueOf(pattern.variables[variable] ?? "", context);
            variable += 1;
            if (value === undefined) {
                return undefined;
            }
            tokens.push(...lettersOf(value));
        } else if (token !== ANY || tokens.at(-1) !== ANY) {
            tokens.push(token);
        }
    }
    return tokens;
}

function valueOf(variable: string, context: Context): string | undefined {
    const [, key, fallback] = /^\s*([^,]*?)\s*(?:,\s*'(.*)'\s*)?$/s.exec(variable) ?? [];
    const value = context[lower(key ?? "")];
    return (typeof value === "string" ? value : value?.length === 1 ? value[0] : undefined) ?? fallback;
}

/** What an IAM user may be called: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html. */
const USER_NAME = /^[\w+=,.@-]+$/;

/** An identity document as it applies to one IAM user: in its resources, `${aws:username}` is that user's name. */
export function asUser(document: Document, name: string): Document {
    const named = (pattern: Pattern): Pattern =>
        pattern.variables.some(isUserName)
            ? parsePattern(
                  pattern.source.replace(/\$\{([^}]*)\}/g, (whole, variable: string) =>
                      isUserName(variable) ? name : whole,
                  ),
                  { variables: true, wildcards: true },
              )
            : pattern;
    const applied = (statement: Statement): Statement =>
        statement.resources === undefined
            ? statement
            : {
                  ...statement,
                  resources: { ...statement.resources, patterns: statement.resources.patterns.map(named) },
              };
    return USER_NAME.test(name) ? { ...document, statements: document.statements.map(applied) } : document;
}

function isUserName(variable: string): boolean {
    return lower(variable.split(",")[0]?.trim() ?? "") === "aws:username";
}
