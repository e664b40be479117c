/**
 * A second, slow and obvious evaluation of identity documents, to compare with policy/iam: it tries every database user
 * of a small world with regular expressions. It shares no code with policy/iam.
 */

interface Statement {
    readonly Effect: string;
    readonly Action?: string | readonly string[];
    readonly NotAction?: string | readonly string[];
    readonly Resource?: string | readonly string[];
    readonly NotResource?: string | readonly string[];
    readonly Condition?: object;
}

export interface PlainDocument {
    readonly Version?: string;
    readonly Statement: readonly Statement[];
}

/** Short texts of few letters, which patterns of the same letters often match. */
const ids = ["a", "b", "ab", "z"];
const users = ["a", "b", "aa", "ab", "ba", "a/b", "z"];

/** Every database user of the small world. */
export const world: readonly string[] = ["aws", "a"].flatMap((partition) =>
    ["1", "a"].flatMap((account) =>
        ids.flatMap((id) => users.map((user) => `arn:${partition}:rds-db:r:${account}:dbuser:${id}/${user}`)),
    ),
);

/**
 * Returns whether the document allows a connection with an ARN, if every condition of an Allow holds and none of a Deny
 * does.
 */
export function letsIn(document: PlainDocument): (arn: string) => boolean {
    const variables = document.Version === "2012-10-17";
    const speaking = document.Statement.filter(({ Action, NotAction }) =>
        Action === undefined
            ? !some(expressions(NotAction, "none", true), connect)
            : some(expressions(Action, "none", true), connect),
    );
    const tests = (statements: readonly Statement[], wide: boolean): ((arn: string) => boolean)[] =>
        statements.map(({ Resource, NotResource }) => {
            const loose = variables ? "anything" : "none";
            const tight = variables ? "nothing" : "none";
            const expressionsOf =
                Resource === undefined
                    ? expressions(NotResource, wide ? tight : loose, false)
                    : expressions(Resource, wide ? loose : tight, false);
            return (arn) => some(expressionsOf, arn) === (Resource !== undefined);
        });
    const allows = tests(
        speaking.filter(({ Effect }) => Effect === "Allow"),
        true,
    );
    const denies = tests(
        speaking.filter(({ Effect, Condition }) => Effect === "Deny" && Object.keys(Condition ?? {}).length === 0),
        false,
    );
    return (arn) => allows.some((test) => test(arn)) && !denies.some((test) => test(arn));
}

const connect = "rds-db:connect";

/** The ARNs without a wildcard in a document, which are the only ones that it may reach. */
export function writes(document: PlainDocument): Set<string> {
    return new Set(
        document.Statement.flatMap(({ Resource, NotResource }) => list(Resource ?? NotResource)).map((text) =>
            plainText(text, document.Version === "2012-10-17"),
        ),
    );
}

function plainText(text: string, variables: boolean): string {
    return variables ? text.replace(/\$\{([*?$])\}/g, "$1") : text;
}

type Variables = "none" | "anything" | "nothing";

function some(patterns: readonly RegExp[], text: string): boolean {
    return patterns.some((pattern) => pattern.test(text));
}

function expressions(
    patterns: string | readonly string[] | undefined,
    variables: Variables,
    anyCase: boolean,
): RegExp[] {
    return list(patterns).flatMap((pattern) => toExpression(pattern, variables, anyCase) ?? []);
}

function toExpression(pattern: string, variables: Variables, anyCase: boolean): RegExp | undefined {
    const parts = variables === "none" ? [pattern] : pattern.split(/(\$\{[^}]*\})/);
    if (variables === "nothing" && parts.some((part) => part.startsWith("${") && !/^\$\{[*?$]\}$/.test(part))) {
        return undefined;
    }
    const source = parts.map((part) => {
        if (variables !== "none" && part.startsWith("${")) {
            return /^\$\{[*?$]\}$/.test(part) ? `\\${part[2] ?? ""}` : ".*";
        }
        return part
            .replace(/[.+^${}()|[\]\\/]/g, "\\$&")
            .replace(/\*/g, ".*")
            .replace(/\?/g, ".");
    });
    return new RegExp(`^${source.join("")}$`, anyCase ? "is" : "s");
}

function list(value: string | readonly string[] | undefined): readonly string[] {
    return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
