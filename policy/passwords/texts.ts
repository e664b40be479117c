import { isMap, parseDocument } from "yaml";

import { isUnknown } from "../resources/unknownValues";

/** A named value: an environment variable, a key of a Secret, a line of a file. */
export interface Entry {
    /** The name; inside a file, with the names above it: `spring.datasource.password`. */
    readonly key: string;
    /** Another name of the same value: the key of the Secret that a variable refers to. */
    readonly alias?: string;
    /** Undefined for a reference, such as to a Secret. */
    readonly value: unknown;
}

/** A larger file is not a program's configuration. */
const LONGEST = 200_000;

/** A URL with a user's password, and the forms of JDBC and libpq with the password as a parameter. */
const ADDRESSES = [
    /\b(postgres(ql)?|mysql2?|mariadb|(jdbc|r2dbc):[a-z:]+)(\+[a-z0-9]+)?:\/\/[^\s/:@]*:[^\s@/]+@/i,
    /\b(postgres(ql)?|(jdbc|r2dbc):[a-z:]+):\/\/\S*[?&;]password=[^\s&;]+/i,
];
/** A host or a database, and a password, as keywords: libpq's `host=… password=…`, ADO.NET's `Host=…;Password=…`. */
const PLACE = /(^|[\s;"'])(host|hostaddr|server|data source|dbname|database|initial catalog)\s*=/i;
const SECRET = /(^|[\s;"'])(password|pwd)\s*=\s*[^\s;"']/i;

/**
 * What a text takes from elsewhere when it is used: `${NAME}` of shells, Spring and Node, `$(NAME)` of Kubernetes, `{{ … }}` of
 * templates and of CloudFormation's dynamic references. A default, as in `${NAME:secret}`, is the text's own.
 */
const REFERENCE = /\$\{[A-Za-z_][\w.]*(:-?)?\}|\$\([A-Za-z_]\w*\)|\{\{[^{}]*\}\}/g;

const REFERENCE_AS_VALUE = new RegExp(`(${REFERENCE.source})(?=[\\s;"']|$)`, "g");

export function withoutReferences(text: string): string {
    return text.replace(REFERENCE, "");
}

/** Whether a text is or contains a connection string with a password. */
export function isAddress(text: string): boolean {
    // Before a space, the next keyword would otherwise count as the value.
    const keywords = text.replace(REFERENCE_AS_VALUE, ";");
    return (
        ADDRESSES.some((pattern) => pattern.test(withoutReferences(text))) ||
        (!text.includes("\n") && PLACE.test(keywords) && SECRET.test(keywords))
    );
}

/**
 * The entries of a text that is a file of configuration: JSON, YAML, properties or variables; none of another. One line
 * is a file only if its name says so.
 */
export function entriesIn(text: string, named: boolean): readonly Entry[] {
    if (text.length > LONGEST || !(named || /[\n{]/.test(text.trim()))) {
        return [];
    }
    const document = parseDocument(text, { logLevel: "silent", uniqueKeys: false });
    if (document.errors.length === 0 && isMap(document.contents)) {
        return flat(document.toJS({ maxAliasCount: 100 }));
    }
    return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z][\w.-]*)[ \t]*[=:][ \t]*(.*?)[ \t]*$/gm)].map(
        ([, key = "", value = ""]) => ({ key, value }),
    );
}

/** The values that a command line sets: `--db-password=x`, `PGPASSWORD=x psql`. */
export function entriesInCommand(words: readonly unknown[]): readonly Entry[] {
    const known = words.filter((word) => typeof word === "string" && !isUnknown(word)) as readonly string[];
    return known.flatMap((word) =>
        [...word.matchAll(/(?:^|\s)(?:--?)?([A-Za-z][\w.-]*)=("[^"]*"|'[^']*'|\S+)/g)].map(
            ([, key = "", value = ""]) => ({
                key,
                value: value.replace(/^(["'])(.*)\1$/, "$2"),
            }),
        ),
    );
}

/** The leaves of a nested object, under their names and those above. */
export function flat(value: unknown, above = ""): readonly Entry[] {
    if (typeof value !== "object" || value === null) {
        return above === "" ? [] : [{ key: above, value }];
    }
    return Object.entries(value).flatMap(([name, below]) => flat(below, above === "" ? name : `${above}.${name}`));
}
