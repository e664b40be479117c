import { parseDbUser, parseDocument, reach } from "../../../policy/iam";
import type { PlainDocument } from "./oracle";
import { letsIn, world, writes } from "./oracle";

/** How the oracle and the library disagree about a document; undefined if they agree. */
export function difference(document: PlainDocument): string | undefined {
    const found = reach([parseDocument(JSON.stringify(document), "identity")]);
    const written = writes(document);
    const lets = letsIn(document);
    const listed = new Set(found.users.map(({ arn }) => arn));
    if (found.verdict === "invalid" || found.verdict === "unknown") {
        return /\$\{[^}]*$|\$\{\}/.test(JSON.stringify(document)) || found.reason.includes("policy variable")
            ? undefined
            : `${found.verdict}: ${found.reason}`;
    }
    for (const { counterexample } of found.excesses) {
        if (parseDbUser(counterexample) === undefined || !lets(counterexample) || listed.has(counterexample)) {
            return `the counterexample ${counterexample} does not hold`;
        }
    }
    for (const arn of listed) {
        if (!lets(arn) || !written.has(arn)) {
            return `${arn} is listed, but not reached or not written`;
        }
    }
    const reached = world.filter((arn) => lets(arn));
    const unlisted = reached.find((arn) => !listed.has(arn));
    if (found.verdict !== "excess" && unlisted !== undefined) {
        return `${found.verdict}, but ${unlisted} is reached`;
    }
    return found.verdict === "none" && listed.size > 0 ? "none, but users are listed" : undefined;
}
