import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, list, text, texts } from "../resources/value";
import { ServerStateBuilder } from "./build";
import type { Existing, Grantee, ObjectName } from "./build";
import { DATABASE_OWNER } from "./members";
import { addGroupDefaults, addGroupGrants, addGroups, declaredGroups } from "./existingGroups";
import { existingRoles } from "./existingRoles";
import { DeclaredSettings } from "./sessionSettings";
import { EXISTED, FOUND, PUBLIC } from "./serverState";
import type { ObjectKind, ServerState } from "./serverState";
import { RDS_IAM, RDS_REPLICATION } from "../../toolkit/serverNames";

/** Known facts about a server besides the resources that its postgresql provider manages. */
export interface ServerFacts {
    /** Major version. */
    readonly version: number;
    readonly versionAssumed?: boolean;
    /** Provisioners: the master and the users that providers connect as. Objects without an owner belong to the last. */
    readonly administrators: readonly string[];
    /** Provisioners that log in with IAM, and therefore are members of rds_iam. */
    readonly tokenUsers?: readonly string[];
    /** Databases that come with the server. */
    readonly databases: readonly string[];
    /** Databases that were closed to PUBLIC when the server was bootstrapped. */
    readonly closed?: readonly string[];
    /** Existing objects, regardless of their creator; their privileges are computed from the declarations. */
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

/** Type tokens of the resources that define a server's roles and privileges. */
export const postgresTypes: readonly string[] = Object.values(TYPES);

/** Roles that exist before any declaration: Postgres' own and those of RDS. */
const BORN_WITH = [
    ...["pg_read_all_data", "pg_write_all_data", "pg_maintain", DATABASE_OWNER, "pg_monitor", "pg_signal_backend"],
    ...[RDS_IAM, "rds_superuser", "rds_password", RDS_REPLICATION],
];

/** Reads the names of roles, schemas and databases in resources; an unknown name is that of the supplying resource. */
class Reader {
    constructor(
        readonly graph: Graph,
        private readonly defaultDatabase: (resource: Resource) => string,
    ) {}

    name(resource: Resource, input: string, type: string): string | undefined {
        return this.names(resource, input, type)[0];
    }

    names(resource: Resource, input: string, type: string): readonly string[] {
        return this.namesAt(resource, [input], type);
    }

    /** For an unknown value inside an input: all resources that supply the input. */
    namesAt(resource: Resource, path: readonly [string, ...(string | number)[]], type: string): readonly string[] {
        const found = this.graph.follow(resource, path, [type], ["name"]);
        return found.flatMap(({ value, resource: named }) => value ?? (named === undefined ? [] : nameOf(named)));
    }

    role(resource: Resource, input = "role"): string | undefined {
        return this.name(resource, input, TYPES.role);
    }

    schema(resource: Resource): string | undefined {
        return this.name(resource, "schema", TYPES.schema);
    }

    database(resource: Resource): string {
        return this.name(resource, "database", TYPES.database) ?? this.defaultDatabase(resource);
    }
}

/** The server that the postgresql resources declare. `defaultDatabase` applies to resources without a database. */
export function declaredWorld(
    graph: Graph,
    resources: readonly Resource[],
    server: ServerFacts,
    defaultDatabase: (resource: Resource) => string,
): ServerState {
    const builder = new ServerStateBuilder(server.version, server.versionAssumed);
    const of = (type: string): readonly Resource[] => resources.filter((resource) => resource.type === type);
    const creator = server.administrators.at(-1) ?? "(administrator)";
    const read = new Reader(graph, defaultDatabase);
    const settings = new DeclaredSettings(graph);

    BORN_WITH.forEach((name) => builder.role({ name, source: "(every server has it)" }));
    for (const name of server.administrators) {
        builder.role({
            name,
            login: true,
            createRole: true,
            createDatabase: true,
            provisions: true,
            source: "(provisions this server)",
        });
    }
    server.tokenUsers?.forEach((name) => builder.belong(name, RDS_IAM, "(it logs in with IAM)"));
    of(TYPES.role).forEach((role) => addRole(builder, read, role, settings));
    for (const role of of(TYPES.role)) {
        read.names(role, "roles", TYPES.role).forEach((group) => builder.belong(nameOf(role), group, role.urn));
    }
    const acting = new Set(of(TYPES.role).map((role) => text(property(role, "assumeRole"))));
    const existing = existingRoles(graph).filter(({ name }) => acting.has(name) && !builder.hasRole(name));
    const passwordLogins = new Set(existing.map(({ passwordLogin }) => passwordLogin));
    for (const name of new Set(existing.flatMap((one) => [one.name, one.passwordLogin ?? one.name]))) {
        const login = passwordLogins.has(name);
        builder.role({ name, login, password: login, source: EXISTED });
    }
    for (const { name, passwordLogin = name } of existing) {
        // A service works as the role before and after: a login of another name is its member.
        if (passwordLogin !== name) {
            builder.belong(passwordLogin, name, EXISTED);
        }
    }
    const groups = declaredGroups(graph, resources, server.databases[0] ?? "");
    addGroups(builder, groups);
    const outsiders = new Set<string>();
    for (const grant of of(TYPES.grantRole)) {
        const [role, granted] = [read.role(grant), read.role(grant, "grantRole")];
        if (role !== undefined && granted !== undefined) {
            if (!builder.hasRole(role)) {
                // Created outside the program: the break-glass login, which has a password.
                builder.role({
                    name: role,
                    login: true,
                    password: true,
                    settings: settings.named(role),
                    source: grant.urn,
                });
                outsiders.add(role);
            }
            builder.belong(role, granted, grant.urn, property(grant, "withAdminOption") === true);
        }
    }
    const databases = of(TYPES.database);
    const named = new Set(databases.map(nameOf));
    const found = new Map(
        server.existing?.filter(({ kind }) => kind === "database").map(({ name, owner }) => [name, owner]),
    );
    for (const name of new Set([...server.databases, ...found.keys()])) {
        if (!named.has(name)) {
            builder.database(
                name,
                found.get(name) ?? creator,
                server.databases.includes(name) ? "(made with the server)" : FOUND,
            );
        }
    }
    const kept = keptDatabases(graph, of(TYPES.grant), read);
    // A bootstrap that leaves databases to their owners closes none.
    closeDatabases(builder, kept.size > 0 ? [] : (server.closed ?? []), creator, outsiders);
    databases.forEach((database) =>
        builder.database(nameOf(database), read.role(database, "owner") ?? creator, database.urn),
    );
    of(TYPES.defaults).forEach((defaults) => addDefaults(builder, read, defaults));
    addGroupDefaults(builder, groups);
    of(TYPES.schema).forEach((schema) => addSchema(builder, read, schema, creator));
    for (const defaults of of(TYPES.defaults)) {
        const [schema, owner] = [read.schema(defaults), read.role(defaults, "owner")];
        if (schema !== undefined && owner !== undefined) {
            builder.presumeSchema(read.database(defaults), schema, owner);
        }
    }
    for (const { name, database = server.databases[0] ?? "", schemas } of existing) {
        schemas.forEach((schema) => builder.presumeSchema(database, schema, name));
    }
    of(TYPES.function).forEach((made) => builder.object(functionOf(read, made, creator), made.urn));
    server.existing?.forEach((object) => builder.object(object, FOUND));
    of(TYPES.grant).forEach((grant) => addGrant(builder, read, grant));
    addGroupGrants(builder, groups);
    const publicKept = new Set(kept.size > 0 ? [...kept, ...(server.closed ?? [])] : []);
    return { ...builder.build(), ...(kept.size > 0 && { publicKept }) };
}

/** Databases whose access says that PUBLIC keeps its rights (components/tenancy/databaseAccess.ts). */
function keptDatabases(graph: Graph, grants: readonly Resource[], read: Reader): ReadonlySet<string> {
    const keeping = new Set(
        graph
            .ofType("pulumi:index:Stash")
            .filter((stash) => property(stash, "input", "publicRights") === "keep")
            .map(({ parent }) => parent),
    );
    const kept = grants.filter(({ parent }) => parent !== undefined && keeping.has(parent));
    return new Set(kept.map((grant) => read.database(grant)));
}

/** The name of a role, schema or database on the server. */
export function nameOf(resource: Resource): string {
    return text(property(resource, "name")) ?? resource.name;
}

/** Like `keyless bootstrap`: only provisioners may connect, and the break-glass login to the non-template database. */
function closeDatabases(
    builder: ServerStateBuilder,
    names: readonly string[],
    provisioner: string,
    rescuers: ReadonlySet<string>,
): void {
    const source = "(keyless bootstrap)";
    for (const name of names) {
        const database = { kind: "database" as const, database: name, name };
        if (builder.find(database) !== undefined) {
            builder.grant(database, { grantee: PUBLIC, privileges: [], grantable: false }, source);
            for (const grantee of [provisioner, ...(name === TEMPLATE ? [] : rescuers)]) {
                builder.grant(database, { grantee, privileges: ["CONNECT"], grantable: false }, source);
            }
        }
    }
}

const TEMPLATE = "template1";

function addRole(builder: ServerStateBuilder, read: Reader, resource: Resource, settings: DeclaredSettings): void {
    const flag = (name: string): boolean => property(resource, name) === true;
    builder.role({
        name: nameOf(resource),
        login: flag("login"),
        inherit: property(resource, "inherit") !== false,
        superuser: flag("superuser"),
        createRole: flag("createRole"),
        provisions: builder.provisions(nameOf(resource)),
        createDatabase: flag("createDatabase"),
        bypassRls: flag("bypassRowLevelSecurity"),
        replication: flag("replication"),
        settings: settings.made(resource.urn),
        password: ["password", "passwordWo"].some((name) => (property(resource, name) ?? "") !== ""),
        assumes: read.role(resource, "assumeRole"),
        searchPath: read.names(resource, "searchPaths", TYPES.schema),
        source: resource.urn,
    });
}

function addSchema(builder: ServerStateBuilder, read: Reader, resource: Resource, creator: string): void {
    const place = { kind: "schema" as const, database: read.database(resource), name: nameOf(resource) };
    builder.object({ ...place, owner: read.role(resource, "owner") ?? creator }, resource.urn);
    for (const [index, policy] of list(property(resource, "policies")).entries()) {
        const [usage, usageGrant] = [at(policy, "usage") === true, at(policy, "usageWithGrant") === true];
        const [create, createGrant] = [at(policy, "create") === true, at(policy, "createWithGrant") === true];
        const privileges = [...(usage || usageGrant ? ["USAGE"] : []), ...(create || createGrant ? ["CREATE"] : [])];
        // A policy without a role applies to PUBLIC.
        const grantees =
            (at(policy, "role") ?? "") === ""
                ? [PUBLIC]
                : read.namesAt(resource, ["policies", index, "role"], TYPES.role);
        for (const grantee of grantees) {
            builder.grant(place, { grantee, privileges, grantable: usageGrant || createGrant }, resource.urn, false);
        }
    }
}

const DEFAULT_KINDS: Readonly<Record<string, ObjectKind>> = {
    table: "table",
    sequence: "sequence",
    function: "function",
    routine: "function",
    type: "type",
    schema: "schema",
};

function addDefaults(builder: ServerStateBuilder, read: Reader, resource: Resource): void {
    const kind = DEFAULT_KINDS[text(property(resource, "objectType")) ?? ""];
    const [owner, role, database] = [read.role(resource, "owner"), read.role(resource), read.database(resource)];
    if (kind !== undefined && owner !== undefined && role !== undefined) {
        const schema = read.schema(resource);
        builder.default({ database, owner, schema, kind }, granteeOf(resource, role), resource.urn);
    }
}

const GRANT_KINDS: Readonly<Record<string, ObjectKind>> = {
    ...DEFAULT_KINDS,
    database: "database",
    procedure: "function",
    column: "column",
};

function addGrant(builder: ServerStateBuilder, read: Reader, resource: Resource): void {
    const kind = GRANT_KINDS[text(property(resource, "objectType")) ?? ""];
    const role = read.role(resource);
    if (kind === undefined || role === undefined) {
        return;
    }
    const to = granteeOf(resource, role);
    // On named objects, the provider revokes only what it grants next, to preserve column grants.
    const named = kind === "column" || (to.privileges.length > 0 && texts(property(resource, "objects")).length > 0);
    const replace = kind === "database" || kind === "schema" || !named;
    for (const place of places(builder, read, resource, kind)) {
        builder.grant(place, to, resource.urn, replace);
    }
}

function granteeOf(resource: Resource, grantee: string): Grantee {
    return {
        grantee,
        privileges: texts(property(resource, "privileges")),
        grantable: property(resource, "withGrantOption") === true,
    };
}

/** The objects that a Grant names; none means all of the kind in the schema, written `*` if none is known. */
function places(
    builder: ServerStateBuilder,
    read: Reader,
    resource: Resource,
    kind: ObjectKind,
): readonly ObjectName[] {
    const [database, schema] = [read.database(resource), read.schema(resource) ?? "public"];
    const place = (name: string): ObjectName => ({ kind, database, schema, name });
    if (kind === "database" || kind === "schema") {
        return [{ kind, database, name: kind === "schema" ? schema : database }];
    }
    const objects = texts(property(resource, "objects"));
    if (kind === "column") {
        return objects.flatMap((table) =>
            texts(property(resource, "columns")).map((column) => place(`${table}.${column}`)),
        );
    }
    const names = objects.length > 0 ? objects : builder.namesIn(kind, database, schema);
    return (names.length > 0 ? names : ["*"]).map(place);
}

function functionOf(read: Reader, resource: Resource, owner: string): Existing {
    const types = list(property(resource, "args"))
        .filter((argument) => text(at(argument, "mode"))?.toUpperCase() !== "OUT")
        .map((argument) => text(at(argument, "type")) ?? "?");
    const schema = read.schema(resource) ?? "public";
    return {
        kind: "function",
        database: read.database(resource),
        schema,
        name: `${nameOf(resource)}(${types.join(", ")})`,
        owner,
        definer: property(resource, "securityDefiner") === true,
    };
}
