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

function concerns(ours: Ours, { roles, place }: About): boolean {
    return roles.some((role) => ours.role(role)) || (place !== undefined && ours.place(place));
}

/** The access list, or the default privileges, are their owner's to change; what is declared there may be granted again. */
function touchesOthers(ours: Ours, { place, absent }: About): boolean {
    return place !== undefined && absent !== true && !ours.place(place);
}
