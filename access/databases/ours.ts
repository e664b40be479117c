import { EXISTED, type PgObject } from "../postgres/serverState";
import type { DeclaredServer } from "./declaredServers";

/**
 * What belongs to the stack on a server that exists, and has others' roles and data. A role that the stack only names (a tenant's
 * `actsAs`) and the master are others'.
 */
export class Ours {
    private readonly places: ReadonlySet<string>;
    private readonly heldGroups: ReadonlySet<string>;

    constructor(
        private readonly declared: Pick<DeclaredServer, "server" | "rights" | "administrators">,
        /** Logins of the bootstrap besides the provisioner. */
        private readonly bootstrapped: readonly string[] = [],
    ) {
        this.places = new Set(
            declared.rights.world.objects
                .filter(({ kind, source }) => (kind === "database" || kind === "schema") && source.startsWith("urn:"))
                .map(({ kind, database, name }) => (kind === "database" ? name : `${database}/${name}`)),
        );
        const { memberships } = declared.rights.world;
        this.heldGroups = new Set(
            memberships.filter(({ role, member }) => this.takenOver(role) && this.role(member)).map(({ role }) => role),
        );
    }

    role(name: string): boolean {
        const { administrators, rights, server } = this.declared;
        return (
            rights.world.roles.get(name)?.source.startsWith("urn:") === true ||
            (administrators.includes(name) && name !== server.master) ||
            this.bootstrapped.includes(name)
        );
    }

    /** Whether resources name a role that they do not manage. */
    named(name: string): boolean {
        return this.declared.rights.world.roles.get(name)?.source === EXISTED;
    }

    /** Whether a profile takes over a group of others: the group should have what the profile states. */
    takenOver(name: string): boolean {
        return this.declared.rights.world.roles.get(name)?.takenOver === true;
    }

    /** Whether logins of the stack's hold such a group, too: it should have nothing else (components/tenancy/groupRights/undeclared.ts). */
    held(name: string): boolean {
        return this.heldGroups.has(name);
    }

    /** Whether an object is, or is in, a database or a schema that resources create. */
    place({
        kind,
        database,
        schema,
        name,
    }: Pick<PgObject, "database" | "schema" | "name"> & { readonly kind: string }): boolean {
        const home = kind === "schema" ? name : schema;
        return this.places.has(database) || (home !== undefined && this.places.has(`${database}/${home}`));
    }
}
