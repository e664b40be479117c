/** Far more than any document that AWS takes, of 32,768 characters at most, could hold. */
const maxKeys = 20_000;

/** What went wrong with a JSON text, for the person who wrote it. */
export class JsonProblem extends Error {}

/**
 * JSON.parse, and besides it refuses an object that gives one key twice: JSON.parse would quietly take the last, another
 * reader may take the first, and a document that reads in two ways must not be judged in one.
 */
export function parseJson(text: string): unknown {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        throw new JsonProblem(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
    }
    const twice = repeatedKey(text);
    if (twice !== undefined) {
        throw new JsonProblem(`it has the key ${twice} twice in one object`);
    }
    return value;
}

/**
 * The first key, as written, that stands twice in one object of a text that is known to be JSON.
 *
 * @throws JsonProblem when an object has more than {@link maxKeys}, so that none takes long
 */
function repeatedKey(text: string): string | undefined {
    // One set of keys for each object that is open, undefined for each array.
    const open: (Set<string> | undefined)[] = [];
    let expectKey = false;
    for (let index = 0; index < text.length; index += 1) {
        switch (text.charCodeAt(index)) {
            case 0x7b: // {
                open.push(new Set());
                expectKey = true;
                break;
            case 0x5b: // [
                open.push(undefined);
                expectKey = false;
                break;
            case 0x7d: // }
            case 0x5d: // ]
                open.pop();
                expectKey = false;
                break;
            case 0x2c: // ,
                expectKey = open.at(-1) !== undefined;
                break;
            case 0x22: {
                const end = endOfString(text, index);
                const keys = open.at(-1);
                if (expectKey && keys !== undefined) {
                    const written = text.slice(index, end + 1);
                    // Two spellings of one key (an escape) are one key.
                    const key = written.includes("\\") ? String(JSON.parse(written)) : written.slice(1, -1);
                    if (keys.has(key)) {
                        return written;
                    }
                    keys.add(key);
                    if (keys.size > maxKeys) {
                        throw new JsonProblem(`one of its objects has more than ${maxKeys.toLocaleString("en")} keys`);
                    }
                    expectKey = false;
                }
                index = end;
                break;
            }
        }
    }
    return undefined;
}

/** The index of the quote that ends the string that begins at `start`. */
function endOfString(text: string, start: number): number {
    let end = text.indexOf('"', start + 1);
    while (end !== -1 && isEscaped(text, end)) {
        end = text.indexOf('"', end + 1);
    }
    return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
    let slashes = 0;
    while (text[index - 1 - slashes] === "\\") {
        slashes += 1;
    }
    return slashes % 2 === 1;
}
