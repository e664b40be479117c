import type { Queryable } from "../../../toolkit/session";
import { identifier, parameter, sql } from "../../../toolkit/sql";
import { visible } from "../../../toolkit/visible";
import { withPrivilegesOf } from "../lentPrivileges";
import { MAY_GRANT, needsAdmin } from "../mayGrant";
import type { ServerSessions } from "../server";
import { defaultItemsOf, defaultsOf, inDefaults, itemsOf, objectsIn, objectsOf, privilegeOn } from "./catalog";
import type { GroupDefault, GroupObject } from "./catalog";
import { describeAtom, describePlaces } from "./describe";
import { covers, type Atom, type Change } from "./rights";

/** A group's part of one database, as its catalogs show it. */
export interface GroupCatalog {
    readonly objects: readonly GroupObject[];
    readonly defaults: readonly GroupDefault[];
}

export async function readGroup(session: Queryable, group: string, atoms: readonly Atom[]): Promise<GroupCatalog> {
    const schemas = [...new Set(atoms.map(({ schema }) => schema))];
    return { objects: await objectsIn(session, group, schemas), defaults: await defaultsOf(session, group) };
}

/**
 * Takes and gives exactly what changes, in one transaction for each database: nothing is taken for a moment, and nothing that no
 * declaration names is touched.
 *
 * @throws Error when something taken would stay, or something else would go with it; nothing has changed in that database then
 */
export async function applyChange(server: ServerSessions, group: string, { taken, given }: Change): Promise<void> {
    for (const database of new Set([...taken, ...given].map((atom) => atom.database))) {
        const here = (atoms: readonly Atom[]) => atoms.filter((atom) => atom.database === database);
        await applyIn(await server.session(database), group, { taken: here(taken), given: here(given) });
    }
}

async function applyIn(session: Queryable, group: string, { taken, given }: Change): Promise<void> {
    const all = [...taken, ...given];
    const now = await readGroup(session, group, all);
    const work = [...taken.filter((atom) => isHeld(atom, now)), ...given];
    const owners = [...new Set(work.map(({ owner }) => owner))];
    refuse(await notLent(session, owners));
    await withPrivilegesOf(session, owners, "COMMIT", async () => {
        const before = await readGroup(session, group, all);
        refuse(taken.flatMap((atom) => alsoTaken(atom, before)));
        for (const atom of taken) {
            await take(session, group, atom, before);
        }
        for (const atom of given) {
            await give(session, group, atom, before);
        }
        const after = await readGroup(session, group, all);
        refuse(taken.flatMap((atom) => stillHeld(group, atom, given, after)));
        refuse(given.flatMap((atom) => missing(group, atom, after)));
        refuse(await unusable(session, group, given));
    });
}

function isHeld(atom: Atom, { objects, defaults }: GroupCatalog): boolean {
    return (
        objectsOf(atom, objects).some((object) => itemsOf(atom, object).length > 0) ||
        (atom.object === undefined && defaultItemsOf(atom, defaults).length > 0)
    );
}

/** Owners whose rights the provisioner cannot have for a moment. */
async function notLent(session: Queryable, owners: readonly string[]): Promise<string[]> {
    const { rows } = await session.query<{ name: string }>(
        sql`SELECT r.rolname AS name FROM pg_roles r WHERE r.rolname = ANY (${parameter(owners)}::text[]) AND NOT (${MAY_GRANT})`,
    );
    return rows.map(({ name }) => needsAdmin("grant for", name, "--keep-owner --config-file"));
}

/** Schemas of other owners that the group cannot use. */
async function unusable(session: Queryable, group: string, given: readonly Atom[]): Promise<string[]> {
    const schemas = given.filter(({ implied }) => implied === true).map(({ schema }) => schema);
    const { rows } = await session.query<{ schema: string; owner: string }>(
        sql`SELECT n.nspname::text AS schema, pg_get_userbyid(n.nspowner)::text AS owner FROM pg_namespace n
            WHERE n.nspname = ANY (${parameter(schemas)}::text[]) AND NOT has_schema_privilege(${parameter(group)}, n.oid, 'USAGE')`,
    );
    return rows.map(
        ({ schema, owner }) =>
            `${visible(group)} cannot use the schema ${visible(schema)}, which belongs to ${visible(owner)}; nothing has changed: run, as ${visible(owner)}, ${sql`GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${identifier(group)}`.text}`,
    );
}

async function take(session: Queryable, group: string, atom: Atom, { objects, defaults }: GroupCatalog): Promise<void> {
    const from = identifier(group);
    const held = objectsOf(atom, objects).filter((object) =>
        itemsOf(atom, object).some(({ grantor }) => grantor === atom.owner),
    );
    if (held.length > 0) {
        await session.query(sql`REVOKE ${privilegeOn(atom, held)} FROM ${from}`);
    }
    if (defaultItemsOf(atom, defaults).length > 0 && atom.object === undefined) {
        await session.query(sql`${inDefaults(atom, sql`REVOKE`)} FROM ${from}`);
    }
}

async function give(session: Queryable, group: string, atom: Atom, { objects }: GroupCatalog): Promise<void> {
    const to = identifier(group);
    const own = objectsOf(atom, objects).filter(({ owner }) => owner === atom.owner);
    if (own.length > 0) {
        await session.query(sql`GRANT ${privilegeOn(atom, own)} TO ${to}`);
    }
    if (atom.object === undefined && atom.on !== "schemas") {
        await session.query(sql`${inDefaults(atom, sql`GRANT`)} TO ${to}`);
    }
}

/** A table's REVOKE takes the privilege on its columns too: https://www.postgresql.org/docs/current/sql-revoke.html */
function alsoTaken(atom: Atom, { objects }: GroupCatalog): string[] {
    return objectsOf(atom, objects).flatMap((object) =>
        object.columns
            .filter(({ privilege, grantor }) => privilege === atom.privilege && grantor === atom.owner)
            .filter(() => atom.column === undefined)
            .map(
                ({ column }) =>
                    `taking ${describeAtom(atom)} would take ${atom.privilege} on the column ${visible(column)} of ${visible(object.name)} too, which the group holds by a grant of its own: revoke that one first, as ${visible(atom.owner)}, or leave the privilege in the profile`,
            ),
    );
}

function stillHeld(group: string, atom: Atom, given: readonly Atom[], { objects, defaults }: GroupCatalog): string[] {
    const stays = (object: GroupObject) =>
        given.some(
            (one) =>
                one.privilege === atom.privilege &&
                one.column === atom.column &&
                objectsOf(one, [object]).length > 0 &&
                (covers(atom, one) || covers(one, atom)),
        );
    const held = objectsOf(atom, objects)
        .filter((object) => atom.object !== undefined || object.owner === atom.owner)
        .filter((object) => atom.implied !== true && !stays(object))
        .flatMap((object) => itemsOf(atom, object).map(({ grantor }) => ({ grantor, object })));
    const others = [...new Set(held.map(({ grantor }) => grantor))].map((grantor) => {
        const objects = held.filter((one) => one.grantor === grantor).map(({ object }) => object);
        const revoke = sql`REVOKE ${privilegeOn(atom, objects)} FROM ${identifier(group)}`;
        return `${visible(group)} would keep ${atom.privilege} on ${describePlaces(objects)}, which ${visible(grantor)} granted: run, as ${visible(grantor)}, ${revoke.text}`;
    });
    const defaultsLeft = atom.object === undefined ? defaultItemsOf(atom, defaults) : [];
    return [
        ...others,
        ...defaultsLeft.map(() => `${visible(group)} would still get ${describeAtom(atom)} by default privileges`),
    ];
}

/** What a declaration says the group holds, and it does not. */
export function missing(group: string, atom: Atom, { objects, defaults }: GroupCatalog): string[] {
    const found = objectsOf(atom, objects);
    const who = visible(group);
    if (found.length === 0 && (atom.object !== undefined || atom.on === "schemas")) {
        return [`there is no ${describeAtom({ ...atom, privilege: "" })}: write its name as the catalog shows it`];
    }
    if (atom.implied === true) {
        return [];
    }
    const lacking = found.filter(
        (object) => !itemsOf(atom, object).some((item) => item.grantor === atom.owner && !item.grantable),
    );
    const strange = lacking.filter(({ owner }) => owner !== atom.owner);
    const plain = lacking.filter(({ owner }) => owner === atom.owner);
    const toCome =
        atom.object === undefined &&
        atom.on !== "schemas" &&
        !defaultItemsOf(atom, defaults).some((one) => !one.grantable);
    return [
        ...(strange.length > 0
            ? [
                  `${describePlaces(strange)} does not belong to ${visible(atom.owner)}, as whom the tenant acts: leave it out, or name a tenant that acts as its owner`,
              ]
            : []),
        ...(plain.length > 0
            ? [
                  `${who} does not hold ${atom.privilege} on ${describePlaces(plain)} by a plain grant of ${visible(atom.owner)}`,
              ]
            : []),
        ...(toCome ? [`${who} does not get ${describeAtom(atom)} by default privileges, for objects to come`] : []),
    ];
}

/** @throws Error with all problems, if there are any */
export function refuse(problems: readonly string[]): void {
    if (problems.length > 0) {
        throw new Error(problems.join("\n"));
    }
}
