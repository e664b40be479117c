import { isRecord } from "../../toolkit/record";

/** An assertion. */
export type Assertion =
    | {
          readonly kind: "never" | "only";
          readonly text: string;
          readonly who: readonly string[];
          readonly verb: Verb;
          readonly data: readonly string[];
          /** The names in it that nothing needs to have yet. */
          readonly future: readonly string[];
      }
    | {
          readonly kind: "isolated";
          readonly text: string;
          /** Undefined: all of them. */
          readonly schemas?: readonly string[];
          readonly future: readonly string[];
      };

/** `reaches` is to read, write or own. */
export const VERBS = ["reaches", "reads", "writes", "creates in", "owns", "administers"] as const;
export type Verb = (typeof VERBS)[number];

/** Assertions that cannot be read; the message lists every one with what is allowed. */
export class UnreadableAssertions extends Error {}

/** What an assertion may look like, for messages. */
export const ASSERTION_FORMS = `{never: WHO VERB DATA}, {only: WHO VERB DATA} and {isolated: tenants} or {isolated: [SCHEMA, …]}, each also with future: NAME or [NAME, …], where VERB is one of ${VERBS.join(", ")}`;

/**
 * Reads the assertions of a stack's config, a list of objects with one key each.
 *
 * WHO is one name or several (`support, qa`): of a service account, a namespace, an IAM role or user, a database login, or a
 * label as the matrix shows it. DATA is `schema`, `schema.table`, `schema.table.column`, each with the database before it
 * where that matters (`app/shop`), or a label. `*` stands for any characters. A name that contains a comma, *and* or a verb is
 * written in quotation marks.
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
    if (!isRecord(entry)) {
        return "not an object with one key";
    }
    const { future: later = [], ...rest } = entry;
    const future = typeof later === "string" ? [later] : later;
    if (!Array.isArray(future) || !future.every((name) => typeof name === "string")) {
        return "future must be a name or a list of names";
    }
    const [[kind, said] = ["", undefined], ...more] = Object.entries(rest);
    if (more.length > 0) {
        return `${more.length + 1} keys`;
    }
    const parsed =
        kind === "isolated"
            ? (parseIsolated(said) ?? "isolated must be tenants or a list of at least two schemas")
            : kind === "never" || kind === "only"
              ? parseSentence(kind, said)
              : `unknown key ${JSON.stringify(kind)}`;
    if (typeof parsed === "string") {
        return parsed;
    }
    const names = parsed.kind === "isolated" ? (parsed.schemas ?? []) : [...parsed.who, ...parsed.data];
    const strange = future.filter((name) => !names.includes(name));
    return strange.length > 0
        ? `future has ${strange.join(", ")}, which the assertion does not name`
        : { ...parsed, future };
}

/** A verb between names. */
const VERB = new RegExp(`\\s(${VERBS.join("|")})(?=\\s)`, "g");
/** A name in quotation marks. */
const QUOTED = /"([^"]+)"|'([^']+)'/g;

function parseSentence(kind: "never" | "only", said: unknown): Assertion | string {
    if (typeof said !== "string") {
        return "not of the form WHO VERB DATA";
    }
    const quoted: string[] = [];
    // No name contains a zero byte.
    const sentence = said.trim().replace(QUOTED, (_, double?: string, single?: string) => {
        return `\0${quoted.push(double ?? single ?? "") - 1}\0`;
    });
    const found = [...sentence.matchAll(VERB)];
    const [match] = found;
    if (found.length > 1) {
        return "more than one verb: put names that contain one in quotation marks";
    }
    const verb = VERBS.find((one) => one === match?.[1]);
    if (match === undefined || verb === undefined) {
        return "not of the form WHO VERB DATA";
    }
    const names = (text: string): readonly string[] =>
        text
            .split(/\s*(?:,|\band\b)\s*/)
            .map((name) => name.trim().replace(/\0(\d+)\0/g, (_, place) => quoted[Number(place)] ?? ""));
    const who = names(sentence.slice(0, match.index));
    const data = names(sentence.slice(match.index + match[0].length)).map((name) => name.replace(/^schema (?=.)/, ""));
    return [...who, ...data].includes("")
        ? "not of the form WHO VERB DATA"
        : { kind, text: `${kind}: ${said.trim()}`, who, verb, data, future: [] };
}

function parseIsolated(said: unknown): Assertion | undefined {
    if (said === "tenants") {
        return { kind: "isolated", text: "isolated: tenants", future: [] };
    }
    const schemas: readonly unknown[] = Array.isArray(said) ? said : [];
    return schemas.length > 1 && schemas.every((schema) => typeof schema === "string")
        ? { kind: "isolated", text: `isolated: ${schemas.join(", ")}`, schemas, future: [] }
        : undefined;
}
