import type { MembershipFacts } from "./facts";

/** The memberships from one role to another, as names, both ends included; undefined: it is not a member, not even through others. */
export function membershipPath(
    memberships: readonly MembershipFacts[],
    from: string,
    to: string,
): readonly string[] | undefined {
    const queue: (readonly string[])[] = [[from]];
    const seen = new Set([from]);
    for (const path of queue) {
        for (const { role } of memberships.filter(({ member }) => member === path.at(-1))) {
            if (role === to) {
                return [...path, role];
            }
            if (!seen.has(role)) {
                seen.add(role);
                queue.push([...path, role]);
            }
        }
    }
    return undefined;
}
