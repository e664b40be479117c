import { access, people, tenants } from "./access";
import type { Cases } from "./case";
import { existingTenants } from "./existingTenants";
import { database } from "./database";
import { existing } from "./existing";
import { platform } from "./platform";
import { rest } from "./rest";

export { changed, type Case } from "./case";

/** The cases of every key. */
export const cases: Cases = {
    ...platform,
    ...existing,
    ...database,
    ...access,
    ...tenants,
    ...existingTenants,
    ...people,
    ...rest,
};

/** The key and the name of each case. */
export function allCases(): readonly (readonly [key: string, name: string])[] {
    return Object.entries(cases).flatMap(([key, names]) => Object.keys(names).map((name) => [key, name] as const));
}

/** The transition that a case belongs to: its name without the description. */
export function transitionOf(name: string): string {
    return name.split(":")[0] ?? name;
}
