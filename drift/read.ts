import { CatalogReader } from "../access/catalog/read";
import type { Defaults } from "../access/postgres/serverState";
import { FALLBACK, MAINTENANCE } from "../toolkit/serverNames";
import type { Ask } from "../toolkit/session";
import { DATABASES } from "./catalog/queries";
import { readOthers } from "./catalog/read";
import type { Facts, Listed } from "./facts";
import { inStatements } from "./statements";

/** Reads a server's catalogs, as any login may. `declared` are the databases whose objects to read. */
export async function readFacts(ask: Ask, declared: readonly string[]): Promise<Facts> {
    const first = declared.find((name) => name !== FALLBACK) ?? FALLBACK;
    const reader = new CatalogReader(ask, first);
    const closed = first !== FALLBACK && !(await reader.databases()).includes(FALLBACK);
    const databases = declared.filter((name) => !closed || name !== FALLBACK);
    const version = await reader.version();
    const settings = await reader.settings();
    const { roles, ownRoles } = await reader.roles();
    // Of further databases, those that come with a server included, only the owners and access lists are compared.
    const all = (await ask(first, DATABASES)).map(({ name }) => String(name));
    const others = [...new Set([...MAINTENANCE, ...all])].filter((name) => !databases.includes(name));
    const objects = [...(await reader.databasesNamed(others))];
    const defaults: Defaults[] = [];
    for (const database of databases) {
        objects.push(...(await reader.objects(database)));
        defaults.push(...(await reader.defaults(database)));
    }
    const more = await readOthers(ask, [first, ...databases.filter((name) => name !== first)]);
    const types = more.inSchemas.flatMap(({ kind, alter, ...type }): Listed[] =>
        kind === "type" && alter !== undefined
            ? [{ ...type, kind, linked: false, items: type.items as Listed["items"], on: alter }]
            : [],
    );
    return {
        ...version,
        ownRoles,
        others: { ...more, inSchemas: more.inSchemas.filter(({ kind }) => kind !== "type") },
        roles: new Map([...roles].map(([name, role]) => [name, { ...role, settings: settings.get(name) ?? [] }])),
        memberships: await reader.memberships(),
        objects: [
            ...objects.filter(({ generated }) => !generated).map((object) => ({ ...object, on: inStatements(object) })),
            ...types,
        ],
        defaults,
    };
}
