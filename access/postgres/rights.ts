import type { Path } from "./members";
import { predefinedRoles, Privileges } from "./privileges";
import type { Holding } from "./privileges";
import { keyOf, privilegesOf, PUBLIC } from "./serverState";
import type { PgObject, Privilege, ServerState } from "./serverState";

/** How a login obtains a role's privileges: directly, after `SET ROLE`, or after granting the role to itself. */
export interface Acting {
    readonly role: string;
    readonly by: "login" | "set" | "grant";
    /** Memberships from the login to the role. */
    readonly path: Path;
}

/** One privilege that a login can use. */
export interface Use extends Holding {
    readonly acting: Acting;
}

/** A privilege on the way to an object. */
export interface Prerequisite {
    readonly object: PgObject;
    readonly privilege: Privilege;
    readonly use: Use;
}

/** The privileges of one login on one object. */
export interface Right {
    readonly login: string;
    readonly object: PgObject;
    readonly uses: ReadonlyMap<Privilege, Use>;
    /** The login, or a role that it can act as, owns the object, its schema or its database. */
    readonly owns?: Use;
    /** The privileges that give the login access to the object: CONNECT on its database, USAGE on its schema. */
    readonly entry: readonly Prerequisite[];
    /** What blocks the login from the object despite its privileges: no CONNECT, no USAGE. */
    readonly blocked?: string;
}

/** Finds every right of every login, at a cost proportional to the number of rights, not to logins times objects. */
export class Rights {
    readonly privileges: Privileges;
    private readonly byGrantee = new Map<string, Set<PgObject>>();
    /** The objects on which PUBLIC has privileges, by schema; databases and schemas under "". */
    private readonly everyones = new Map<string, Set<PgObject>>();
    private readonly schemas = new Map<string, PgObject>();
    private readonly databases = new Map<string, PgObject>();

    constructor(readonly world: ServerState) {
        this.privileges = new Privileges(world);
        for (const object of world.objects) {
            for (const grantee of [object.owner, ...object.entries.map((entry) => entry.grantee)]) {
                append(this.byGrantee, grantee, object);
            }
            if (object.entries.some((entry) => entry.grantee === PUBLIC)) {
                append(
                    this.everyones,
                    object.schema === undefined ? "" : schemaKey(object.database, object.schema),
                    object,
                );
            }
            if (object.kind === "schema") {
                this.schemas.set(schemaKey(object.database, object.name), object);
            } else if (object.kind === "database") {
                this.databases.set(object.name, object);
            }
        }
    }

    /** Why a login is a server's administrator, which reaches everything; undefined for the others. */
    administrator(login: string): string | undefined {
        for (const [name] of this.privileges.members.settable(login)) {
            const role = this.privileges.members.role(name);
            const as = name === login ? "" : ` through ${name}`;
            if (role?.superuser === true) {
                return `superuser${as}`;
            }
            // Since 16, CREATEROLE administers only roles with ADMIN OPTION, which those have that one creates:
            // https://www.postgresql.org/docs/16/role-attributes.html
            const old = this.world.version < 16 || this.world.versionAssumed === true;
            if (role?.createRole === true && (old || role.provisions === true)) {
                return `may create roles${as}`;
            }
        }
        const powerful = POWERFUL.find((name) => this.privileges.members.belongs(login).has(name));
        return powerful === undefined ? undefined : `member of ${powerful}`;
    }

    /** All privileges that a login may use, its own before those available after `SET ROLE` or a grant to itself. */
    of(login: string): readonly Right[] {
        const entries = new Map<string, ReturnType<Rights["entry"]>>();
        const found = new Map<
            string,
            {
                object: PgObject;
                uses: Map<Privilege, Use>;
                owns?: Use;
                entry: readonly Prerequisite[];
                blocked?: string;
            }
        >();
        for (const acting of this.actings(login)) {
            for (const object of this.candidates(acting.role)) {
                const uses = this.uses(acting, object);
                const owns = this.ownership(acting, object);
                if (uses.length === 0 && owns === undefined) {
                    continue;
                }
                const key = keyOf(object);
                const way = `${acting.role}\n${object.database}\n${object.schema ?? ""}`;
                const entered = entries.get(way) ?? this.entry(login, acting, object);
                entries.set(way, entered);
                const { entry, blocked } = entered;
                const right = found.get(key);
                if (right === undefined || (right.blocked !== undefined && blocked === undefined)) {
                    found.set(key, { object, uses: new Map(uses), owns, entry, blocked });
                } else if (right.blocked === blocked) {
                    uses.filter(([privilege]) => !right.uses.has(privilege)).forEach(([privilege, use]) =>
                        right.uses.set(privilege, use),
                    );
                    right.owns ??= owns;
                }
            }
        }
        return [...found.values()].map((right) => ({ login, ...right }));
    }

    private actings(login: string): readonly Acting[] {
        const members = this.privileges.members;
        const found = new Map<string, Acting>();
        const add = (role: string, by: Acting["by"], path: Path): void => {
            if (!found.has(role)) {
                found.set(role, { role, by, path });
            }
        };
        for (const [role, path] of members.settable(login)) {
            add(role, role === login ? "login" : "set", path);
        }
        for (const [role, path] of members.administers(login)) {
            add(role, "grant", path);
        }
        return [...found.values()];
    }

    /**
     * Objects on which the role can hold a usable privilege: those that name it or an inherited role; of PUBLIC's,
     * only those in a schema that the role may use, since otherwise each login would visit every object.
     */
    private candidates(role: string): ReadonlySet<PgObject> {
        const { members } = this.privileges;
        if (
            members.role(role)?.superuser === true ||
            predefinedRoles.some((name) => members.inherits(role).has(name))
        ) {
            return new Set(this.world.objects);
        }
        const grantees = new Set(
            [...this.databases.keys()].flatMap((database) => [...this.privileges.effective(role, database).keys()]),
        );
        const named = [...grantees].flatMap((grantee) => [...(this.byGrantee.get(grantee) ?? [])]);
        const found = new Set([...named, ...(this.everyones.get("") ?? [])]);
        for (const schema of found) {
            if (schema.kind === "schema" && this.privileges.holds(role, schema, "USAGE") !== undefined) {
                this.everyones.get(schemaKey(schema.database, schema.name))?.forEach((object) => found.add(object));
            }
        }
        return found;
    }

    private uses(acting: Acting, object: PgObject): [Privilege, Use][] {
        return privilegesOf(object.kind, this.world.version).flatMap((privilege): [Privilege, Use][] => {
            const holding = this.privileges.holds(acting.role, object, privilege);
            return holding === undefined ? [] : [[privilege, { ...holding, acting }]];
        });
    }

    private ownership(acting: Acting, object: PgObject): Use | undefined {
        const path = this.privileges.effective(acting.role, object.database).get(object.owner);
        return path === undefined ? undefined : { acting, grantee: object.owner, path, source: "(its owner)" };
    }

    private entry(
        login: string,
        acting: Acting,
        object: PgObject,
    ): { entry: readonly Prerequisite[]; blocked?: string } {
        const entry: Prerequisite[] = [];
        const database = this.databases.get(object.database);
        if (database !== undefined) {
            const connect = this.privileges.holds(login, database, "CONNECT");
            if (connect === undefined) {
                return { entry, blocked: `${login} has no CONNECT on database ${object.database}` };
            }
            entry.push({
                object: database,
                privilege: "CONNECT",
                use: { ...connect, acting: { role: login, by: "login", path: [] } },
            });
        }
        const schema =
            object.schema === undefined ? undefined : this.schemas.get(schemaKey(object.database, object.schema));
        if (schema !== undefined) {
            const usage = this.privileges.holds(acting.role, schema, "USAGE");
            if (usage === undefined) {
                return { entry, blocked: `${acting.role} has no USAGE on schema ${schema.name}` };
            }
            entry.push({ object: schema, privilege: "USAGE", use: { ...usage, acting } });
        }
        return { entry };
    }
}

/** Roles whose members can make themselves superuser or read the server's files, and RDS' own administrators. */
const POWERFUL = ["rds_superuser", "pg_execute_server_program", "pg_write_server_files", "pg_read_server_files"];

function schemaKey(database: string, schema: string): string {
    return `${database}\n${schema}`;
}

function append(map: Map<string, Set<PgObject>>, key: string, object: PgObject): void {
    const existing = map.get(key);
    if (existing === undefined) {
        map.set(key, new Set([object]));
    } else {
        existing.add(object);
    }
}
