import type { Graph } from "../resources/graph";
import { property, type Resource } from "../resources/resource";
import { at, list, text, texts } from "../resources/value";
import type { ServerStateBuilder } from "./build";
import { EXISTED, type ObjectKind, type Source } from "./serverState";

/** A group's rights on objects of roles that the program does not manage (components/tenancy/groupRights). */
export interface DeclaredGroup {
    readonly group: string;
    /** Whether it existed before the program, with its members. */
    readonly existed: boolean;
    readonly members: readonly string[];
    readonly rights: readonly DeclaredRight[];
    readonly source: Source;
}

interface DeclaredRight {
    readonly database: string;
    readonly schema: string;
    readonly owner: string;
    readonly kind: ObjectKind;
    /** Empty for all. */
    readonly objects: readonly string[];
    readonly columns: readonly string[];
    readonly privileges: readonly string[];
}

const KINDS: Readonly<Record<string, ObjectKind>> = {
    tables: "table",
    sequences: "sequence",
    functions: "function",
    schemas: "schema",
};

/** Those declared beside these resources: a component's resources are all on one server. */
export function declaredGroups(
    graph: Graph,
    resources: readonly Resource[],
    defaultDatabase: string,
): readonly DeclaredGroup[] {
    const above = new Set<string>();
    for (const { parent } of resources.filter(({ type }) => type.startsWith("postgresql:"))) {
        for (let urn = parent; urn !== undefined && !above.has(urn); urn = graph.get(urn)?.parent) {
            above.add(urn);
        }
    }
    return graph.ofType("pulumi:index:Stash").flatMap((stash): DeclaredGroup[] => {
        const input = (...path: string[]) => property(stash, "input", ...path);
        const group = text(input("group"));
        if (group === undefined || !Array.isArray(input("rights")) || !above.has(stash.parent ?? "")) {
            return [];
        }
        const rights = list(input("rights")).flatMap((right): DeclaredRight[] => {
            const kind = KINDS[text(at(right, "on")) ?? ""];
            const [schema, owner] = [text(at(right, "schema")), text(at(right, "owner"))];
            return kind === undefined || schema === undefined || owner === undefined
                ? []
                : [
                      {
                          ...{ schema, owner, kind, database: text(at(right, "database")) ?? defaultDatabase },
                          objects: texts(at(right, "objects")),
                          columns: texts(at(right, "columns")),
                          privileges: texts(at(right, "privileges")),
                      },
                  ];
        });
        return [
            { group, existed: input("existed") === true, members: texts(input("members")), rights, source: stash.urn },
        ];
    });
}

/** The groups that existed, and their members: nothing says whether these log in, so they count as logins with a password. */
export function addGroups(builder: ServerStateBuilder, groups: readonly DeclaredGroup[]): void {
    const existed = groups.filter((one) => one.existed);
    for (const { group } of existed.filter(({ group }) => !builder.hasRole(group))) {
        builder.role({ name: group, takenOver: true, source: EXISTED });
    }
    for (const { group, members, source } of existed) {
        for (const name of members) {
            if (!builder.hasRole(name)) {
                builder.role({ name, login: true, password: true, source: EXISTED });
            }
            builder.belong(name, group, source);
        }
    }
}

/** What the groups get on objects to come. Rights of several tenants that act as one role add up. */
export function addGroupDefaults(builder: ServerStateBuilder, groups: readonly DeclaredGroup[]): void {
    for (const { group, rights, source } of groups) {
        const merged = new Map<string, DeclaredRight>();
        for (const right of rights.filter(({ kind, objects }) => kind !== "schema" && objects.length === 0)) {
            const key = JSON.stringify([right.database, right.schema, right.owner, right.kind]);
            const privileges = [...(merged.get(key)?.privileges ?? []), ...right.privileges];
            merged.set(key, { ...right, privileges });
        }
        for (const { privileges, ...to } of merged.values()) {
            builder.default(to, { grantee: group, privileges, grantable: false }, source);
        }
    }
}

/** What they hold on objects that exist; `*` stands for all if none is known. */
export function addGroupGrants(builder: ServerStateBuilder, groups: readonly DeclaredGroup[]): void {
    for (const { group, rights, source } of groups) {
        for (const { kind, database, schema, owner, objects, columns, privileges } of rights) {
            const to = { grantee: group, privileges, grantable: false };
            if (kind === "schema") {
                builder.grant({ kind, database, name: schema }, to, source, false);
                continue;
            }
            const own = builder.namesIn(kind, database, schema).filter((name) => {
                const found = builder.find({ kind, database, schema, name });
                return found?.owner === owner && found.future !== true;
            });
            const names = objects.length > 0 ? objects : own.length > 0 ? own : ["*"];
            for (const name of names) {
                const places = columns.map((column) => ({
                    kind: "column" as const,
                    database,
                    schema,
                    name: `${name}.${column}`,
                }));
                for (const place of places.length > 0 ? places : [{ kind, database, schema, name }]) {
                    builder.grant(place, to, source, false);
                }
            }
        }
    }
}
