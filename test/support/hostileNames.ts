import fc from "fast-check";

const BYTES = 63;

/** Text that ends a quoted name, a constant, a statement or a line somewhere. */
const INJECTIONS = [
    ...[
        'x"; DROP ROLE victim; --',
        "x'; DROP ROLE victim; --",
        "x\\'; DROP ROLE victim; --",
        'x" CASCADE; --',
        "x/*",
        "*/x",
        "$$",
    ],
    ...[
        "x() FROM public;ALTER ROLE victim SUPERUSER;--",
        "f(a int)",
        "a,victim",
        "victim WITH ADMIN OPTION",
        '","',
        "a.b",
        "a\nb",
        '"',
        "'",
        "\\",
    ],
    ...["n".repeat(BYTES), '"'.repeat(BYTES)],
];

/** Names that look like something else, or edge cases. */
const CURIOUS = [
    ...[
        "--",
        "$1",
        "$x$",
        "f()",
        "(",
        ")",
        "()",
        "x(text)",
        "a, victim",
        "a TO victim",
        "x;DROP ROLE victim",
        '""',
        "''",
        "\\\\",
    ],
    ...["a.b.c", ".", "..", '"a"."b"', "a\r\nb", "\n", "\t", " ", " a", "a ", "  a  b  ", "\u00a0a", "a\u3000"],
    ...[
        "select",
        "SELECT",
        "user",
        "USER",
        "table",
        "PUBLIC",
        "Public",
        "current_user",
        "CURRENT_USER",
        "session_user",
        "current_role",
        "NONE",
    ],
    ...[
        "all",
        "default",
        "DEFAULT",
        "null",
        "variadic",
        "out",
        "true",
        "pg",
        "information_schema ",
        "template1 ",
        "0",
        "1e5",
        "-1",
    ],
    ...[
        "-c search_path=x",
        "--role=victim",
        "search_path=x",
        "a=arwdDxt/b",
        "{a,b}",
        "{}",
        "[]",
        "*",
        "?",
        "%",
        "%s",
        "%I",
        "%n$s",
        "_",
        "A",
        "a",
    ],
    ...["é", "e\u0301", "ﬁ", "İ", 'U&"\\0061"', "E'\\n'"],
    ...[`${"é".repeat(31)}x`, `${"\u{1f6d2}".repeat(15)}abc`, "'".repeat(BYTES), " ".repeat(BYTES), "\\".repeat(BYTES)],
];

const CATEGORIES = [
    "Lu",
    "Ll",
    "Lt",
    "Lm",
    "Lo",
    "Mn",
    "Mc",
    "Me",
    "Nd",
    "Nl",
    "No",
    "Pc",
    "Pd",
    "Ps",
    "Pe",
    "Pi",
    "Pf",
    "Po",
    "Sm",
    "Sc",
    "Sk",
    "So",
    "Zs",
    "Zl",
    "Zp",
    "Cc",
    "Cf",
    "Co",
    "Cn",
];

/** For each general category of Unicode its first character beyond ASCII at the ends of a name, and its last one inside. */
function ofEachCategory(): string[] {
    return CATEGORIES.flatMap((category) => {
        const pattern = new RegExp(`^\\p{gc=${category}}$`, "u");
        const first = firstFrom(0x80, 1, pattern);
        const last = firstFrom(0x10ffff, -1, pattern);
        return [`${first}a${first}`, `a${last}b`];
    });
}

function firstFrom(start: number, step: 1 | -1, pattern: RegExp): string {
    for (let point = start; point >= 0x80 && point <= 0x10ffff; point += step) {
        const character = String.fromCodePoint(point);
        if (pattern.test(character)) {
            return character;
        }
    }
    throw new Error(`no character is ${pattern}`);
}

const random = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
    fc.string({ unit: fc.constantFrom(..."a\"'\\;-/*$(), .\n%=é"), minLength: 1, maxLength: 40 }),
);

/**
 * Names that a role, a database, a schema, a table, a column and a routine can all have, each once: all injections, some random
 * ones, and one of four parts of the others, by the seed.
 */
export function hostileNames(seed: number, count = 12): string[] {
    const others = [...CURIOUS, ...ofEachCategory()].filter((_, index) => index % 4 === seed % 4);
    const all = [...INJECTIONS, ...others, ...fc.sample(random, { seed, numRuns: count })];
    return [...new Set(all)].filter(
        (name) => !/[\0\p{Surrogate}]|^pg_|^(public|none)$/u.test(name) && Buffer.byteLength(name) <= BYTES,
    );
}
