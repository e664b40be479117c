/**
 * The JSON documents in the output of a command: the whole text, or several documents with lines of a log before, between and
 * after them. A document begins a line, or follows another one. What looks like the beginning of one must be one: a truncated document
 * is an error, never a log line.
 *
 * @throws SyntaxError
 */
export function jsonDocuments(text: string): readonly unknown[] {
    try {
        return [JSON.parse(text) as unknown];
    } catch (error) {
        const found = scattered(text);
        if (found.length === 0) {
            throw error;
        }
        return found;
    }
}

/** Of a document: an object, or a list that is empty or begins with an object; `[warn] …` is a line of a log. */
const BEGINNING = /[ \t\uFEFF]*(?=\{|\[\s*[{\]])/y;

function scattered(text: string): readonly unknown[] {
    const found: unknown[] = [];
    for (let place = 0; place < text.length;) {
        BEGINNING.lastIndex = place;
        const [indent] = BEGINNING.exec(text) ?? [];
        if (indent === undefined) {
            const line = text.indexOf("\n", place);
            place = line === -1 ? text.length : line + 1;
        } else {
            const start = place + indent.length;
            const end = endOf(text, start);
            found.push(JSON.parse(text.slice(start, end)) as unknown);
            place = end;
        }
    }
    return found;
}

/** Strings, in which brackets do not count, and brackets. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[[\]{}]/gs;

/** The place after the document that begins at `start`; the end of the text if it is incomplete. */
function endOf(text: string, start: number): number {
    let depth = 0;
    TOKEN.lastIndex = start;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
        const [token] = match;
        depth += token === "{" || token === "[" ? 1 : token === "}" || token === "]" ? -1 : 0;
        if (depth === 0 && !token.startsWith('"')) {
            return TOKEN.lastIndex;
        }
    }
    return text.length;
}
