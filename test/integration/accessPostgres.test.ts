import assert from "node:assert/strict";

import fc from "fast-check";
import type { Client } from "pg";

import { declaredWorld } from "../../access/postgres/declared";
import { Privileges } from "../../access/postgres/privileges";
import { privilegesOf } from "../../access/postgres/serverState";
import type { ObjectKind } from "../../access/postgres/serverState";
import { openCluster } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { graphOf } from "../access/support/resources";
import { smallWorlds } from "../access/support/worlds";
import type { SmallWorld } from "../access/support/worlds";
import { withOwnState } from "./postgres-support";
import { superuserOf } from "../support/client";

/** How many random worlds to compare for each version. */
const WORLDS = Number(process.env["KEYLESS_WORLDS"] ?? 60);

for (const major of [15, 18]) {
    describe(`the model of a server, compared with Postgres ${major}`, () => {
        withOwnState();

        it("agrees with the server on every role, object and privilege, in random states", async () => {
            const postgres = await openCluster({
                resourceId: `cluster-ACCESS${major}`,
                major,
                masterUsername: "master",
                hosts: ["localhost"],
            });
            let count = 0;
            const worlds = smallWorlds(() => `w${(count += 1)}`);
            await fc.assert(
                fc.asyncProperty(worlds, async (world) => {
                    assert.deepEqual(computed(world, major), await observed(postgres, world, major));
                }),
                { numRuns: WORLDS },
            );
        });
    });
}

/** Lines `role privilege object` that the model computes, in order. */
function computed(world: SmallWorld, major: number): string[] {
    const graph = graphOf(world.sketches);
    const server = { version: major, administrators: ["rdsadmin"], databases: [], existing: world.existing };
    const declared = declaredWorld(graph, graph.resources, server, () => "postgres");
    const privileges = new Privileges(declared);
    const { members } = privileges;
    const lines: string[] = [];
    for (const role of world.roles) {
        for (const object of declared.objects) {
            const known = privilegesOf(object.kind, major);
            const path = object.schema === undefined ? object.name : `${object.schema}.${object.name}`;
            lines.push(
                ...known
                    .filter((one) => privileges.possibleHolders(object, one)?.has(role) !== false)
                    .filter((one) => privileges.holds(role, object, one))
                    .map((one) => `${role} ${one} ${object.kind} ${path}`),
            );
        }
        const superuser = declared.roles.get(role)?.superuser === true;
        for (const other of world.roles) {
            lines.push(...(superuser || members.inherits(role).has(other) ? [`${role} USAGE of ${other}`] : []));
            lines.push(...(superuser || members.belongs(role).has(other) ? [`${role} MEMBER of ${other}`] : []));
            lines.push(...(superuser || members.settable(role).has(other) ? [`${role} SET of ${other}`] : []));
            lines.push(...(superuser || members.administers(role).has(other) ? [`${role} ADMIN of ${other}`] : []));
        }
    }
    return lines
        .filter(
            (line) => !line.includes(".note") || world.sketches.some((one) => one.inputs?.["columns"] !== undefined),
        )
        .sort();
}

/** The same lines from the server's own functions. */
async function observed(postgres: Postgres, world: SmallWorld, major: number): Promise<string[]> {
    const database = world.roles[0]?.slice(0, -1) ?? "";
    const admin = await superuserOf(postgres);
    await admin.query(`CREATE DATABASE ${database}`);
    const inside = await superuserOf(postgres, database);
    try {
        for (const statement of world.sql) {
            await inside.query(statement);
        }
        return (await observedIn(inside, world, major)).sort();
    } finally {
        await inside.end();
        await admin.query(`DROP DATABASE ${database}`);
        // A role's remaining dependencies are its memberships and its rights on shared objects.
        for (const role of world.roles) {
            await admin.query(`DROP OWNED BY ${role}`).catch(() => undefined);
        }
        await admin.query(`DROP ROLE ${world.roles.join()}`);
        await admin.end();
    }
}

async function observedIn(client: Client, world: SmallWorld, major: number): Promise<string[]> {
    const columns = world.sketches
        .flatMap((one) => (one.inputs?.["columns"] === undefined ? [] : [one.inputs["objects"] as string[]]))
        .flat();
    const objects: { kind: ObjectKind; from: string; test: string }[] = [
        {
            kind: "database",
            from: "SELECT oid, datname::text AS path FROM pg_database WHERE datname = current_database()",
            test: "has_database_privilege(r.oid, o.oid, p)",
        },
        {
            kind: "schema",
            from: "SELECT oid, nspname::text AS path FROM pg_namespace WHERE nspname ~ '^(s[0-9]|public)$'",
            test: "has_schema_privilege(r.oid, o.oid, p)",
        },
        { kind: "table", from: relations("r"), test: "has_table_privilege(r.oid, o.oid, p)" },
        { kind: "sequence", from: relations("S"), test: "has_sequence_privilege(r.oid, o.oid, p)" },
        { kind: "function", from: FUNCTIONS, test: "has_function_privilege(r.oid, o.oid, p)" },
        {
            kind: "column",
            from: `SELECT c.oid, n.nspname || '.' || c.relname || '.note' AS path FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relname = ANY ('{${columns.join()}}')`,
            test: "has_column_privilege(r.oid, o.oid, 'note', p)",
        },
    ];
    const lines: string[] = [];
    for (const { kind, from, test } of objects) {
        const { rows } = await client.query<{ line: string }>(
            `SELECT r.rolname || ' ' || p || ' ${kind} ' || o.path AS line
            FROM pg_roles r, unnest($2::text[]) p, (${from}) o WHERE r.rolname = ANY ($1) AND ${test}`,
            [world.roles, privilegesOf(kind, major)],
        );
        lines.push(...rows.map((row) => row.line));
    }
    const ways = {
        USAGE: "USAGE",
        MEMBER: "MEMBER",
        ADMIN: "MEMBER WITH ADMIN OPTION",
        SET: major >= 16 ? "SET" : "MEMBER",
    };
    for (const [way, asked] of Object.entries(ways)) {
        const { rows } = await client.query<{ line: string }>(
            `SELECT a.rolname || ' ${way} of ' || b.rolname AS line FROM pg_roles a, pg_roles b
            WHERE a.rolname = ANY ($1) AND b.rolname = ANY ($1) AND pg_has_role(a.oid, b.oid, '${asked}')`,
            [world.roles],
        );
        lines.push(...rows.map((row) => row.line));
    }
    return lines;
}

function relations(relkind: string): string {
    return `SELECT c.oid, n.nspname || '.' || c.relname AS path FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = '${relkind}' AND n.nspname ~ '^s[0-9]$'`;
}

const FUNCTIONS = `SELECT p.oid, n.nspname || '.' || p.proname || '()' AS path FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname ~ '^s[0-9]$'`;
