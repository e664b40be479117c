import { parseArgs } from "node:util";
import { impossibleUser, parseDocument, reach, documentKind, subjectText, trust, UNKNOWN } from "../policy/iam";
import type { DocumentKind } from "../policy/iam";
import { readUserInput } from "../toolkit/system/userFile";
import { UserError } from "../toolkit/userError";
import { type Shown, inLines, json, reason, shown } from "../toolkit/shown";
import { drained, print } from "../toolkit/terminal";
import { userPath } from "./command/options";

/** One line of `keyless lint --json`: the result for one document. */
interface Judgement {
    readonly file: string;
    readonly kind: DocumentKind;
    readonly verdict: string;
    /** The reached database users, or the trusted subjects; empty unless the verdict is `exact`. */
    readonly users: readonly string[];
    /** What is wrong with the users that no database can have: they let no one in. */
    readonly impossible: readonly string[];
    readonly counterexample: string | null;
    readonly reason: string;
}

export const USAGE = shown`usage: keyless lint [--json] [--account ID]... FILE...

Checks IAM policy documents in JSON files (- reads standard input): which database users
they reach, or which principals trust documents trust. Fails if a document reaches more than
it names, names a user that no database can have (a placeholder or a database's name in place
of its resource id), or is invalid.

  --json         print one JSON object per line
  --account ID   the account of the roles, which may trust itself without a condition`;

/** Documents per chunk of output. */
const piece = 1000;

/**
 * Checks policy documents in JSON files: which database users they reach, or which principals they trust. Returns 1 when a
 * document reaches more than it names, names a user that no database can have, or is invalid.
 */
export async function lint(args: string[]): Promise<number> {
    if (args.includes("--help")) {
        print(USAGE);
        return 0;
    }
    const { values, positionals } = options(args);
    let bad = false;
    for (let start = 0; start < positionals.length; start += piece) {
        const judgements = positionals.slice(start, start + piece).map((file) => judge(file, values.account));
        bad ||= judgements.some(
            ({ verdict, impossible }) => verdict === "excess" || verdict === "invalid" || impossible.length > 0,
        );
        print(inLines(judgements.map((judgement) => (values.json ? json(judgement) : line(judgement)))));
        await drained();
    }
    return bad ? 1 : 0;
}

function options(args: string[]) {
    try {
        const parsed = parseArgs({
            args,
            allowPositionals: true,
            options: { json: { type: "boolean", default: false }, account: { type: "string", multiple: true } },
        });
        if (parsed.positionals.length > 0) {
            return parsed;
        }
    } catch (error) {
        throw new UserError(shown`${reason(error)}\n\n${USAGE}`);
    }
    throw new UserError(shown`name at least one file\n\n${USAGE}`);
}

function judge(file: string, accounts: readonly string[] | undefined): Judgement {
    let text: string;
    try {
        text = readUserInput(file === "-" ? file : userPath(file));
    } catch (error) {
        const reason = `cannot be read (${error instanceof Error ? error.message : String(error)})`;
        return { file, kind: "identity", verdict: "invalid", users: [], impossible: [], counterexample: null, reason };
    }
    return { file, ...judgeText(text, accounts) };
}

/** A file has no unknown parts: the marker for them is treated as plain text, by upper-casing it. */
function judgeText(given: string, accounts: readonly string[] | undefined): Omit<Judgement, "file"> {
    if (given.includes(UNKNOWN)) {
        const shout = UNKNOWN.toUpperCase();
        return JSON.parse(
            JSON.stringify(judgeText(given.replaceAll(UNKNOWN, shout), accounts)).replaceAll(shout, UNKNOWN),
        ) as Omit<Judgement, "file">;
    }
    const kind = documentKind(given);
    const document = parseDocument(given, kind);
    const { verdict, reason, users, excesses } =
        kind === "identity"
            ? ofIdentity(reach([document]))
            : ofTrust(trust(document, accounts === undefined ? {} : { accounts }));
    return {
        kind,
        verdict,
        users: verdict === "exact" ? users : [],
        impossible: verdict === "exact" && kind === "identity" ? users.flatMap(mistakeIn) : [],
        counterexample: excesses[0]?.counterexample ?? null,
        reason,
    };
}

function ofIdentity(found: ReturnType<typeof reach>): Found {
    return { ...found, users: found.users.map(({ arn }) => arn) };
}

function mistakeIn(user: string): readonly string[] {
    const problem = impossibleUser(user);
    return problem === undefined ? [] : [`${user}, ${problem.fault}: ${problem.fix}`];
}

function ofTrust(found: ReturnType<typeof trust>): Found {
    return { ...found, users: found.subjects.map(subjectText) };
}

interface Found {
    readonly verdict: string;
    readonly reason: string;
    readonly users: readonly string[];
    readonly excesses: readonly { readonly counterexample: string }[];
}

function line({ file, kind, verdict, users, impossible, reason: why }: Judgement): Shown {
    return inLines([
        `${file}: ${verdict} (${kind}) ${why}`,
        ...users.map((user) => shown`  ${user}`),
        ...impossible.map((mistake) => shown`  no database has the user ${mistake}`),
    ]);
}
