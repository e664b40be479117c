/**
 * The regular expression that pg_dump makes of a pattern, to be matched on the server:
 * https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-PATTERNS and
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/fe_utils/string_utils.c (patternToSQLRegex)
 *
 * @throws for a pattern of several names
 */
export function expressionOf(pattern: string): string {
    const parts = pattern.matchAll(/"(?<quoted>(?:[^"]|"")*)(?:"|$)|(?<plain>[^"]+)/g);
    const expression = [...parts].map(({ groups: { quoted, plain = "" } = {} }) =>
        quoted === undefined ? unquoted(plain) : quoted.replaceAll('""', '"').replace(/[|*+?()[\]{}.^$\\]/g, "\\$&"),
    );
    return `^(${expression.join("")})$`;
}

function unquoted(text: string): string {
    if (text.includes(".")) {
        throw new Error(`${text} has a dot, which separates names`);
    }
    return text
        .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
        .replaceAll("*", ".*")
        .replaceAll("?", ".")
        .replaceAll("$", "\\$");
}
