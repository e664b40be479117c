import { DATABASE_OWNER } from "./members";
import { DefaultEntries } from "./defaultPrivileges";
import { builtIn, entry, keyOf, privilegesNamed, privilegesOf, PUBLIC } from "./serverState";
import type {
    Defaults,
    Entry,
    ObjectKind,
    Membership,
    PgObject,
    Privilege,
    Role,
    Source,
    ServerState,
} from "./serverState";

/** An existing object, regardless of its creator, from the catalog of a live server. */
export type Existing = Pick<PgObject, "kind" | "database" | "schema" | "name" | "column" | "owner" | "definer">;

/** The name of an object in {@link ServerStateBuilder}. */
export type ObjectName = Pick<PgObject, "kind" | "database" | "schema" | "name">;

/** A statement's grantee and privileges; without privileges, it only revokes. */
export interface Grantee {
    readonly grantee: string;
    readonly privileges: readonly string[];
    readonly grantable: boolean;
}

/** Collects the effects of statements on a new server. Default privileges come before objects, objects before grants. */
export class ServerStateBuilder {
    private readonly roles = new Map<string, Role>();
    private readonly memberships: Membership[] = [];
    private readonly objects = new Map<string, PgObject>();
    private readonly names = new Map<string, string[]>();
    private readonly defaults: DefaultEntries;

    constructor(
        readonly version: number,
        private readonly versionAssumed = false,
    ) {
        this.defaults = new DefaultEntries(version);
    }

    role(role: Partial<Role> & Pick<Role, "name" | "source">): void {
        this.roles.set(role.name, { ...PLAIN, ...role });
    }

    hasRole(name: string): boolean {
        return this.roles.has(name);
    }

    provisions(name: string): boolean {
        return this.roles.get(name)?.provisions === true;
    }

    /** `GRANT role TO member`; the member's own INHERIT decides what it inherits. */
    belong(member: string, role: string, source: Source, admin = false): void {
        this.memberships.push({
            role,
            member,
            admin,
            inherit: this.roles.get(member)?.inherit ?? true,
            set: true,
            source,
        });
    }

    /** `CREATE DATABASE`, with its initial schema `public`. */
    database(name: string, owner: string, source: Source): void {
        this.put({ kind: "database", database: name, name, owner }, builtIn("database", owner, this.version), source);
        const everyone: readonly Privilege[] = this.version >= 15 ? ["USAGE"] : ["USAGE", "CREATE"];
        const open = everyone.map((privilege) => entry(PUBLIC, privilege, "(given to PUBLIC by Postgres)"));
        const schema = { kind: "schema" as const, database: name, name: "public", owner: DATABASE_OWNER };
        this.put(schema, [...builtIn("schema", DATABASE_OWNER, this.version), ...open], "(every database has it)");
    }

    /** A schema that resources only name: another stack creates it, for the owner of what is in it. */
    presumeSchema(database: string, name: string, owner: string): void {
        const place = { kind: "schema" as const, database, name };
        if (this.find(place) === undefined) {
            this.object({ ...place, owner }, "(defined elsewhere)");
        }
    }

    /** `ALTER DEFAULT PRIVILEGES`: revokes what the grantee had by default, then grants. */
    default(of: Omit<Defaults, "entries">, to: Grantee, source: Source): void {
        const left = this.defaults.at(of).filter((one) => one.grantee !== to.grantee);
        this.defaults.set({
            ...of,
            entries: [...left, ...this.entries(of.kind, to.grantee, to.privileges, source, to.grantable)],
        });
    }

    /** An object with the access list from its owner's default privileges; an existing object stays unchanged. */
    object(existing: Existing, source: Source): PgObject {
        return this.objects.get(keyOf(existing)) ?? this.put(existing, this.defaults.of(existing), source);
    }

    /**
     * `GRANT privileges ON place TO grantee`, after revoking those privileges (`replace`: all) that it had there. An object
     * that nothing declares counts as the schema owner's.
     */
    grant(place: ObjectName, to: Grantee, source: Source, replace = true): void {
        const object = this.find(place) ?? this.object({ ...place, owner: this.presumedOwner(place) }, source);
        const given = this.entries(place.kind, to.grantee, to.privileges, source, to.grantable);
        const revoked = new Set<Privilege>(
            replace ? privilegesOf(place.kind, this.version) : given.map((one) => one.privilege),
        );
        const left = object.entries.filter((one) => one.grantee !== to.grantee || !revoked.has(one.privilege));
        this.objects.set(keyOf(object), { ...object, entries: [...left, ...given] });
    }

    find(place: ObjectName): PgObject | undefined {
        return this.objects.get(keyOf({ ...place, owner: "" }));
    }

    /** The names of the objects of a kind in a schema. */
    namesIn(kind: ObjectKind, database: string, schema: string): readonly string[] {
        return this.names.get([kind, database, schema].join("\n")) ?? [];
    }

    build(): ServerState {
        const { version, versionAssumed, roles, memberships } = this;
        const objects = [...this.objects.values()];
        return { version, versionAssumed, roles, memberships, objects, defaults: this.defaults.all() };
    }

    private put(existing: Existing, entries: readonly Entry[], source: Source): PgObject {
        const object: PgObject = { ...existing, entries, source };
        this.objects.set(keyOf(object), object);
        const place = [existing.kind, existing.database, existing.schema ?? ""].join("\n");
        const names = this.names.get(place) ?? [];
        names.push(existing.name);
        this.names.set(place, names);
        return object;
    }

    private presumedOwner(place: ObjectName): string {
        const schema =
            place.schema === undefined
                ? undefined
                : this.find({ kind: "schema", database: place.database, name: place.schema });
        return (
            schema?.owner ??
            this.find({ kind: "database", database: place.database, name: place.database })?.owner ??
            ""
        );
    }

    private entries(
        kind: ObjectKind,
        grantee: string,
        privileges: readonly string[],
        source: Source,
        grantable: boolean,
    ): Entry[] {
        return privilegesNamed(kind, privileges, this.version).map((privilege) => ({
            grantee,
            privilege,
            grantable,
            source,
        }));
    }
}

const PLAIN: Omit<Role, "name" | "source"> = {
    login: false,
    inherit: true,
    superuser: false,
    createRole: false,
    createDatabase: false,
    bypassRls: false,
    replication: false,
    password: false,
    settings: {},
};
