import type { Props } from "../protocol/types";
import type { Attributes } from "./fields";
import { roleExists } from "./membership";
import { quoteIdentifier } from "./sql";
import type { Session } from "./server";

/** What one role may do in a schema, and what of that it may hand on: the argument `policies`, which is deprecated. */
interface Policy {
    /** Empty: PUBLIC. */
    readonly role: string;
    readonly privileges: readonly string[];
    readonly grantable: readonly string[];
}

/** One policy a role: several entries of the same role add up. */
export function policiesOf(attributes: Attributes): Policy[] {
    const policies = new Map<string, Policy>();
    for (const entry of attributes.objects("policies")) {
        const policy = policyOf(entry);
        const key = policy.role.toLowerCase();
        const known = policies.get(key);
        policies.set(key, known === undefined ? policy : merged(known, policy));
    }
    return [...policies.values()];
}

export function grantPolicies(schema: string, policies: readonly Policy[]): string[] {
    return policies.flatMap((policy) => grants(schema, policy));
}

/** What takes the old policies away and puts the new ones; a role that is gone has nothing left to take. */
export async function changedPolicies(session: Session, schema: string, olds: readonly Policy[], news: readonly Policy[]): Promise<string[]> {
    const same = (a: Policy, b: Policy): boolean => a.role.toLowerCase() === b.role.toLowerCase();
    const statements: string[] = [];
    for (const old of olds) {
        const now = news.find((candidate) => same(old, candidate));
        if (now === undefined && (old.role === "" || (await roleExists(session, old.role)))) {
            statements.push(...revokes(schema, old));
        } else if (now !== undefined && JSON.stringify(old) !== JSON.stringify(now)) {
            statements.push(...revokes(schema, old), ...grants(schema, now));
        }
    }
    const added = news.filter((policy) => !olds.some((old) => same(old, policy)));
    return [...statements, ...grantPolicies(schema, added)];
}

function policyOf(entry: Props): Policy {
    const given = (...names: string[]): boolean => names.some((name) => entry[name] === true);
    const privileges = [...(given("create", "createWithGrant") ? ["CREATE"] : []), ...(given("usage", "usageWithGrant") ? ["USAGE"] : [])];
    const grantable = [...(given("createWithGrant") ? ["CREATE"] : []), ...(given("usageWithGrant") ? ["USAGE"] : [])];
    return { role: typeof entry["role"] === "string" ? entry["role"] : "", privileges, grantable };
}

function merged(a: Policy, b: Policy): Policy {
    const union = (x: readonly string[], y: readonly string[]): string[] => [...new Set([...x, ...y])].sort();
    return { role: a.role, privileges: union(a.privileges, b.privileges), grantable: union(a.grantable, b.grantable) };
}

function grants(schema: string, { role, privileges, grantable }: Policy): string[] {
    return privileges.map((privilege) => {
        const option = grantable.includes(privilege) ? " WITH GRANT OPTION" : "";
        return `GRANT ${privilege} ON SCHEMA ${quoteIdentifier(schema)} TO ${grantee(role)}${option}`;
    });
}

function revokes(schema: string, { role, privileges, grantable }: Policy): string[] {
    return privileges.map((privilege) => {
        const option = grantable.includes(privilege) ? "GRANT OPTION FOR " : "";
        return `REVOKE ${option}${privilege} ON SCHEMA ${quoteIdentifier(schema)} FROM ${grantee(role)}`;
    });
}

function grantee(role: string): string {
    return role === "" ? "PUBLIC" : quoteIdentifier(role);
}
