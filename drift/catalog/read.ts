import type { Item } from "../../access/catalog/facts";
import { settingOf } from "../../toolkit/roleSettings";
import type { Ask } from "../../toolkit/session";
import type { Sql } from "../../toolkit/sql";
import {
    EVERYONES_SETTINGS,
    IN_SCHEMAS,
    LARGE_OBJECT_DEFAULTS,
    OF_SERVER,
    OUTSIDE_SCHEMAS,
    PROVIDED,
    TAKEN,
    USER_MAPPINGS,
} from "./queries";
import { targetOf, type CatalogRow } from "./target";

/** A privilege in an access list; a parameter's are of kinds that no other object has. */
export type AnyItem = Omit<Item, "privilege"> & { readonly privilege: string };

/** An object of a class that the access matrix does not contain. */
export interface OtherObject {
    readonly kind: string;
    readonly database: string;
    readonly schema?: string | undefined;
    /** With what distinguishes it from others of its name. */
    readonly name: string;
    readonly column?: string | undefined;
    readonly owner: string;
    readonly items: readonly AnyItem[];
    /** As `ALTER … OWNER TO` and `GRANT … ON` name it. */
    readonly alter?: Sql;
    readonly grant?: Sql;
}

/** An object of Postgres or of an extension that another role owns. */
export interface Taken {
    readonly database: string;
    readonly what: string;
    readonly owner: string;
    readonly wanted: string;
}

export interface UserMapping {
    readonly database: string;
    readonly server: string;
    /** `public` for everyone's. */
    readonly user: string;
    /** The server's owner. */
    readonly owner: string;
}

/** A default privilege on large objects to come. */
export interface LargeObjectDefault {
    readonly database: string;
    readonly owner: string;
    readonly grantee: string;
    readonly privilege: string;
}

/** A setting of all roles. */
export interface EveryonesSetting {
    /** "" for all databases. */
    readonly database: string;
    readonly name: string;
    readonly value: string;
}

/** Objects besides those of the access matrix, from the catalogs. */
export interface OtherFacts {
    readonly inSchemas: readonly OtherObject[];
    /** Of databases and of the server. */
    readonly outside: readonly OtherObject[];
    /** Of Postgres and of extensions: only what is held besides the privileges that they began with. */
    readonly provided: readonly OtherObject[];
    readonly taken: readonly Taken[];
    readonly mappings: readonly UserMapping[];
    readonly largeObjectDefaults: readonly LargeObjectDefault[];
    readonly settings: readonly EveryonesSetting[];
}

/** Reads them in these databases, the server's in the first. */
export async function readOthers(ask: Ask, databases: readonly [string, ...string[]]): Promise<OtherFacts> {
    const [first] = databases;
    const objects = async (database: string, query: Sql): Promise<OtherObject[]> =>
        ((await ask(database, query)) as unknown as readonly ObjectRow[]).map((row) => objectOf(database, row));
    const everywhere = async <T>(look: (database: string) => Promise<readonly T[]>): Promise<T[]> => {
        const found: T[] = [];
        for (const database of databases) {
            found.push(...(await look(database)));
        }
        return found;
    };
    const rows = async <T>(database: string, query: Sql): Promise<readonly T[]> =>
        (await ask(database, query)).map((row) => ({ ...row, database })) as unknown as readonly T[];
    return {
        inSchemas: await everywhere((database) => objects(database, IN_SCHEMAS)),
        outside: [
            ...(await everywhere((database) => objects(database, OUTSIDE_SCHEMAS))),
            ...(await objects(first, OF_SERVER)),
        ],
        provided: await everywhere((database) => objects(database, PROVIDED)),
        taken: await everywhere((database) => rows<Taken>(database, TAKEN)),
        mappings: await everywhere((database) => rows<UserMapping>(database, USER_MAPPINGS)),
        largeObjectDefaults: await everywhere((database) => rows<LargeObjectDefault>(database, LARGE_OBJECT_DEFAULTS)),
        settings: (await ask(first, EVERYONES_SETTINGS)).map(({ database, setting }) => {
            return { database: String(database), ...settingOf(String(setting)) };
        }),
    };
}

type ObjectRow = CatalogRow & {
    readonly column?: string | null;
    readonly owner: string;
    readonly items: readonly AnyItem[];
};

function objectOf(database: string, row: ObjectRow): OtherObject {
    const { kind, schema, column, owner, items } = row;
    return {
        kind,
        database,
        ...(schema !== null && { schema }),
        ...(column != null && { column }),
        name: nameOf(row),
        owner,
        items,
        ...targetOf(row),
    };
}

function nameOf({ kind, name, args, column }: ObjectRow): string {
    const words = (types: unknown): string =>
        (types as readonly (readonly string[] | null)[]).map((type) => type?.join(".") ?? "none").join(", ");
    switch (kind) {
        case "function":
        case "operator":
            return `${name}(${words(args)})`;
        case "operator class":
        case "operator family":
            return `${name} using ${String(args)}`;
        case "column":
            return `${name}.${column ?? ""}`;
        default:
            return name;
    }
}
