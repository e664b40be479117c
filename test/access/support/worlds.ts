import fc from "fast-check";

import type { Existing } from "../../../access/postgres/build";
import { PUBLIC } from "../../../access/postgres/serverState";
import type { ObjectKind } from "../../../access/postgres/serverState";
import type { Sketch } from "./resources";

/** A small world in two forms: as Pulumi resources, and as the statements that the postgresql provider runs for them. */
export interface SmallWorld {
    readonly roles: readonly string[];
    readonly sketches: readonly Sketch[];
    /** Tables, sequences and functions that migrations create and no resource declares. */
    readonly existing: readonly Existing[];
    readonly sql: readonly string[];
}

const PRIVILEGES: Readonly<Record<ObjectKind, readonly string[]>> = {
    database: ["CREATE", "CONNECT", "TEMPORARY"],
    schema: ["USAGE", "CREATE"],
    table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
    column: ["SELECT", "INSERT", "UPDATE", "REFERENCES"],
    sequence: ["USAGE", "SELECT", "UPDATE"],
    function: ["EXECUTE"],
    type: ["USAGE"],
};

const OBJECTS: readonly ObjectKind[] = ["table", "sequence", "function"];
const PREDEFINED = ["pg_read_all_data", "pg_write_all_data"];

/** Indexes into the list of roles; beyond its end, PUBLIC. */
const anyone = fc.nat({ max: 6 });
const someone = fc.nat({ max: 5 });
const plan = fc.record({
    roles: fc.array(fc.record({ login: fc.boolean(), inherit: fc.boolean(), superuser: fc.nat({ max: 15 }) }), {
        minLength: 2,
        maxLength: 6,
    }),
    memberships: fc.array(fc.record({ a: someone, b: someone, admin: fc.boolean(), byGrant: fc.boolean() }), {
        maxLength: 7,
    }),
    predefined: fc.array(fc.record({ member: someone, role: fc.nat({ max: 1 }) }), { maxLength: 1 }),
    databaseOwner: someone,
    schemas: fc.array(someone, { minLength: 1, maxLength: 2 }),
    defaults: fc.array(
        fc.record({
            owner: someone,
            schema: fc.nat({ max: 2 }),
            kind: fc.constantFrom(...OBJECTS),
            grantee: anyone,
            chosen: fc.nat({ max: 127 }),
        }),
        { maxLength: 5 },
    ),
    objects: fc.array(fc.record({ maker: someone, schema: fc.nat({ max: 1 }), kind: fc.constantFrom(...OBJECTS) }), {
        maxLength: 5,
    }),
    grants: fc.array(
        fc.record({
            on: fc.nat({ max: 9 }),
            column: fc.boolean(),
            grantee: anyone,
            chosen: fc.nat({ max: 127 }),
            grantable: fc.boolean(),
        }),
        { maxLength: 7 },
    ),
});

/** Random worlds of up to six roles; every name begins with the prefix, so that worlds can share a server. */
export function smallWorlds(prefix: () => string): fc.Arbitrary<SmallWorld> {
    return plan.map((one) => tell(one, prefix()));
}

type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

function tell(one: Plan, prefix: string): SmallWorld {
    const roles = one.roles.map((_, index) => `${prefix}${"abcdef"[index] ?? "x"}`);
    const role = (place: number): string => roles[place % roles.length] ?? "";
    const grantee = (place: number): string => (place >= roles.length ? PUBLIC : role(place));
    const schemas = one.schemas.map((_, index) => `s${index}`);
    const schema = (place: number): string => schemas[place % schemas.length] ?? "";
    const database = prefix;
    const sketches: Sketch[] = [];
    const sql: string[] = [];
    const declare = (type: string, inputs: Record<string, unknown>): void => {
        sketches.push({ type: `postgresql:index/${type}`, name: `r${sketches.length}`, inputs });
    };

    const pairs = new Map(
        one.memberships
            .filter(({ a, b }) => a % roles.length < b % roles.length)
            .map((m) => [`${role(m.a)} ${role(m.b)}`, m]),
    );
    const listed = [
        ...[...pairs.values()].filter((m) => !m.byGrant).map((m) => ({ member: role(m.a), role: role(m.b) })),
        ...one.predefined.map((m) => ({ member: role(m.member), role: PREDEFINED[m.role] ?? "" })),
    ];
    one.roles.forEach(({ login, inherit, superuser }, index) => {
        const name = role(index);
        const memberOf = listed.filter((m) => m.member === name).map((m) => m.role);
        const isSuperuser = superuser === 0;
        declare("role:Role", { name, login, inherit, superuser: isSuperuser, roles: memberOf });
        sql.push(
            `CREATE ROLE ${name} ${login ? "LOGIN" : "NOLOGIN"} ${inherit ? "INHERIT" : "NOINHERIT"} ${isSuperuser ? "SUPERUSER" : "NOSUPERUSER"}`,
        );
    });
    sql.push(...listed.map((m) => `GRANT ${m.role} TO ${m.member}`));
    for (const { a, b, admin } of [...pairs.values()].filter((m) => m.byGrant)) {
        declare("grantRole:GrantRole", { role: role(a), grantRole: role(b), withAdminOption: admin });
        sql.push(`GRANT ${role(b)} TO ${role(a)}${admin ? " WITH ADMIN OPTION" : ""}`);
    }
    declare("database:Database", { name: database, owner: role(one.databaseOwner) });
    sql.push(`ALTER DATABASE ${database} OWNER TO ${role(one.databaseOwner)}`);
    schemas.forEach((name, index) => {
        const owner = role(one.schemas[index] ?? 0);
        declare("schema:Schema", { name, database, owner });
        sql.push(`CREATE SCHEMA ${name} AUTHORIZATION ${owner}`);
    });
    for (const { owner, schema: place, kind, grantee: to, chosen } of one.defaults) {
        const inSchema = place < schemas.length ? schema(place) : undefined;
        const privileges = choose(PRIVILEGES[kind], chosen);
        declare("defaultPrivileges:DefaultPrivileges", {
            database,
            owner: role(owner),
            schema: inSchema,
            role: grantee(to),
            objectType: kind,
            privileges,
        });
        const head = `ALTER DEFAULT PRIVILEGES FOR ROLE ${role(owner)} ${inSchema === undefined ? "" : `IN SCHEMA ${inSchema}`}`;
        sql.push(`${head} REVOKE ALL ON ${kind}S FROM ${grantee(to)}`);
        sql.push(
            ...(privileges.length > 0 ? [`${head} GRANT ${privileges.join()} ON ${kind}S TO ${grantee(to)}`] : []),
        );
    }
    const existing = one.objects.map(({ maker, schema: place, kind }, index): Existing => {
        const name = `${kind}${index}${kind === "function" ? "()" : ""}`;
        return { kind, database, schema: schema(place), name, owner: role(maker) };
    });
    existing.forEach((object, index) =>
        sql.push(...made(object, one.roles[(one.objects[index]?.maker ?? 0) % roles.length]?.superuser === 0)),
    );
    grants(one, existing, { database, schemas, grantee }).forEach(({ inputs, statements }) => {
        declare("grant:Grant", inputs);
        sql.push(...statements);
    });
    return { roles, sketches, existing, sql };
}

/** Created as by its owner, with privileges that the owner may lack. */
function made({ kind, schema, name, owner }: Existing, superuser: boolean): string[] {
    const body =
        { table: "(id int, note text)", sequence: "", function: "RETURNS int LANGUAGE sql AS 'SELECT 1'" }[
            kind as string
        ] ?? "";
    const create = [`SET ROLE ${owner}`, `CREATE ${kind} ${schema}.${name} ${body}`, "RESET ROLE"];
    return superuser ? create : [`ALTER ROLE ${owner} SUPERUSER`, ...create, `ALTER ROLE ${owner} NOSUPERUSER`];
}

interface Names {
    readonly database: string;
    readonly schemas: readonly string[];
    readonly grantee: (place: number) => string;
}

function grants(
    one: Plan,
    existing: readonly Existing[],
    names: Names,
): { inputs: Record<string, unknown>; statements: string[] }[] {
    const { database, schemas } = names;
    const targets: { inputs: Record<string, unknown>; sql: string; kind: ObjectKind }[] = [
        { inputs: { objectType: "database", database }, sql: `DATABASE ${database}`, kind: "database" },
        ...schemas.map((schema) => ({
            inputs: { objectType: "schema", database, schema },
            sql: `SCHEMA ${schema}`,
            kind: "schema" as const,
        })),
        ...existing.map(({ kind, schema, name }) => ({
            inputs: { objectType: kind, database, schema, objects: [name] },
            sql: `${kind} ${schema}.${name}`,
            kind,
        })),
    ];
    const planned = one.grants.flatMap(({ on, column, ...rest }) => {
        const target = targets[on % targets.length];
        return target === undefined
            ? []
            : [{ ...rest, target, columns: target.kind === "table" && column ? ["note"] : undefined }];
    });
    // What is revoked on a table is revoked on its columns too, so the columns' grants come last.
    planned.sort((a, b) => Number(a.columns !== undefined) - Number(b.columns !== undefined));
    return planned.map(({ target, columns, grantee: to, chosen, grantable }) => {
        const privileges = choose(PRIVILEGES[columns === undefined ? target.kind : "column"], chosen);
        const role = names.grantee(to);
        const option = grantable && role !== PUBLIC;
        const inputs = {
            ...target.inputs,
            role,
            privileges,
            withGrantOption: option,
            ...(columns === undefined ? {} : { objectType: "column", columns }),
        };
        const part = (words: readonly string[]): string =>
            words.map((word) => (columns === undefined ? word : `${word} (${columns.join()})`)).join();
        // Like the provider: on tables and the like it revokes the privileges that it grants next, else all.
        const revoke =
            target.kind === "database" || target.kind === "schema" || privileges.length === 0
                ? "ALL"
                : part(privileges);
        const statements = [
            ...(privileges.length > 0 || columns === undefined
                ? [`REVOKE ${revoke} ON ${target.sql} FROM ${role}`]
                : []),
            ...(privileges.length > 0
                ? [`GRANT ${part(privileges)} ON ${target.sql} TO ${role}${option ? " WITH GRANT OPTION" : ""}`]
                : []),
        ];
        return { inputs, statements };
    });
}

function choose(from: readonly string[], bits: number): string[] {
    return from.filter((_, index) => (bits & (1 << index)) !== 0);
}
