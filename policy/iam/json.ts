/** Far more than a document that AWS accepts, of at most 32,768 characters, can contain. */
const maxKeys = 20_000;

/** Why a JSON text was rejected, for its author. */
export class JsonProblem extends Error {}

/**
 * JSON.parse that also rejects duplicate keys in an object: JSON.parse silently takes the last one and another parser
 * may take the first, and an ambiguous document must not be evaluated in only one of its meanings.
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
 * The first key, as written, that is duplicate in an object of valid JSON.
 *
 * @throws JsonProblem if an object has more than {@link maxKeys}, which bounds the run time
 */
function repeatedKey(text: string): string | undefined {
    // One set of keys per open object, undefined per open array.
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
                    // An escaped key and its plain form are the same key.
                    const key = written.includes("\\") ? String(JSON.parse(written)) : written.slice(1, -1);
                    if (keys.has(key)) {
                        return written;
                    }
                    keys.add(key);
                    if (keys.size > maxKeys) {
                        throw new JsonProblem(`it has an object with more than ${maxKeys.toLocaleString("en")} keys`);
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

/** The index of the closing quote of the string that starts at `start`. */
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
