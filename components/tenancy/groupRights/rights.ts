import type { ObjectKind } from "../privileges";

/** What a group holds on objects of a role that the program does not manage. */
export interface ExistingRight {
    readonly database: string;
    readonly schema: string;
    /** The role that owns what the right covers: it grants, and only its objects count. */
    readonly owner: string;
    readonly on: ObjectKind;
    /** Names, a function's with its argument types; left out for all of the owner's objects in the schema, those to come included. */
    readonly objects?: readonly string[];
    /** Of the one table that `objects` names. */
    readonly columns?: readonly string[];
    readonly privileges: readonly string[];
    /** What every other right in the schema needs: where another role owns the schema, the group may have it through others, such as PUBLIC. */
    readonly implied?: boolean;
}

/** A group's declaration, which the state keeps. */
export interface GroupDeclaration {
    readonly group: string;
    /** Whether the group existed, with its members and rights. */
    readonly existed: boolean;
    /** Whether logins of this program are its members. */
    readonly held: boolean;
    /** Members that existed too. */
    readonly members: readonly string[];
    readonly rights: readonly ExistingRight[];
}

/** One privilege on one object, or on all of a kind. */
export interface Atom extends Pick<ExistingRight, "database" | "schema" | "owner" | "on" | "implied"> {
    /** Undefined for all, those to come included; always undefined for a schema. */
    readonly object?: string;
    readonly column?: string;
    readonly privilege: string;
}

export function atomsOf(rights: readonly ExistingRight[]): readonly Atom[] {
    const atoms = rights.flatMap(({ objects, columns, privileges, ...place }) =>
        privileges.flatMap((privilege): Atom[] =>
            objects === undefined
                ? [{ ...place, privilege }]
                : objects.flatMap((object) =>
                      columns === undefined
                          ? [{ ...place, object, privilege }]
                          : columns.map((column) => ({ ...place, object, column, privilege })),
                  ),
        ),
    );
    return [...new Map(atoms.map((atom) => [keyOf(atom), atom])).values()];
}

/** What a change of the declaration takes and gives. */
export interface Change {
    readonly taken: readonly Atom[];
    /** New ones, and those that stay although something taken covers them. */
    readonly given: readonly Atom[];
}

export function changeOf(before: readonly ExistingRight[], now: readonly ExistingRight[]): Change {
    const [was, is] = [atomsOf(before), atomsOf(now)];
    const [old, wanted] = [new Set(was.map(keyOf)), new Set(is.map(keyOf))];
    const taken = was.filter((atom) => !wanted.has(keyOf(atom)));
    return {
        taken,
        given: is.filter((atom) => !old.has(keyOf(atom)) || taken.some((one) => covers(one, atom))),
    };
}

/** Whether taking the one takes the other: what is taken on a table is taken on its columns as well. */
export function covers(one: Atom, other: Atom): boolean {
    return (
        placeOf(one) === placeOf(other) &&
        one.privilege === other.privilege &&
        (one.object === undefined ||
            (one.object === other.object && (one.column === undefined || one.column === other.column)))
    );
}

function placeOf({ database, schema, owner, on }: Atom): string {
    return JSON.stringify([database, schema, owner, on]);
}

function keyOf({ database, schema, owner, on, object, column, privilege }: Atom): string {
    return JSON.stringify([database, schema, owner, on, object, column, privilege]);
}
