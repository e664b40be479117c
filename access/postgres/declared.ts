import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, list, text, texts } from "../resources/value";
import { WorldBuilder } from "./build";
import type { Existing, Grantee, Place } from "./build";
import { DATABASE_OWNER } from "./members";
import { PUBLIC } from "./world";
import type { Kind, World } from "./world";

/** What is known of a server besides the resources that its postgresql provider manages. */
export interface Server {
    /** Major version. */
    readonly version: number;
    /** Logins that provision: the master, and the users that providers connect as. Whatever names no owner belongs to the last. */
    readonly administrators: readonly string[];
    /** Databases that the server is born with. */
    readonly databases: readonly string[];
    /** Objects that exist, whoever made them; their rights are computed from what is declared. */
    readonly existing?: readonly Existing[];
}

const TYPES = {
    role: "postgresql:index/role:Role",
    grantRole: "postgresql:index/grantRole:GrantRole",
    database: "postgresql:index/database:Database",
    schema: "postgresql:index/schema:Schema",
    defaults: "postgresql:index/defaultPrivileges:DefaultPrivileges",
    function: "postgresql:index/function:Function",
    grant: "postgresql:index/grant:Grant",
};

/** Type tokens of the resources that make up a server's roles and privileges. */
export const postgresTypes: readonly string[] = Object.values(TYPES);

/** Roles that are there before anything is declared: Postgres' own and those of RDS. */
const BORN_WITH = [
    ...["pg_read_all_data", "pg_write_all_data", "pg_maintain", DATABASE_OWNER, "pg_monitor", "pg_signal_backend"],
    ...["rds_iam", "rds_superuser", "rds_password", "rds_replication"],
];

/** The server that the postgresql resources declare. `defaultDatabase` names the database of resources that name none. */
export function declaredWorld(graph: Graph, resources: readonly Resource[], server: Server, defaultDatabase: (resource: Resource) => string): World {
    const builder = new WorldBuilder(server.version);
    const of = (type: string): readonly Resource[] => resources.filter((resource) => resource.type === type);
    const creator = server.administrators.at(-1) ?? "(administrator)";
    const databaseOf = (resource: Resource): string => text(property(resource, "database")) ?? defaultDatabase(resource);

    BORN_WITH.forEach((name) => builder.role({ name, source: "(every server has it)" }));
    for (const name of server.administrators) {
        builder.role({ name, login: true, createRole: true, createDatabase: true, source: "(provisions this server)" });
    }
    of(TYPES.role).forEach((role) => addRole(builder, role));
    of(TYPES.role).forEach((role) => addMemberships(builder, graph, role));
    for (const grant of of(TYPES.grantRole)) {
        const [role, granted] = [text(property(grant, "role")), text(property(grant, "grantRole"))];
        if (role !== undefined && granted !== undefined) {
            builder.belong(role, granted, grant.urn, property(grant, "withAdminOption") === true);
        }
    }
    const databases = of(TYPES.database);
    const named = new Set(databases.map(nameOf));
    server.databases.filter((name) => !named.has(name)).forEach((name) => builder.database(name, creator, "(made with the server)"));
    databases.forEach((database) => builder.database(nameOf(database), text(property(database, "owner")) ?? creator, database.urn));
    of(TYPES.defaults).forEach((defaults) => addDefaults(builder, defaults, databaseOf(defaults)));
    of(TYPES.schema).forEach((schema) => addSchema(builder, schema, databaseOf(schema), creator));
    of(TYPES.function).forEach((made) => builder.object(functionOf(made, databaseOf(made), creator), made.urn));
    server.existing?.forEach((object) => builder.object(object, "(found on the server)"));
    of(TYPES.grant).forEach((grant) => addGrant(builder, grant, databaseOf(grant)));
    return builder.build();
}

/** The name that a role, schema or database bears on the server. */
export function nameOf(resource: Resource): string {
    return text(property(resource, "name")) ?? resource.name;
}

function addRole(builder: WorldBuilder, resource: Resource): void {
    const flag = (name: string): boolean => property(resource, name) === true;
    builder.role({
        name: nameOf(resource),
        login: flag("login"),
        inherit: property(resource, "inherit") !== false,
        superuser: flag("superuser"),
        createRole: flag("createRole"),
        createDatabase: flag("createDatabase"),
        bypassRls: flag("bypassRowLevelSecurity"),
        replication: flag("replication"),
        password: ["password", "passwordWo"].some((name) => (property(resource, name) ?? "") !== ""),
        source: resource.urn,
    });
}

function addMemberships(builder: WorldBuilder, graph: Graph, resource: Resource): void {
    for (const reference of graph.follow(resource, ["roles"], [TYPES.role], ["name"])) {
        const role = reference.value ?? (reference.resource === undefined ? undefined : nameOf(reference.resource));
        if (role !== undefined) {
            builder.belong(nameOf(resource), role, resource.urn);
        }
    }
}

function addSchema(builder: WorldBuilder, resource: Resource, database: string, creator: string): void {
    const owner = text(property(resource, "owner")) ?? creator;
    const name = nameOf(resource);
    const place = { kind: "schema" as const, database, name };
    builder.object({ ...place, owner }, resource.urn);
    for (const policy of list(property(resource, "policies"))) {
        const [usage, usageGrant] = [at(policy, "usage") === true, at(policy, "usageWithGrant") === true];
        const [create, createGrant] = [at(policy, "create") === true, at(policy, "createWithGrant") === true];
        const privileges = [...(usage || usageGrant ? ["USAGE"] : []), ...(create || createGrant ? ["CREATE"] : [])];
        const grantee = text(at(policy, "role")) || PUBLIC;
        builder.grant(place, { grantee, privileges, grantable: usageGrant || createGrant }, resource.urn, false);
    }
}

const DEFAULT_KINDS: Readonly<Record<string, Kind>> = {
    table: "table",
    sequence: "sequence",
    function: "function",
    routine: "function",
    type: "type",
    schema: "schema",
};

function addDefaults(builder: WorldBuilder, resource: Resource, database: string): void {
    const kind = DEFAULT_KINDS[text(property(resource, "objectType")) ?? ""];
    const owner = text(property(resource, "owner"));
    const role = text(property(resource, "role"));
    if (kind !== undefined && owner !== undefined && role !== undefined) {
        const schema = text(property(resource, "schema")) || undefined;
        builder.default({ database, owner, schema, kind }, granteeOf(resource, role), resource.urn);
    }
}

const GRANT_KINDS: Readonly<Record<string, Kind>> = {
    ...DEFAULT_KINDS,
    database: "database",
    procedure: "function",
    column: "column",
};

function addGrant(builder: WorldBuilder, resource: Resource, database: string): void {
    const kind = GRANT_KINDS[text(property(resource, "objectType")) ?? ""];
    const role = text(property(resource, "role"));
    if (kind === undefined || role === undefined) {
        return;
    }
    const to = granteeOf(resource, role);
    // On objects that it names, the provider revokes only what it is going to grant, so as to leave columns' grants alone.
    const named = kind === "column" || (to.privileges.length > 0 && texts(property(resource, "objects")).length > 0);
    const replace = kind === "database" || kind === "schema" || !named;
    for (const place of places(builder, resource, kind, database)) {
        builder.grant(place, to, resource.urn, replace);
    }
}

function granteeOf(resource: Resource, grantee: string): Grantee {
    return { grantee, privileges: texts(property(resource, "privileges")), grantable: property(resource, "withGrantOption") === true };
}

/** The objects that a Grant names; none named means all that there are of the kind in the schema, written `*` when none is known. */
function places(builder: WorldBuilder, resource: Resource, kind: Kind, database: string): readonly Place[] {
    const schema = text(property(resource, "schema")) ?? "public";
    const place = (name: string): Place => ({ kind, database, schema, name });
    if (kind === "database" || kind === "schema") {
        return [{ kind, database, name: kind === "schema" ? schema : database }];
    }
    const objects = texts(property(resource, "objects"));
    if (kind === "column") {
        return objects.flatMap((table) => texts(property(resource, "columns")).map((column) => place(`${table}.${column}`)));
    }
    const names = objects.length > 0 ? objects : builder.namesIn(kind, database, schema);
    return (names.length > 0 ? names : ["*"]).map(place);
}

function functionOf(resource: Resource, database: string, owner: string): Existing {
    const types = list(property(resource, "args"))
        .filter((argument) => text(at(argument, "mode"))?.toUpperCase() !== "OUT")
        .map((argument) => text(at(argument, "type")) ?? "?");
    const schema = text(property(resource, "schema")) ?? "public";
    return { kind: "function", database, schema, name: `${nameOf(resource)}(${types.join(", ")})`, owner };
}
