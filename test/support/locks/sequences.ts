import type { Registered } from "../mocks";

/**
 * The advisory locks of one transaction, in stages: each stage has all locks of the one before, and takes its own in no
 * particular order.
 */
export type LockSequence = readonly ReadonlySet<string>[];

/**
 * What each type locks, in create, update and delete, and default privileges in a read too; docs/development/provider-locks.md
 * has the table with its sources. Creating a role locks nothing, but every role can be updated.
 */
const lockedRole: Readonly<Record<string, string>> = {
    "postgresql:index/role:Role": "name",
    "postgresql:index/defaultPrivileges:DefaultPrivileges": "owner",
    "postgresql:index/grant:Grant": "role",
};

/** Types that the provider changes without an advisory lock, a database as far as the program uses it. */
const unlocked = ["database:Database", "extension:Extension", "grantRole:GrantRole", "schema:Schema"];

/** Whether the locks of this type are listed. */
export function isKnown(type: string): boolean {
    return type in lockedRole || unlocked.some((one) => type === `postgresql:index/${one}`);
}

/** PUBLIC is not a role, and has no lock. */
const PUBLIC = "public";

/** @param members direct members by role */
export function sequenceOf(
    { type, inputs }: Registered,
    members: ReadonlyMap<string, ReadonlySet<string>>,
): LockSequence {
    const role = inputs[lockedRole[type] ?? ""];
    const roles = typeof role !== "string" || role === PUBLIC ? [] : [role];
    const database = type.endsWith(":Grant") && inputs["objectType"] === "database" ? [String(inputs["database"])] : [];
    return [
        new Set(roles),
        new Set(roles.flatMap((one) => [...(members.get(one) ?? [])])),
        // A database's oid, not a role's.
        new Set(database.map((one) => `database ${one}`)),
    ];
}

/**
 * The direct members of each role.
 *
 * @param creator from Postgres 16, a role's creator is a member of it (https://www.postgresql.org/docs/16/sql-createrole.html)
 */
export function membersOf(
    resources: readonly Registered[],
    creator?: string,
): ReadonlyMap<string, ReadonlySet<string>> {
    const members = new Map<string, Set<string>>();
    const add = (role: unknown, member: unknown) =>
        members.set(String(role), new Set([...(members.get(String(role)) ?? []), String(member)]));
    for (const { type, inputs } of resources) {
        if (type === "postgresql:index/role:Role") {
            for (const role of (inputs["roles"] ?? []) as unknown[]) {
                add(role, inputs["name"]);
            }
            if (creator !== undefined) {
                add(inputs["name"], creator);
            }
        }
        if (type === "postgresql:index/grantRole:GrantRole") {
            add(inputs["grantRole"], inputs["role"]);
        }
    }
    return members;
}

/** Pairs of locks of which the transaction can hold the first while it waits for the second. */
export function waits(sequence: LockSequence): readonly (readonly [held: string, wanted: string])[] {
    return sequence.flatMap((stage, at) =>
        [...stage].flatMap((held) =>
            sequence
                .slice(at)
                .flatMap((later) => [...later])
                .filter((wanted) => wanted !== held)
                .map((wanted) => [held, wanted] as const),
        ),
    );
}
