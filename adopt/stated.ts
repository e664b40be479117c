import type { MembershipFacts } from "../access/catalog/facts";
import type { Facts } from "../drift/index";

type Place = Pick<Facts["objects"][number], "kind" | "schema" | "name">;
type DefaultsOf = { readonly owner: string; readonly schema?: string | undefined; readonly kind: string };

/** What the written config states of the database's grants: the rest is listed as left. */
export class Stated {
    private readonly grants = new Set<string>();
    private readonly defaults = new Set<string>();
    private readonly memberships = new Set<MembershipFacts>();

    addGrant(on: Place, grantee: string): void {
        this.grants.add(grantKey(on, grantee));
    }

    hasGrant(on: Place, grantee: string): boolean {
        return this.grants.has(grantKey(on, grantee));
    }

    addDefaults(of: DefaultsOf, grantee: string): void {
        this.defaults.add(defaultsKey(of, grantee));
    }

    hasDefaults(of: DefaultsOf, grantee: string): boolean {
        return this.defaults.has(defaultsKey(of, grantee));
    }

    addMembership(membership: MembershipFacts): void {
        this.memberships.add(membership);
    }

    hasMembership(membership: MembershipFacts): boolean {
        return this.memberships.has(membership);
    }
}

function grantKey({ kind, schema, name }: Place, grantee: string): string {
    return JSON.stringify([kind, schema, name, grantee]);
}

function defaultsKey({ owner, schema, kind }: DefaultsOf, grantee: string): string {
    return JSON.stringify([owner, schema, kind, grantee]);
}
