/** JSON in ASCII: a log's reader is a terminal, and what a server says may hold characters that it obeys or hides. */
export function toJson(value, indent) {
    return JSON.stringify(value, undefined, indent).replace(
        /[^\n\x20-\x7e]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}
