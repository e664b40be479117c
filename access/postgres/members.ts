import type { Membership, Role, ServerState } from "./serverState";

/** The memberships that lead from one role to another, in order; empty for the role itself. */
export type Path = readonly Membership[];

/** Roles that can be reached from one, each with a shortest path. */
export type Reached = ReadonlyMap<string, Path>;

/** Postgres' own group, whose only member is the owner of the current database. */
export const DATABASE_OWNER = "pg_database_owner";

/** Role memberships, as `pg_has_role` sees them (postgres: src/backend/utils/adt/acl.c, roles_is_member_of). */
export class Members {
    private readonly upward = new Map<string, Membership[]>();
    private readonly downward = new Map<string, Membership[]>();
    private readonly known = {
        inherit: new Map<string, Reached>(),
        set: new Map<string, Reached>(),
        any: new Map<string, Reached>(),
    };

    constructor(private readonly world: Pick<ServerState, "version" | "roles" | "memberships">) {
        for (const membership of world.memberships) {
            append(this.upward, membership.member, membership);
            append(this.downward, membership.role, membership);
        }
    }

    role(name: string): Role | undefined {
        return this.world.roles.get(name);
    }

    /** The roles whose privileges this one has automatically, itself included (`USAGE` of pg_has_role). */
    inherits(name: string): Reached {
        return this.reach("inherit", name, (membership) =>
            this.world.version >= 16 ? membership.inherit : (this.role(membership.member)?.inherit ?? true),
        );
    }

    /** The roles that a session of this one may `SET ROLE` to, itself included. */
    settable(name: string): Reached {
        return this.reach("set", name, (membership) => this.world.version < 16 || membership.set);
    }

    /** All roles that this one is a member of, directly or indirectly, itself included (`MEMBER`). */
    belongs(name: string): Reached {
        return this.reach("any", name, () => true);
    }

    /** The roles that this one may grant to others, itself included, with the path that ends in the ADMIN option. */
    administers(name: string): Reached {
        const found = new Map<string, Path>();
        for (const [held, path] of this.belongs(name)) {
            for (const membership of this.upward.get(held) ?? []) {
                if (membership.admin && membership.role !== name && !found.has(membership.role)) {
                    found.set(membership.role, [...path, membership]);
                }
            }
        }
        return found;
    }

    /** The roles that inherit this one, itself included. */
    heirs(name: string): ReadonlySet<string> {
        const found = new Set([name]);
        for (const role of found) {
            for (const membership of this.downward.get(role) ?? []) {
                if (this.inherits(membership.member).has(role)) {
                    found.add(membership.member);
                }
            }
        }
        return found;
    }

    private reach(
        kind: "inherit" | "set" | "any",
        start: string,
        follows: (membership: Membership) => boolean,
    ): Reached {
        const known = this.known[kind].get(start);
        if (known !== undefined) {
            return known;
        }
        const found = new Map<string, Path>([[start, []]]);
        for (const [role, path] of found) {
            for (const membership of this.upward.get(role) ?? []) {
                if (!found.has(membership.role) && follows(membership)) {
                    found.set(membership.role, [...path, membership]);
                }
            }
        }
        this.known[kind].set(start, found);
        return found;
    }
}

function append(map: Map<string, Membership[]>, key: string, membership: Membership): void {
    const existing = map.get(key);
    if (existing === undefined) {
        map.set(key, [membership]);
    } else {
        existing.push(membership);
    }
}
