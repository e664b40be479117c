import {
    ATTRIBUTES,
    type Attribute,
    type MembershipFacts,
    type RoleFacts,
    type SettingFacts,
} from "../access/catalog/facts";
import { describe } from "../drift/statements";
import type { Facts } from "../drift/index";
import type { Seal } from "./seal";

/** One thing that a role may do or is, as the catalogs say it. */
export interface Right {
    /** The role; `public` stands for PUBLIC. */
    readonly holder: string;
    readonly what: string;
    /** Who granted it. */
    readonly by?: string;
}

/** Kinds of rights by which a role's own row is told from what it holds elsewhere. */
export const ROLE = "role";
export const SETTING = "setting";

/**
 * All rights of a server, one entry each: roles, settings, memberships, owners, access lists and default privileges.
 *
 * @param seal stands for a setting's value, which may be a secret
 */
export function rightsOf(facts: Facts, seal: Seal): readonly Right[] {
    const { roles, memberships, objects, defaults, others } = facts;
    const found: Right[] = [...roles.values()].flatMap((role) => [
        { holder: role.name, what: `${ROLE}: ${attributesOf(role)}` },
        ...role.settings.map((one) => ({ holder: role.name, what: setting(one, seal) })),
    ]);
    found.push(...memberships.map((one) => ({ holder: one.member, what: membership(one), by: one.grantor })));
    for (const object of [...objects, ...others.inSchemas, ...others.outside, ...others.provided]) {
        const place = placeOf(object);
        found.push({ holder: object.owner, what: `owns ${place}` });
        for (const { grantee, grantor, privilege, grantable } of object.items) {
            found.push({ holder: grantee, what: privilegeOn(privilege, place, grantable), by: grantor });
        }
    }
    for (const { database, owner, schema, kind, entries } of defaults) {
        const place = toCome({ database, owner, schema, kind });
        found.push({ holder: owner, what: `has default privileges of its own for ${place}` });
        found.push(
            ...entries.map(({ grantee, privilege, grantable }) => ({
                holder: grantee,
                what: privilegeOn(privilege, place, grantable),
                by: owner,
            })),
        );
    }
    found.push(
        ...others.taken.map(({ database, what, owner }) => ({ holder: owner, what: `owns ${what} in ${database}` })),
        ...others.mappings.map(({ database, server, user }) => ({
            holder: user,
            what: `has an account on the foreign server ${server} in ${database}`,
        })),
        ...others.largeObjectDefaults.map(({ database, owner, grantee, privilege }) => ({
            holder: grantee,
            what: privilegeOn(privilege, toCome({ database, owner, kind: "large object" }), false),
            by: owner,
        })),
        ...others.settings.map((one) => ({ holder: "public", what: setting(one, seal) })),
    );
    return found.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function setting({ database, name, value }: SettingFacts, seal: Seal): string {
    return `${SETTING}: ${name} = ${seal(value)}${database === "" ? "" : ` in database ${database}`}`;
}

/** `table shop.orders in app`. */
export function placeOf({
    kind,
    database,
    schema,
    name,
}: {
    readonly kind: string;
    readonly database: string;
    readonly schema?: string | undefined;
    readonly name: string;
}): string {
    return kind === "database" ? `database ${name}` : `${describe({ kind, schema, name })} in ${database}`;
}

function toCome(of: {
    readonly database: string;
    readonly owner: string;
    readonly schema?: string | undefined;
    readonly kind: string;
}): string {
    return `every ${of.kind} to come of ${of.owner}${of.schema === undefined ? "" : ` in schema ${of.schema}`} in ${of.database}`;
}

export function privilegeOn(privilege: string, place: string, grantable: boolean): string {
    return `${privilege} on ${place}${grantable ? " with the grant option" : ""}`;
}

/** Options that a plain GRANT gives, or not, are named only where they differ from it. */
export function membership({
    role,
    admin,
    inherit = true,
    set = true,
}: Pick<MembershipFacts, "role" | "admin" | "inherit" | "set">): string {
    const options = [
        ...(admin ? ["with ADMIN"] : []),
        ...(inherit ? [] : ["without INHERIT"]),
        ...(set ? [] : ["without SET"]),
    ];
    return [`member of ${role}`, ...options].join(", ");
}

function attributesOf({ attributes, connectionLimit, validUntil }: RoleFacts): string {
    const names = Object.entries(ATTRIBUTES).map(([key, word]) => (attributes[key as Attribute] ? word : `NO${word}`));
    const limit = connectionLimit < 0 ? [] : [`CONNECTION LIMIT ${connectionLimit}`];
    return [...names, ...limit, ...(validUntil === undefined ? [] : [`VALID UNTIL ${validUntil}`])].join(" ");
}

function keyOf({ holder, what, by }: Right): string {
    return JSON.stringify([holder, what, by]);
}

/** What a comparison finds. */
export interface RightsComparison {
    /** Held before, and no longer. */
    readonly lost: readonly Right[];
    /** Held now, by nobody who was announced, or not as announced. */
    readonly unannounced: readonly Right[];
    /** Announced, and held by nobody. */
    readonly missing: readonly Announced[];
    /** Held now, as announced. */
    readonly added: readonly Right[];
}

/** A right that a run adds; a role's attributes and settings are its own. */
export type Announced = Pick<Right, "holder" | "what">;

/** Compares everybody's rights before a run with those after it. Whoever grants a new right is not announced. */
export function compareRights(
    before: readonly Right[],
    after: readonly Right[],
    announced: readonly Announced[],
): RightsComparison {
    const [was, is] = [before, after].map((rights) => new Set(rights.map(keyOf)));
    const plain = ({ holder, what }: Announced) => JSON.stringify([holder, what]);
    const exact = new Set(announced.map(plain));
    const holders = new Set(announced.filter(({ what }) => what === ROLE).map(({ holder }) => holder));
    const isOwn = ({ holder, what }: Right) =>
        holders.has(holder) && (what.startsWith(`${ROLE}: `) || what.startsWith(`${SETTING}: `));
    const more = after.filter((right) => was?.has(keyOf(right)) !== true);
    const expected = (right: Right) => isOwn(right) || exact.has(plain(right));
    const held = new Set(after.map(plain));
    const present = new Set(after.filter(({ what }) => what.startsWith(`${ROLE}: `)).map(({ holder }) => holder));
    return {
        lost: before.filter((right) => is?.has(keyOf(right)) !== true),
        unannounced: more.filter((right) => !expected(right)),
        missing: announced.filter((one) => (one.what === ROLE ? !present.has(one.holder) : !held.has(plain(one)))),
        added: more.filter(expected),
    };
}
