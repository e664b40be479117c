import { choosePairs, type Pairs } from "../attempts/pairs";
import { groupedBy } from "../../toolkit/grouped";
import type { Access, Allowed, Right, Tenant } from "./expectation";
import type { Reached } from "./reached";

/** What each login tries. */
export interface Choice {
    /** Pairs of a login and a tenant's name. */
    readonly data: Pairs;
    /** Pairs of a login and a role that it must not become. */
    readonly roles: Pairs;
    /** The logins that differ only in whose they are. */
    readonly classes: readonly (readonly string[])[];
}

/**
 * Chooses whose data and which roles each login tries: all, or where many tenants are, what represents all, and each pair of
 * which the server says more than is expected.
 */
export function chooseAttempts(
    { tenants }: Access,
    allow: readonly Allowed[],
    reached: Reached,
    exhaustive: boolean | undefined,
): Choice {
    const own = new Map(tenants.map((tenant) => [tenant.login, tenant]));
    const bySchema = new Map(tenants.map(({ schema, name }) => [schema, name]));
    const described = new Map(
        allow.map((allowed) => {
            const schemas = [...(reached.schemas.get(allowed.login) ?? [])];
            const found = schemas.flatMap((schema) => bySchema.get(schema) ?? []);
            return [allowed.login, describe(allowed, own.get(allowed.login), tenants, found)];
        }),
    );
    const logins = allow.map(({ login }) => ({ name: login, likeness: described.get(login)?.likeness ?? "" }));
    const none: ReadonlySet<string> = new Set();
    const roles = tenants.flatMap(({ owner, login }) => [
        ...(login === owner ? [] : [{ name: owner, likeness: "owner" }]),
        ...(login === undefined ? [] : [{ name: login, likeness: login === owner ? "owning login" : "login" }]),
    ]);
    const becoming = new Map(
        allow.map(({ login }) => {
            const { owner } = own.get(login) ?? {};
            return [login, new Set([...(owner === undefined ? [] : [owner]), ...(reached.roles.get(login) ?? [])])];
        }),
    );
    return {
        data: choosePairs({
            logins,
            targets: tenants.map(({ name, owner, login }) => ({
                name,
                likeness: login === undefined ? "retired" : login === owner ? "owner" : "split",
            })),
            related: (login) => described.get(login)?.related ?? none,
            exhaustive,
        }),
        roles: choosePairs({
            logins,
            targets: roles,
            related: (login) => becoming.get(login) ?? none,
            exhaustive,
        }),
        classes: [...groupedBy(logins, ({ likeness }) => likeness).values()].map((some) =>
            some.map(({ name }) => name),
        ),
    };
}

/**
 * A login's class, and the data on which its rights are not those that it has on most.
 *
 * @param found the tenants whose schemas it reaches
 */
function describe({ rights }: Allowed, own: Tenant | undefined, tenants: readonly Tenant[], found: readonly string[]) {
    const text = (some: readonly Right[] | undefined) => (some ?? []).join(" ");
    const counts = new Map<string, number>([["", tenants.length - rights.size]]);
    for (const [tenant, some] of rights) {
        counts.set(text(some), (counts.get(text(some)) ?? 0) + (tenant === own?.name ? 0 : 1));
    }
    const [usual] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
    const unusual =
        usual === ""
            ? [...rights.keys()]
            : tenants.map(({ name }) => name).filter((name) => text(rights.get(name)) !== usual);
    const unexpected = found.filter((name) => !rights.has(name));
    const related = new Set([...(own === undefined ? [] : [own.name]), ...unusual, ...unexpected]);
    const kinds = new Set([...related].map((name) => text(rights.get(name))));
    return { related, likeness: JSON.stringify([text(own && rights.get(own.name)), usual, [...kinds].sort()]) };
}
