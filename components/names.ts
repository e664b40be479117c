import { createHash } from "node:crypto";

/** What Pulumi adds to a name to make it unique: a hyphen and seven hexadecimal digits. */
export const autonameLength = 8;

/**
 * A physical name that no other resource has: the beginning of a key's id makes it unique. For names that others are
 * derived from before the resource exists, which autonaming cannot serve.
 */
export function unique(name: string, keyId: string): string {
    return `${name}-${keyId.slice(0, 8)}`;
}

/** A name of at most `length` characters: a longer one is truncated, with a hash of the full name as its suffix. */
export function fit(name: string, length: number): string {
    if (name.length <= length) {
        return name;
    }
    const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
    return `${name.slice(0, length - hash.length - 1)}-${hash}`;
}

/** IAM's limit: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const roleNameLength = 64;

/** The name of a pod's role in the database's account, which its association has to name before the role exists. */
export function targetRoleName(identity: string, stack: string): string {
    return fit(`${identity}-${stack}`, roleNameLength);
}
