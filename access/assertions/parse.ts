/** An assertion. */
export type Assertion =
    | {
          readonly kind: "never" | "only";
          readonly text: string;
          readonly who: readonly string[];
          readonly verb: Verb;
          readonly data: readonly string[];
      }
    | {
          readonly kind: "isolated";
          readonly text: string;
          /** Undefined: all of them. */ readonly schemas?: readonly string[];
      };

/** `reaches` is to read, write or own. */
export const VERBS = ["reaches", "reads", "writes", "creates in", "owns", "administers"] as const;
export type Verb = (typeof VERBS)[number];

/** Assertions that cannot be read; the message lists every one with what is allowed. */
export class UnreadableAssertions extends Error {}

/** What an assertion may look like, for messages. */
export const ASSERTION_FORMS = `{never: WHO VERB DATA}, {only: WHO VERB DATA} and {isolated: tenants} or {isolated: [SCHEMA, …]}, where VERB is one of ${VERBS.join(", ")}`;
const NAMES = String.raw`[^\s,]+(?:\s*(?:,|\band\b)\s*[^\s,]+)*`;
const SENTENCE = new RegExp(`^(${NAMES})\\s+(${VERBS.join("|")})\\s+(${NAMES})$`);

/**
 * Reads the assertions of a stack's config, a list of objects with one key each.
 *
 * WHO is one name or several (`support, qa`): of a service account, a namespace, an IAM role or user, a database login, or a
 * label as the matrix shows it. DATA is `schema`, `schema.table`, `schema.table.column`, each with the database before it
 * where that matters (`app/shop`). `*` stands for any characters.
 *
 * @throws {@link UnreadableAssertions}
 */
export function parseAssertions(value: unknown): readonly Assertion[] {
    if (value === undefined || value === null) {
        return [];
    }
    const problems: string[] = [];
    const entries = Array.isArray(value) ? value : [value];
    const assertions = entries.flatMap((entry: unknown, index): Assertion[] => {
        const parsed = parseAssertion(entry);
        if (typeof parsed === "string") {
            problems.push(`assertion ${index + 1} is ${shown(entry)}: ${parsed}`);
            return [];
        }
        return [parsed];
    });
    if (problems.length > 0) {
        throw new UnreadableAssertions(`${problems.join("; ")}; allowed are ${ASSERTION_FORMS}`);
    }
    return assertions;
}

/** The entry as JSON; YAML anchors can create one that contains itself. */
function shown(entry: unknown): string {
    try {
        return JSON.stringify(entry);
    } catch {
        return "a value that contains itself";
    }
}

/** Parses one assertion, or returns what is wrong with it. */
export function parseAssertion(entry: unknown): Assertion | string {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
        return "not an object with one key";
    }
    const [[kind, said] = ["", undefined], ...more] = Object.entries(entry as Record<string, unknown>);
    if (more.length > 0) {
        return `${more.length + 1} keys`;
    }
    if (kind === "isolated") {
        return parseIsolated(said) ?? "isolated must be tenants or a list of at least two schemas";
    }
    if (kind !== "never" && kind !== "only") {
        return `unknown key ${JSON.stringify(kind)}`;
    }
    const match = typeof said === "string" ? SENTENCE.exec(said.trim()) : null;
    const verb = VERBS.find((one) => one === match?.[2]);
    if (match === null || verb === undefined) {
        return "not of the form WHO VERB DATA";
    }
    return { kind, text: `${kind}: ${String(said).trim()}`, who: names(match[1]), verb, data: names(match[3]) };
}

function parseIsolated(said: unknown): Assertion | undefined {
    if (said === "tenants") {
        return { kind: "isolated", text: "isolated: tenants" };
    }
    const schemas: readonly unknown[] = Array.isArray(said) ? said : [];
    return schemas.length > 1 && schemas.every((schema) => typeof schema === "string")
        ? { kind: "isolated", text: `isolated: ${schemas.join(", ")}`, schemas }
        : undefined;
}

function names(text = ""): readonly string[] {
    return text.split(/\s*(?:,|\band\b)\s*/).filter((name) => name !== "");
}
