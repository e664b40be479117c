import type { Registered } from "./mocks";

/**
 * Pairs of resources whose operations the engine may run at once although the provider's locks can deadlock.
 *
 * The provider takes advisory locks in a transaction: on the oid of a role, then on those of its members, in no particular
 * order (`pgLockRole`: https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/postgresql/helpers.go). Two
 * operations on different roles can therefore each hold what the other waits for as soon as they share two locks. From
 * Postgres 16, the provisioner is a member of every role that it created, so that all operations share one lock.
 */
export function deadlocks(resources: readonly Registered[]): string[] {
    const members = membersOf(resources);
    const locking = resources.flatMap((resource) => {
        const role = lockedRole(resource);
        return role === undefined ? [] : [{ resource, role, locks: new Set([role, ...(members.get(role) ?? [])]) }];
    });
    const before = ancestors(resources);
    const ordered = (a: Registered, b: Registered) =>
        before.get(a.urn)?.has(b.urn) === true || before.get(b.urn)?.has(a.urn) === true;
    return locking.flatMap((one, index) =>
        locking
            .slice(index + 1)
            .filter(({ role }) => role !== one.role)
            .filter(({ locks }) => [...one.locks].some((lock) => locks.has(lock)))
            .filter(({ resource }) => !ordered(one.resource, resource))
            .map(({ resource }) => `${title(one.resource)} and ${title(resource)}`),
    );
}

function title({ type, name }: Registered): string {
    return `${type.split(":").at(-1)} ${name}`;
}

/** The role that the provider locks first, beside those that only share the provisioner's lock. */
function lockedRole({ type, inputs }: Registered): string | undefined {
    const role = {
        "postgresql:index/role:Role": inputs["name"],
        "postgresql:index/defaultPrivileges:DefaultPrivileges": inputs["owner"],
        "postgresql:index/grant:Grant": inputs["role"],
    }[type];
    return role === "public" ? undefined : (role as string | undefined);
}

/** The members of each role, the provisioner aside. */
function membersOf(resources: readonly Registered[]): ReadonlyMap<string, ReadonlySet<string>> {
    const members = new Map<string, Set<string>>();
    const add = (role: unknown, member: unknown) =>
        members.set(String(role), new Set([...(members.get(String(role)) ?? []), String(member)]));
    for (const { type, inputs } of resources) {
        if (type === "postgresql:index/role:Role") {
            for (const role of (inputs["roles"] ?? []) as unknown[]) {
                add(role, inputs["name"]);
            }
        }
        if (type === "postgresql:index/grantRole:GrantRole") {
            add(inputs["grantRole"], inputs["role"]);
        }
    }
    return members;
}

/** Everything that must exist before each resource. */
function ancestors(resources: readonly Registered[]): ReadonlyMap<string, ReadonlySet<string>> {
    const direct = new Map(resources.map(({ urn, dependencies }) => [urn, dependencies]));
    const all = new Map<string, Set<string>>();
    const of = (urn: string): Set<string> => {
        const known = all.get(urn);
        if (known !== undefined) {
            return known;
        }
        const found = new Set<string>();
        all.set(urn, found);
        for (const dependency of direct.get(urn) ?? []) {
            found.add(dependency);
            for (const further of of(dependency)) {
                found.add(further);
            }
        }
        return found;
    };
    resources.forEach(({ urn }) => of(urn));
    return all;
}
