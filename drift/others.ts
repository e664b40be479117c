import type { DeclaredServer } from "../access/index";
import { FOUND, keyOf, PUBLIC } from "../access/postgres/serverState";
import { property, type Resource } from "../access/resources/resource";
import { text, texts } from "../access/resources/value";
import { settingName } from "../toolkit/roleSettings";
import { identifier, sql } from "../toolkit/sql";
import type { OtherObject } from "./catalog/read";
import type { Facts } from "./facts";
import type { Found } from "./finding";
import type { OwnerOf } from "./owners";
import { objectFindings } from "./privileges";
import { alterOwner, defaultsOf, describe, grantee, privilegeList } from "./statements";

/** The context of findings about objects that the access matrix does not contain. */
export interface OthersContext {
    readonly facts: Facts;
    readonly server: DeclaredServer;
    readonly resources: readonly Resource[];
    /** The declared owner of what is in a declared schema. */
    readonly ownerOf: OwnerOf;
    /** The database to run statements about the server in. */
    readonly database: string;
}

/** Objects of classes that the access matrix does not contain, and what nothing declares. */
export function otherFindings(context: OthersContext): Found[] {
    const { facts } = context;
    return [
        ...facts.others.inSchemas.flatMap((object) =>
            ownerFinding(object, context.ownerOf({ ...object, kind: "type" })),
        ),
        ...facts.others.outside.flatMap((object) => outsideFindings(context, object)),
        ...facts.others.provided.flatMap((object) => grantFindings(context, object)),
        ...facts.others.taken.flatMap((taken) => takenFindings(context, taken)),
        ...undeclared(context),
        ...mappingFindings(context),
        ...settingFindings(context),
        ...largeObjectFindings(context),
    ];
}

/** Whether a role is neither a provisioner nor one that Postgres or RDS creates for itself. */
function isOutsider({ facts, server }: OthersContext, role: string): boolean {
    return !facts.ownRoles.has(role) && !server.administrators.includes(role);
}

function ownerFinding({ alter, ...object }: OtherObject, wanted: string | undefined): Found[] {
    const { database, owner } = object;
    if (wanted === undefined || wanted === owner) {
        return [];
    }
    const message = `${describe(object)} belongs to ${owner}, not to ${wanted}`;
    const statements = alter === undefined ? [] : [alterOwner({ on: alter }, wanted)];
    const about = { roles: [owner], place: object };
    return [{ kind: "owner", about, message, database, sql: statements, as: [owner, wanted] }];
}

/** Resource types that declare objects outside schemas, and the properties that hold their owner. */
const DECLARING: Readonly<Record<string, { readonly type: string; readonly name: string; readonly owner?: string }>> = {
    extension: { type: "postgresql:index/extension:Extension", name: "name" },
    "foreign server": { type: "postgresql:index/server:Server", name: "serverName", owner: "serverOwner" },
    publication: { type: "postgresql:index/publication:Publication", name: "name", owner: "owner" },
    subscription: { type: "postgresql:index/subscription:Subscription", name: "name" },
};

function outsideFindings(context: OthersContext, object: OtherObject): Found[] {
    const { kind, name, database, owner } = object;
    const declaring = DECLARING[kind];
    const resource = context.resources.find(
        (one) =>
            one.type === declaring?.type &&
            (text(property(one, declaring.name)) ?? one.name) === name &&
            [undefined, "", database].includes(text(property(one, "database"))),
    );
    const wanted = resource && declaring?.owner && text(property(resource, declaring.owner));
    const owned =
        wanted !== undefined && wanted !== ""
            ? ownerFinding(object, wanted)
            : kind !== "large object" && kind !== "parameter" && isOutsider(context, owner)
              ? [undeclaredObject(object)]
              : [];
    return [...owned, ...grantFindings(context, object)];
}

/** Whoever is left besides provisioners, and besides what resources grant, holds it by hand. */
function grantFindings(context: OthersContext, object: OtherObject): Found[] {
    const { grant, ...target } = object;
    const items = object.items.filter(
        ({ grantee: who, privilege }) =>
            (who === PUBLIC || isOutsider(context, who)) &&
            !context.resources.some((one) => grants(one, object, who, privilege)),
    );
    return grant === undefined ? [] : objectFindings({ ...target, on: grant }, [], items);
}

const GRANT = "postgresql:index/grant:Grant";
/** The kinds of a Grant's objects; `routine` and `procedure` are functions here. */
const GRANTED: Readonly<Record<string, string>> = {
    foreign_data_wrapper: "foreign-data wrapper",
    foreign_server: "foreign server",
    procedure: "function",
    routine: "function",
};

function grants(resource: Resource, object: OtherObject, who: string, privilege: string): boolean {
    const at = (name: string): string => text(property(resource, name)) ?? "";
    const kind = GRANTED[at("objectType")] ?? at("objectType");
    if (resource.type !== GRANT || kind !== object.kind || at("role") !== who) {
        return false;
    }
    const [objects, privileges] = [texts(property(resource, "objects")), texts(property(resource, "privileges"))];
    const named = objects.length === 0 || objects.some((name) => name.split("(")[0] === object.name.split("(")[0]);
    const here = object.schema === undefined || at("schema") === object.schema;
    return named && here && privileges.some((one) => ["ALL", privilege].includes(one.toUpperCase()));
}

function takenFindings(
    context: OthersContext,
    { database, what, owner, wanted }: Facts["others"]["taken"][number],
): Found[] {
    if (!isOutsider(context, owner)) {
        return [];
    }
    const message = `${what} belongs to ${owner}, not to ${wanted}; give it back by ALTER … OWNER TO`;
    const about = { roles: [owner], fact: `${what} belongs to ${owner}, not to ${wanted}` };
    return [{ kind: "owner", about, message, database, sql: [], as: [] }];
}

/** Databases, schemas and what is in undeclared schemas, of roles that may not create such, as declared. */
function undeclared(context: OthersContext): Found[] {
    const { facts, server } = context;
    const { world, privileges } = server.rights;
    const declared = new Map(
        world.objects.filter(({ future }) => future !== true).map((object) => [keyOf(object), object]),
    );
    const at = (kind: "database" | "schema", database: string, name: string) =>
        declared.get(keyOf({ kind, database, name, owner: "" }));
    const mayCreate = (owner: string, place: ReturnType<typeof at>): boolean =>
        place !== undefined && privileges.holds(owner, place, "CREATE") !== undefined;
    const objects = [
        ...facts.objects.filter(({ kind, linked }) => kind !== "column" && !linked),
        ...facts.others.inSchemas,
    ];
    return objects
        .filter((object) => {
            const { kind, database, schema, name, owner } = object;
            if (!isOutsider(context, owner)) {
                return false;
            }
            if (kind === "database") {
                return at("database", name, name)?.source === FOUND && world.roles.get(owner)?.createDatabase !== true;
            }
            if (kind === "schema") {
                return (
                    at("schema", database, name)?.source === FOUND &&
                    !mayCreate(owner, at("database", database, database))
                );
            }
            const home = at("schema", database, schema ?? "");
            return home?.source.startsWith("urn:") === false && home.owner !== owner && !mayCreate(owner, home);
        })
        .map(undeclaredObject);
}

function undeclaredObject(object: Pick<OtherObject, "kind" | "schema" | "name" | "owner" | "database">): Found {
    const fact = `${describe(object)} belongs to ${object.owner}`;
    const message = `${fact}, and nothing declares it: declare it, or drop it`;
    const about = { roles: [object.owner], place: object, fact };
    return { kind: "undeclared object", about, message, database: object.database, sql: [], as: [] };
}

const MAPPING = "postgresql:index/userMapping:UserMapping";

function mappingFindings(context: OthersContext): Found[] {
    const { facts, resources } = context;
    return facts.others.mappings
        .filter(
            ({ server, user }) =>
                (user === PUBLIC || isOutsider(context, user)) &&
                !resources.some(
                    (one) =>
                        one.type === MAPPING &&
                        text(property(one, "serverName")) === server &&
                        text(property(one, "userName"))?.toLowerCase() === user,
                ),
        )
        .map(({ database, server, user, owner }): Found => ({
            kind: "undeclared object",
            about: { roles: [user, owner], place: { kind: "foreign server", database, name: server } },
            message: `user mapping of ${user === PUBLIC ? "PUBLIC" : user} for foreign server ${server}, which nothing declares`,
            database,
            sql: [sql`DROP USER MAPPING FOR ${grantee(user)} SERVER ${identifier(server)}`],
            as: [owner],
        }));
}

/** No resource declares settings of all roles. */
function settingFindings({ facts, database: anywhere }: OthersContext): Found[] {
    return facts.others.settings.map(({ database, name, value }): Found => {
        const [place, target] =
            database === "" ? ["", sql`ROLE ALL`] : [` in database ${database}`, sql`DATABASE ${identifier(database)}`];
        const owner = facts.objects.find((object) => object.kind === "database" && object.name === database)?.owner;
        return {
            kind: "setting of all roles",
            about: { roles: [], place: { kind: "database", database, name: database } },
            message: `every role has ${name} = ${JSON.stringify(value)}${place}, which nothing declares`,
            database: anywhere,
            sql: [sql`ALTER ${target} RESET ${settingName(name)}`],
            as: owner === undefined ? [] : [owner],
        };
    });
}

function largeObjectFindings(context: OthersContext): Found[] {
    return context.facts.others.largeObjectDefaults.map(({ database, owner, grantee: who, privilege }): Found => ({
        kind: "default privilege",
        about: { roles: [owner, who], place: { kind: "large object", database, name: "" } },
        message: `${who === PUBLIC ? "PUBLIC" : who} gets ${privilege} on large objects to come of ${owner}, which nothing declares`,
        database,
        sql: [sql`${defaultsOf({ owner })} REVOKE ${privilegeList([privilege])} ON LARGE OBJECTS FROM ${grantee(who)}`],
        as: [owner],
    }));
}
