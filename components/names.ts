import { createHash } from "node:crypto";

/** What Pulumi adds to a name to make it unique: a hyphen and seven hexadecimal digits. */
export const autonameLength = 8;

/** A name of at most `length` characters: a longer one is cut and told apart from others by a hash of the whole. */
export function fit(name: string, length: number): string {
    if (name.length <= length) {
        return name;
    }
    const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
    return `${name.slice(0, length - hash.length - 1)}-${hash}`;
}
