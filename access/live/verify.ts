import type { DeclaredServer } from "../databases/declaredServers";
import { DefaultEntries } from "../postgres/defaultPrivileges";
import type { Holding } from "../postgres/privileges";
import { privilegesOf, PUBLIC } from "../postgres/serverState";
import type { Entry, PgObject } from "../postgres/serverState";
import type { Graph } from "../resources/graph";
import { label } from "../resources/resource";
import { ATTRIBUTES, POWERS, WAYS } from "../catalog/facts";
import { RDS_IAM } from "../../toolkit/serverNames";
import { cell, objectKey } from "./catalog";
import type { Catalog } from "./catalog";
import { Elsewhere } from "./elsewhere";
import { NOTHING_ELSEWHERE, type Corrections, type FromElsewhere } from "./fromElsewhere";

/** A cell in which computed and actual access differ. */
export interface Difference {
    readonly server: string;
    /** `shop_app SELECT table app/billing.invoices`. */
    readonly cell: string;
    /** `too much`: granted but not declared. `missing`: declared but not granted. */
    readonly what: "too much" | "missing";
    readonly why: string;
}

/** The result of comparing a server's catalogs with its resources' declarations. */
export interface Verified {
    /** Cells compared: logins by attributes, by roles, and with PUBLIC by objects and their privileges; entries of default privileges. */
    readonly cells: number;
    readonly differences: readonly Difference[];
    /** On an existing server: what is not the stack's. */
    readonly elsewhere: FromElsewhere;
    readonly corrections: Corrections;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Compares the declared access with the catalogs, cell by cell and in both directions. The declared server must
 * have been computed with the catalog's objects (`accessOf(resources, inventory)`). Provisioners are compared by
 * their attributes only: they may grant themselves the rest.
 *
 * On an existing server others have roles, rights and objects too: these are listed, and a difference is only what concerns the
 * stack's own.
 */
export function verify(graph: Graph, declared: DeclaredServer, catalog: Catalog): Verified {
    const checks = new Checks(graph, declared, catalog);
    checks.logins();
    checks.memberships();
    checks.objects();
    checks.future();
    checks.lockOuts();
    const { cells, differences, corrections } = checks;
    return { cells, differences, corrections, elsewhere: checks.elsewhere?.listed() ?? NOTHING_ELSEWHERE };
}

class Checks {
    cells = 0;
    readonly differences: Difference[] = [];
    readonly corrections = new Map<string, boolean>();
    /** Only on an existing server. */
    readonly elsewhere: Elsewhere | undefined;
    /** The logins that both sides know, except provisioners. */
    private readonly both: readonly string[];
    /** The databases that were read. */
    private readonly read: ReadonlySet<string>;

    constructor(
        private readonly graph: Graph,
        private readonly declared: DeclaredServer,
        private readonly catalog: Catalog,
    ) {
        const { world } = declared.rights;
        this.elsewhere = declared.server.existing === true ? new Elsewhere(declared, catalog) : undefined;
        const logins = [...catalog.roles.values()].filter(
            ({ name, attributes }) => attributes.login && world.roles.get(name)?.login === true,
        );
        this.both = logins.map(({ name }) => name).filter((name) => !declared.administrators.includes(name));
        this.read = new Set(catalog.objects.filter(({ kind }) => kind === "database").map(({ name }) => name));
    }

    logins(): void {
        const { administrators, rights } = this.declared;
        for (const role of [...this.catalog.roles.values()].filter(({ attributes }) => attributes.login)) {
            const known = rights.world.roles.get(role.name);
            const isOthers = () => this.elsewhere?.ours.role(role.name) === false;
            this.compare(
                known?.login === true,
                true,
                `${role.name} LOGIN`,
                () =>
                    known === undefined
                        ? "no resource declares this login"
                        : `${this.by(known.source)} declares it NOLOGIN`,
                isOthers,
            );
            for (const attribute of POWERS) {
                // No resource declares what provisioners may do by name.
                if (known !== undefined && !administrators.includes(role.name)) {
                    this.compare(
                        known[attribute],
                        role.attributes[attribute],
                        `${role.name} ${ATTRIBUTES[attribute]}`,
                        () => `declared by ${this.by(known.source)}`,
                        isOthers,
                    );
                }
            }
        }
        for (const role of [...rights.world.roles.values()].filter(
            ({ name, login }) => login && this.catalog.roles.get(name)?.attributes.login !== true,
        )) {
            const provides = administrators.includes(role.name) && this.catalog.ownRoles.has(role.name);
            this.compare(
                !provides,
                false,
                `${role.name} LOGIN`,
                () => `the server has no such login; declared by ${this.by(role.source)}`,
            );
        }
    }

    memberships(): void {
        const { members } = this.declared.rights.privileges;
        const roles = new Set([...this.catalog.roles.keys(), ...this.catalog.ownRoles]);
        // Most logins are nothing to most roles, on both sides.
        for (const login of this.both) {
            const superuser =
                this.catalog.roles.get(login)?.attributes.superuser === true && members.role(login)?.superuser === true;
            const reached = {
                USAGE: members.inherits(login),
                MEMBER: members.belongs(login),
                SET: members.settable(login),
            };
            for (const way of superuser ? [] : WAYS) {
                const real = this.catalog.reached.get(`${login} ${way}`) ?? NOBODY;
                const some = [...new Set([...reached[way].keys(), ...real])].filter(
                    (role) => role !== login && roles.has(role),
                );
                this.agreeing(roles.size - (roles.has(login) ? 1 : 0) - some.length);
                for (const role of some) {
                    const path = reached[way].get(role);
                    this.compare(
                        path !== undefined,
                        real.has(role),
                        `${login} ${way} role ${role}`,
                        () =>
                            path === undefined
                                ? `no resource makes ${login} a member of ${role}`
                                : `by ${path.map(({ source }) => this.by(source)).join(" and ")}`,
                        () => this.elsewhere?.membership(login, role, path) === true,
                    );
                }
            }
        }
    }

    objects(): void {
        const { privileges, world } = this.declared.rights;
        const grantees = new Set([...this.both, PUBLIC]);
        const known = new Map(
            world.objects.filter(({ future }) => future !== true).map((object) => [objectKey(object), object]),
        );
        const there = new Map(this.catalog.objects.map((object) => [objectKey(object), object]));
        for (const [key, object] of known) {
            // `*` stands for unknown objects; with the server's own list there are none.
            const hidden = object.kind !== "database" && !this.read.has(object.database);
            if (!there.has(key) && !hidden && object.name !== "*" && object.source.startsWith("urn:")) {
                this.compare(
                    true,
                    false,
                    key,
                    () => `the server has no such object; declared by ${this.by(object.source)}`,
                );
            }
        }
        for (const [key, listed] of there) {
            const { kind, owner, acl = "the default of its kind" } = listed;
            const object = known.get(key);
            if (object === undefined) {
                continue;
            }
            if (object.source.startsWith("urn:")) {
                this.compare(
                    object.owner === owner,
                    true,
                    `${key} OWNER ${owner}`,
                    () => `declared as ${object.owner}'s by ${this.by(object.source)}`,
                );
            }
            for (const privilege of privilegesOf(kind, this.catalog.major)) {
                const real = this.catalog.holders.get(`${privilege} ${key}`) ?? NOBODY;
                const possible = privileges.possibleHolders(object, privilege) ?? grantees;
                // Whoever is in neither cannot hold it, on both sides.
                const some = [...new Set([...real, ...possible])].filter((login) => grantees.has(login));
                this.agreeing(grantees.size - some.length);
                for (const login of some) {
                    const holding = privileges.holds(login, object, privilege);
                    this.compare(
                        holding !== undefined,
                        real.has(login),
                        cell(login, privilege, key),
                        () => this.reason(object, acl, holding),
                        () => this.elsewhere?.explains(login, privilege, listed, holding) === true,
                    );
                }
                for (const login of this.elsewhere?.strangers(listed, privilege, this.both) ?? []) {
                    this.compare(false, true, cell(login, privilege, key), () => this.reason(object, acl, undefined));
                }
            }
        }
    }

    /** The privileges of future objects: the default privileges of every creator that either side knows. */
    future(): void {
        const { world } = this.declared.rights;
        const real = new DefaultEntries(this.catalog.major, this.catalog.defaults);
        const planned = new DefaultEntries(world.version, world.defaults);
        const makers = new Map<string, Pick<PgObject, "database" | "schema" | "kind" | "owner">>();
        const provisions = (owner: string): boolean => this.declared.administrators.includes(owner);
        const add = ({
            database,
            schema,
            kind,
            owner,
        }: Pick<PgObject, "database" | "schema" | "kind" | "owner">): void => {
            if (!provisions(owner) && this.read.has(database)) {
                makers.set([database, schema, kind, owner].join("\n"), { database, schema, kind, owner });
            }
        };
        world.objects.filter(({ future }) => future === true).forEach(add);
        this.catalog.defaults.forEach(add);
        for (const maker of makers.values()) {
            const where = `${maker.kind} to come of ${maker.owner} in ${maker.database}${maker.schema === undefined ? "" : `/${maker.schema}`}`;
            const [computed, found] = [entriesByCell(planned.of(maker), where), entriesByCell(real.of(maker), where)];
            for (const name of new Set([...computed.keys(), ...found.keys()])) {
                const { source, entry } = { source: computed.get(name)?.source, entry: found.get(name) };
                this.compare(
                    source !== undefined,
                    entry !== undefined,
                    name,
                    () =>
                        source === undefined ? "no resource sets this default privilege" : `set by ${this.by(source)}`,
                    () => this.elsewhere?.explainsDefault(maker.owner, where, source, entry) === true,
                );
            }
        }
    }

    /** Others' logins that a role of the stack's puts into `rds_iam`, which ends their passwords. */
    lockOuts(): void {
        for (const { login, by } of this.elsewhere?.lockOuts() ?? []) {
            const why = `RDS refuses the password of whoever is in ${RDS_IAM}, and ${login} is as a member of ${by}`;
            this.compare(false, true, `${login} MEMBER role ${RDS_IAM}`, () => why);
        }
    }

    /** Counts cells that are empty on both sides. */
    private agreeing(cells: number): void {
        this.cells += cells;
    }

    /** @param isOthers whether a difference is others' doing, on a server that they share */
    private compare(
        computed: boolean,
        real: boolean,
        name: string,
        why: () => string,
        isOthers: () => boolean = () => false,
    ): void {
        this.cells += 1;
        if (computed !== real && isOthers()) {
            this.corrections.set(name, real);
        } else if (computed !== real) {
            this.differences.push({
                server: this.declared.server.key,
                cell: name,
                what: computed ? "missing" : "too much",
                why: why(),
            });
        }
    }

    private reason(object: PgObject, acl: string, holding: Holding | undefined): string {
        const list = `its access list on the server is ${acl}`;
        if (holding === undefined) {
            return `no resource gives it; ${list}`;
        }
        const path = holding.path.map(({ role }) => role);
        const through = path.length === 0 ? "" : ` as a member of ${path.join(" and so of ")}`;
        const late =
            object.source.startsWith("(") && holding.source.startsWith("urn:")
                ? ", which counts for what is made after it"
                : "";
        return `given to ${holding.grantee} by ${this.by(holding.source)}${through}${late}; ${list}`;
    }

    private by(source: string): string {
        const resource = this.graph.get(source);
        return resource === undefined ? source : label(resource);
    }
}

function entriesByCell(entries: readonly Entry[], where: string): ReadonlyMap<string, Entry> {
    return new Map(entries.map((entry) => [cell(entry.grantee, entry.privilege, where), entry]));
}
