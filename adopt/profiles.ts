import { membershipPath } from "../access/catalog/membershipPath";
import type { MembershipFacts } from "../access/catalog/facts";
import { grantable, type ObjectKind } from "../components/tenancy/privileges";
import { wrongExistingName } from "../config/validators";
import type { Facts } from "../drift/index";
import { groupedBy } from "../toolkit/grouped";
import { actingRoles } from "./announced";
import type { AdoptFacts } from "./facts";
import { profileName } from "./names";
import { STRONG } from "./roleRights";
import { Stated } from "./stated";
import type { AdoptedTenant } from "./tenants";

/** A group role that a profile takes over, as the config states it. */
export interface AdoptedProfile {
    readonly name: string;
    readonly group: string;
    readonly members: readonly string[];
    readonly grants: readonly AdoptedGrant[];
}

export interface AdoptedGrant {
    readonly tenant: string;
    readonly on: ObjectKind;
    /** Undefined: all of the tenant's. */
    readonly schemas?: readonly string[];
    /** Undefined: all, those to come included. */
    readonly objects?: readonly string[];
    readonly privileges: readonly string[];
}

type Listed = Facts["objects"][number];

const CONTENT = { table: "tables", sequence: "sequences", function: "functions" } as const;
const KINDS: Readonly<Record<string, ObjectKind>> = { ...CONTENT, schema: "schemas" };

export interface Profiles {
    readonly profiles: readonly AdoptedProfile[];
    /** What they state, which is not listed as left. */
    readonly stated: Stated;
}

/**
 * The profiles that state what the database's group roles hold and who is in them, where the config's words mean exactly that:
 * everything that the group holds on an object is a plain grant of the object's owner, which a tenant acts as.
 */
export function adoptProfiles(facts: AdoptFacts, tenants: readonly AdoptedTenant[]): Profiles {
    const { server } = facts;
    const stated = new Stated();
    const taken = new Set([...server.roles.keys(), ...server.ownRoles]);
    const profiles = groupsOf(facts, tenants).flatMap((group): AdoptedProfile[] => {
        const grants = new Grants(facts, tenants, group, stated).all();
        const members = membersOf(server, group, stated);
        if (grants.length + members.length === 0) {
            return [];
        }
        const name = profileName(group, taken);
        taken.add(name);
        return [{ name, group, members, grants }];
    });
    return { profiles, stated };
}

/** Roles without a login that nobody acts as, and that are no more than groups. */
function groupsOf({ database, server }: AdoptFacts, tenants: readonly AdoptedTenant[]): readonly string[] {
    const acting = actingRoles(tenants);
    const owners = new Set(server.objects.filter((one) => one.database === database).map(({ owner }) => owner));
    return [...server.roles.values()]
        .filter(({ name, attributes }) => {
            const strong = attributes.login || STRONG.some((one) => attributes[one]);
            const system = [...server.ownRoles].some(
                (role) => membershipPath(server.memberships, name, role) !== undefined,
            );
            return (
                !strong && !system && !acting.has(name) && !owners.has(name) && wrongExistingName(name) === undefined
            );
        })
        .map(({ name }) => name)
        .sort();
}

/** Members whose memberships a plain GRANT gives again. */
function membersOf(server: Facts, group: string, stated: Stated): readonly string[] {
    const all = groupedBy(
        server.memberships.filter(({ role }) => role === group),
        ({ member }) => member,
    );
    const isPlain = ({ member, admin, inherit, set = true }: MembershipFacts) =>
        !admin && set && (inherit === undefined || inherit === server.roles.get(member)?.attributes.inherit);
    const members = [...all].filter(
        ([member, some]) =>
            server.roles.has(member) &&
            some.every(isPlain) &&
            membershipPath(server.memberships, member, "rds_superuser") === undefined &&
            wrongExistingName(member) === undefined,
    );
    members.forEach(([, some]) => some.forEach((one) => stated.addMembership(one)));
    return members.map(([member]) => member).sort();
}

/** One group's grants on the objects of one database. */
class Grants {
    private readonly objects: readonly Listed[];
    /** The tables on whose columns the group holds something. */
    private readonly columns: ReadonlySet<string>;
    private readonly found: AdoptedGrant[] = [];

    constructor(
        private readonly facts: AdoptFacts,
        private readonly tenants: readonly AdoptedTenant[],
        private readonly group: string,
        private readonly stated: Stated,
    ) {
        this.objects = facts.server.objects.filter(({ database }) => database === facts.database);
        this.columns = new Set(
            this.objects
                .filter(({ kind, items }) => kind === "column" && items.some(({ grantee }) => grantee === group))
                .map(({ schema, name, column = "" }) => JSON.stringify([schema, name.slice(0, -column.length - 1)])),
        );
    }

    all(): readonly AdoptedGrant[] {
        // A role that several tenants act as grants once, by the first of them with the schema.
        const seen = new Set<string>();
        for (const { name, actsAs, schemas } of this.tenants) {
            for (const schema of schemas) {
                const place = JSON.stringify([actsAs, schema]);
                if (!seen.has(place)) {
                    seen.add(place);
                    this.onSchema(name, actsAs, schema);
                    Object.entries(CONTENT).forEach(([kind, on]) => this.onContent(name, actsAs, schema, kind, on));
                }
            }
        }
        return this.merged();
    }

    private onSchema(tenant: string, owner: string, schema: string): void {
        const found = this.objects.find(({ kind, name }) => kind === "schema" && name === schema);
        const privileges = found?.owner === owner ? this.plain(found) : undefined;
        if (found !== undefined && privileges !== undefined && privileges.length > 0) {
            this.stated.addGrant(found, this.group);
            this.found.push({ tenant, on: "schemas", schemas: [schema], privileges });
        }
    }

    private onContent(tenant: string, owner: string, schema: string, kind: string, on: ObjectKind): void {
        const own = this.objects.filter(
            (object) => object.kind === kind && object.schema === schema && object.owner === owner,
        );
        const plain = own.map((object) => ({ object, privileges: this.plain(object) }));
        const held = groupedBy(
            plain.filter(({ privileges = [] }) => privileges.length > 0),
            ({ privileges }) => JSON.stringify(privileges),
        );
        const toCome = this.defaults(owner, schema, kind);
        const key = JSON.stringify(toCome);
        if (toCome !== undefined && toCome.length > 0 && plain.every((one) => JSON.stringify(one.privileges) === key)) {
            own.forEach((object) => this.stated.addGrant(object, this.group));
            this.stated.addDefaults({ owner, schema, kind }, this.group);
            this.found.push({ tenant, on, schemas: [schema], privileges: toCome });
            return;
        }
        for (const some of held.values()) {
            const named = some.filter(({ object }) => wrongExistingName(object.name) === undefined);
            named.forEach(({ object }) => this.stated.addGrant(object, this.group));
            if (named.length > 0) {
                const objects = named.map(({ object }) => object.name).sort();
                this.found.push({ tenant, on, schemas: [schema], objects, privileges: some[0]?.privileges ?? [] });
            }
        }
    }

    /** What the group holds on an object; undefined if a profile cannot state it, or a change of it would reach more. */
    private plain({ kind, name, schema, owner, items }: Listed): readonly string[] | undefined {
        const own = items.filter(({ grantee }) => grantee === this.group);
        const known: readonly string[] = grantable[KINDS[kind] ?? "tables"];
        const fits = own.every(
            ({ grantor, grantable, privilege }) => grantor === owner && !grantable && known.includes(privilege),
        );
        const columns = kind === "table" && this.columns.has(JSON.stringify([schema, name]));
        return fits && !columns ? own.map(({ privilege }) => privilege).sort() : undefined;
    }

    private defaults(owner: string, schema: string, kind: string): readonly string[] | undefined {
        const { database, server } = this.facts;
        const entries = server.defaults
            .filter(
                (one) => one.database === database && one.owner === owner && one.schema === schema && one.kind === kind,
            )
            .flatMap((one) => one.entries.filter(({ grantee }) => grantee === this.group));
        const known: readonly string[] = grantable[KINDS[kind] ?? "tables"];
        return entries.every((one) => !one.grantable && known.includes(one.privilege))
            ? entries.map(({ privilege }) => privilege).sort()
            : undefined;
    }

    /** The same grant in several schemas of a tenant is one. */
    private merged(): readonly AdoptedGrant[] {
        const same = groupedBy(this.found, ({ tenant, on, objects, privileges }) =>
            JSON.stringify([tenant, on, objects, privileges]),
        );
        return [...same.values()].flatMap((some): AdoptedGrant[] => {
            const [first] = some;
            const schemas = some.flatMap((one) => one.schemas ?? []);
            const all = this.tenants.find(({ name }) => name === first?.tenant)?.schemas ?? [];
            if (first === undefined) {
                return [];
            }
            const { tenant, on, objects, privileges } = first;
            return [
                {
                    ...{ tenant, on },
                    ...(schemas.length === all.length ? {} : { schemas }),
                    ...(objects && { objects }),
                    privileges,
                },
            ];
        });
    }
}
