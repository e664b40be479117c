import type { Ours } from "../access/databases/ours";
import type { About, Finding, Found, FromElsewhere } from "./finding";

/** The differences of a server that the stack shares with others. */
export interface Sorted {
    readonly findings: Finding[];
    readonly elsewhere: readonly FromElsewhere[];
    /** Differences whose fix would change what is not the stack's. */
    readonly unfixable: ReadonlySet<Finding>;
}

/**
 * Tells the stack's differences from what others have: roles, objects and grantees that are not its own.
 *
 * @param ours what is the stack's on an existing server; undefined for a server of its own
 */
export function sortFindings(found: readonly Found[], ours: Ours | undefined): Sorted {
    const findings: Finding[] = [];
    const elsewhere: FromElsewhere[] = [];
    const unfixable = new Set<Finding>();
    for (const { about, ...finding } of found) {
        if (ours === undefined || concerns(ours, about)) {
            findings.push(finding);
            if (ours !== undefined && touchesOthers(ours, about)) {
                unfixable.add(finding);
            }
        } else if (about.absent !== true) {
            const { kind, message, database } = finding;
            elsewhere.push({ kind, message: about.fact ?? message.replace(/, which nothing declares$/, ""), database });
        }
    }
    return { findings, elsewhere, unfixable };
}

function concerns(ours: Ours, { roles, place, absent }: About): boolean {
    const isStated = (role: string) => ours.role(role) || (absent === true ? ours.takenOver(role) : ours.held(role));
    return roles.some(isStated) || (place !== undefined && ours.place(place));
}

/**
 * The access list, or the default privileges, are their owner's to change, and so is a group of others; what is declared there may be
 * granted again.
 */
function touchesOthers(ours: Ours, { roles, place, absent }: About): boolean {
    return absent !== true && (place === undefined ? !roles.some((role) => ours.role(role)) : !ours.place(place));
}
