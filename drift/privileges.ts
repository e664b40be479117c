import { FOUND, keyOf, PUBLIC } from "../access/postgres/serverState";
import type { ObjectKind, PgObject, ServerState } from "../access/postgres/serverState";
import { DefaultEntries } from "../access/postgres/defaultPrivileges";
import type { AnyItem } from "./catalog/read";
import type { Facts, Listed } from "./facts";
import { FALLBACK, MAINTENANCE as SERVERS, PROVISIONER } from "../toolkit/serverNames";
import { sql, type Sql } from "../toolkit/sql";
import { KINDS, type FindingKind, type Found } from "./finding";
import { defaultsOf, describe, grantee, privilegeList, privilegesOn, type NamedObject } from "./statements";

const MAINTENANCE: readonly string[] = SERVERS;

/** A grantee's actual or expected privileges, each with or without the grant option. */
type Held = ReadonlyMap<string, boolean>;

/** An entry of an access list, actual or expected. */
type Listing = Pick<AnyItem, "grantee" | "privilege" | "grantable">;

/**
 * The access lists of the declared schemas, their objects and their databases.
 *
 * @param isMade whether a resource creates the database; another's keeps its owner
 * @param admitted undeclared logins that the bootstrap lets connect to the database `postgres`
 */
export function privilegeFindings(
    world: ServerState,
    facts: Facts,
    admitted: readonly string[],
    isMade: (database: string) => boolean,
): Found[] {
    const declared = new Map(
        world.objects.filter(({ future }) => future !== true).map((object) => [keyOf(object), object]),
    );
    const ours = new Set(
        world.objects
            .filter(({ kind, future }) => kind === "schema" && future !== true)
            .map(({ database, name }) => `${database}/${name}`),
    );
    const found = facts.objects.filter(
        ({ kind, database, schema, name }) =>
            kind === "database" || ours.has(`${database}/${kind === "schema" ? name : (schema ?? "")}`),
    );
    const there = new Set(found.map((object) => keyOf(object)));
    // The catalog omits columns without their own access list.
    const bare = [...declared.values()].filter((object) => object.kind === "column" && !there.has(keyOf(object)));
    return [
        ...found.flatMap((object) => {
            const plan = declared.get(keyOf(object));
            // The expected list is unknown until the owner is the declared one.
            if (plan !== undefined && plan.owner !== object.owner) {
                return [];
            }
            const expected = [
                ...expectedOf(object, plan, declared, admitted),
                ...(object.kind === "database" && !isMade(object.name) ? held(lent(object), object.items) : []),
            ];
            const compared = <T extends Listing>(list: readonly T[]): readonly T[] =>
                keepsPublic(object, world.publicKept) ? list.filter(({ grantee }) => grantee !== PUBLIC) : list;
            return objectFindings(
                object,
                compared(isFound(object, declared) ? held(expected, object.items) : expected),
                compared(object.items),
            );
        }),
        ...bare.flatMap((object) =>
            columnsNamed(facts, object).flatMap((column) => objectFindings(column, object.entries, [])),
        ),
    ];
}

/**
 * What the bootstrap gives the provisioner on a database that keeps its owner (bootstrap/keepOwner.ts): CONNECT, to pass on, and CREATE
 * for trusted extensions.
 */
function lent({ name, owner }: Listed): readonly Listing[] {
    return owner === PROVISIONER || MAINTENANCE.includes(name)
        ? []
        : [
              { grantee: PROVISIONER, privilege: "CONNECT", grantable: true },
              { grantee: PROVISIONER, privilege: "CREATE", grantable: false },
          ];
}

/** Whether PUBLIC keeps what it has there. */
export function keepsPublic(
    { kind, database, name }: Pick<Listed, "kind" | "database" | "name">,
    publicKept: ReadonlySet<string> | undefined,
): boolean {
    return publicKept?.has(database) === true && (kind === "database" || (kind === "schema" && name === "public"));
}

/** Whether nothing declares the object's database or schema: what is missing there is nobody's loss. */
function isFound({ kind, database, schema, name }: Listed, declared: ReadonlyMap<string, PgObject>): boolean {
    const place = { kind: kind === "database" ? ("database" as const) : ("schema" as const), database, owner: "" };
    return (
        (kind !== "database" || !MAINTENANCE.includes(name)) &&
        declared.get(keyOf({ ...place, name: schema ?? name }))?.source === FOUND
    );
}

/** The expected entries that the list has. */
function held(expected: readonly Listing[], items: readonly Listing[]): readonly Listing[] {
    return expected.filter((one) =>
        items.some(({ grantee, privilege }) => grantee === one.grantee && privilege === one.privilege),
    );
}

/** Expected entries. A migration may grant EXECUTE, and USAGE of a type, to any role with USAGE on the schema, and close a type to PUBLIC. */
function expectedOf(
    object: Listed,
    plan: PgObject | undefined,
    declared: ReadonlyMap<string, PgObject>,
    admitted: readonly string[],
): readonly Listing[] {
    const expected = plan?.entries ?? [];
    if (object.kind === "database" && object.name === FALLBACK) {
        const connecting = object.items.filter(
            ({ grantee, privilege }) => admitted.includes(grantee) && privilege === "CONNECT",
        );
        return [...expected, ...connecting.map((item) => ({ ...item, grantable: false }))];
    }
    if (object.kind !== "function" && object.kind !== "type") {
        return expected;
    }
    const schema = declared.get(
        keyOf({ kind: "schema", database: object.database, name: object.schema ?? "", owner: "" }),
    );
    const users = new Set(
        schema?.entries
            .filter(({ privilege, grantee }) => privilege === "USAGE" && grantee !== PUBLIC)
            .map((entry) => entry.grantee),
    );
    return [
        ...(object.kind === "type" ? held(expected, object.items) : expected),
        ...object.items.filter((item) => !item.grantable && users.has(item.grantee)),
    ];
}

/** A column of an existing table; either name may contain a dot. */
function columnsNamed({ objects }: Facts, column: PgObject): (NamedObject & { readonly owner: string })[] {
    const { database, schema, name } = column;
    const tables = objects.filter(
        (object) =>
            object.kind === "table" &&
            object.database === database &&
            object.schema === schema &&
            name.startsWith(`${object.name}.`),
    );
    return tables.map((table) => ({ ...column, on: table.on, column: name.slice(table.name.length + 1) }));
}

/** Differences between an object's actual and expected access lists. */
export function objectFindings(
    target: NamedObject & { readonly owner: string },
    expected: readonly Listing[],
    items: readonly (Omit<AnyItem, "grantor"> & { grantor?: string })[],
): Found[] {
    const { owner, database } = target;
    const what = describe(target);
    const grantorOf = (name: string): string =>
        items.find((item) => item.grantee === name && item.grantor !== owner)?.grantor ?? owner;
    // The owner's privileges follow ownership.
    return differences(expected, items).flatMap(({ who, extra, missing, option }): Found[] => {
        const kind: FindingKind = who === PUBLIC ? "privilege of PUBLIC" : kindOf(target.kind);
        const to = grantee(who);
        const common = {
            database,
            as: [...new Set([grantorOf(who), owner])],
            about: { roles: [who], place: placeOf(target) },
        };
        const [revoke, grant, stop] = [extra, missing, option].map((privileges) =>
            privileges.length === 0 ? undefined : privilegesOn(privileges, target),
        );
        const said = (privileges: readonly string[]): string =>
            `${who === PUBLIC ? "PUBLIC" : who} has ${privileges.join(", ")} on ${what}`;
        return [
            ...(revoke === undefined
                ? []
                : [
                      {
                          ...common,
                          kind,
                          message: `${said(extra)}, which nothing declares`,
                          sql: [sql`REVOKE ${revoke} FROM ${to} CASCADE`],
                      },
                  ]),
            ...(grant === undefined
                ? []
                : [
                      {
                          ...common,
                          about: { ...common.about, absent: true },
                          kind,
                          message: `${who} lacks ${missing.join(", ")} on ${what}`,
                          sql: [sql`GRANT ${grant} TO ${to}`],
                      },
                  ]),
            ...(stop === undefined
                ? []
                : [
                      {
                          ...common,
                          kind: "grant option" as const,
                          message: `${said(option)} with the grant option`,
                          sql: [sql`REVOKE GRANT OPTION FOR ${stop} FROM ${to} CASCADE`],
                      },
                  ]),
        ];
    });
}

function placeOf({ kind, database, schema, name }: NamedObject): NonNullable<Found["about"]["place"]> {
    return { kind, database, schema, name };
}

function kindOf(kind: string): FindingKind {
    const own = `${kind} privilege`;
    return KINDS.find((one) => one === own) ?? "object privilege";
}

interface Difference {
    readonly who: string;
    readonly extra: readonly string[];
    readonly missing: readonly string[];
    /** Held as declared, but with the grant option. */
    readonly option: readonly string[];
}

function differences(expected: readonly Listing[], items: readonly Listing[]): Difference[] {
    const [plan, real] = [byGrantee(expected), byGrantee(items)];
    return [...new Set([...plan.keys(), ...real.keys()])].flatMap((who) => {
        const want: Held = plan.get(who) ?? new Map<string, boolean>();
        const have: Held = real.get(who) ?? new Map<string, boolean>();
        const extra = [...have.keys()].filter((privilege) => !want.has(privilege));
        const missing = [...want.keys()].filter((privilege) => !have.has(privilege));
        const option = [...have]
            .filter(([privilege, grantable]) => grantable && want.get(privilege) === false)
            .map(([privilege]) => privilege);
        return extra.length + missing.length + option.length === 0 ? [] : [{ who, extra, missing, option }];
    });
}

function byGrantee(entries: readonly Listing[]): Map<string, Map<string, boolean>> {
    const found = new Map<string, Map<string, boolean>>();
    for (const { grantee, privilege, grantable } of entries) {
        const held = found.get(grantee) ?? new Map<string, boolean>();
        found.set(grantee, held.set(privilege, grantable || held.get(privilege) === true));
    }
    return found;
}

const PLURALS: Readonly<Partial<Record<ObjectKind, Sql>>> = {
    table: sql`TABLES`,
    sequence: sql`SEQUENCES`,
    function: sql`FUNCTIONS`,
    type: sql`TYPES`,
    schema: sql`SCHEMAS`,
};

/** Default privileges, for every role that has a list on either side. */
export function defaultFindings(world: ServerState, facts: Facts): Found[] {
    const planned = new DefaultEntries(world.version, world.defaults);
    const real = new DefaultEntries(world.version, facts.defaults);
    const lists = new Map(
        [...world.defaults, ...facts.defaults].map((list) => [
            [list.database, list.owner, list.kind, list.schema ?? ""].join("\n"),
            list,
        ]),
    );
    return [...lists.values()].flatMap(({ database, owner, kind, schema }) => {
        const of = { database, owner, kind, schema };
        const objects = PLURALS[kind] ?? sql`TABLES`;
        const where = `${objects.text.toLowerCase()} to come of ${owner}${schema === undefined ? "" : ` in schema ${schema}`}`;
        return differences(planned.at(of), real.at(of)).flatMap(({ who, extra, missing, option }): Found[] => {
            const finding = (message: string, change: Sql, absent = false): Found => ({
                kind: "default privilege",
                about: { roles: [owner, who], absent, place: { kind: "schema", database, name: schema ?? "" } },
                message,
                database,
                sql: [sql`${defaultsOf(of)} ${change}`],
                as: [owner],
            });
            const name = who === PUBLIC ? "PUBLIC" : who;
            return [
                ...(extra.length === 0
                    ? []
                    : [
                          finding(
                              `${name} gets ${extra.join(", ")} on ${where}, which nothing declares`,
                              sql`REVOKE ${privilegeList(extra)} ON ${objects} FROM ${grantee(who)}`,
                          ),
                      ]),
                // An owner may close its types to PUBLIC.
                ...(missing.length === 0 || (kind === "type" && who === PUBLIC)
                    ? []
                    : [
                          finding(
                              `${name} does not get ${missing.join(", ")} on ${where}`,
                              sql`GRANT ${privilegeList(missing)} ON ${objects} TO ${grantee(who)}`,
                              true,
                          ),
                      ]),
                ...(option.length === 0
                    ? []
                    : [
                          finding(
                              `${name} has the grant option for ${option.join(", ")} on ${where}`,
                              sql`REVOKE GRANT OPTION FOR ${privilegeList(option)} ON ${objects} FROM ${grantee(who)}`,
                          ),
                      ]),
            ];
        });
    });
}
