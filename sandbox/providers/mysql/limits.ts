import { mysqlError } from "./catalogue";

/** https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html */
export function tooLong(what: string, name: string, characters: number): void {
    if ([...name].length > characters) {
        const code = what === "Identifier name" ? 1059 : 1470;
        const message = code === 1059 ? `Identifier name '${name}' is too long` : `String '${name}' is too long for ${what} (should be no longer than ${characters})`;
        throw mysqlError(code, message);
    }
}
