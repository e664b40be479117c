import { keyword, sql, type Sql } from "../../../toolkit/sql";
import type { Props } from "../../cloud/props";
import type { Attributes } from "./fields";
import { roleExists } from "./membership";
import { named } from "./sql";
import type { StatementRunner } from "./server";

/** One role's privileges in a schema, with and without grant option: the deprecated argument `policies`. */
interface Policy {
    /** Empty: PUBLIC. */
    readonly role: string;
    readonly privileges: readonly string[];
    readonly grantable: readonly string[];
}

const PRIVILEGES = ["CREATE", "USAGE"];

/** One policy per role: several entries of a role are merged. */
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

export function grantPolicies(schema: string, policies: readonly Policy[]): Sql[] {
    return policies.flatMap((policy) => grants(schema, policy));
}

/** Revokes the old policies and grants the new ones; a dropped role has nothing to revoke. */
export async function changedPolicies(
    session: StatementRunner,
    schema: string,
    olds: readonly Policy[],
    news: readonly Policy[],
): Promise<Sql[]> {
    const same = (a: Policy, b: Policy): boolean => a.role.toLowerCase() === b.role.toLowerCase();
    const statements: Sql[] = [];
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
    const privileges = [
        ...(given("create", "createWithGrant") ? ["CREATE"] : []),
        ...(given("usage", "usageWithGrant") ? ["USAGE"] : []),
    ];
    const grantable = [...(given("createWithGrant") ? ["CREATE"] : []), ...(given("usageWithGrant") ? ["USAGE"] : [])];
    return { role: typeof entry["role"] === "string" ? entry["role"] : "", privileges, grantable };
}

function merged(a: Policy, b: Policy): Policy {
    const union = (x: readonly string[], y: readonly string[]): string[] => [...new Set([...x, ...y])].sort();
    return { role: a.role, privileges: union(a.privileges, b.privileges), grantable: union(a.grantable, b.grantable) };
}

function grants(schema: string, { role, privileges, grantable }: Policy): Sql[] {
    return privileges.map((privilege) => {
        const option = grantable.includes(privilege) ? sql` WITH GRANT OPTION` : sql``;
        return sql`GRANT ${keyword(privilege, PRIVILEGES)} ON SCHEMA ${named(schema)} TO ${grantee(role)}${option}`;
    });
}

function revokes(schema: string, { role, privileges, grantable }: Policy): Sql[] {
    return privileges.map((privilege) => {
        const option = grantable.includes(privilege) ? sql`GRANT OPTION FOR ` : sql``;
        return sql`REVOKE ${option}${keyword(privilege, PRIVILEGES)} ON SCHEMA ${named(schema)} FROM ${grantee(role)}`;
    });
}

function grantee(role: string): Sql {
    return role === "" ? sql`PUBLIC` : named(role);
}
