import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readServer } from "../../adopt/read";
import { rightsOf } from "../../adopt/rights";
import type { LiveResult } from "../../access";
import type { MigrationResult } from "../../cli/migration";
import { verifyStack } from "../../cli/sandbox/stacks";
import type { StartResult } from "../../cli/sandbox/start";
import type { DriftResult } from "../../drift/server";
import { endpointsOf } from "../../sandbox/cloud/aws/databaseEndpoints";
import { Store } from "../../sandbox/cloud/store";
import { Authority } from "../../sandbox/postgres/authority";
import { openCluster, stopClusters, type Postgres } from "../../sandbox/postgres/cluster";
import { existingPassword } from "../../sandbox/postgres/persistedServer";
import { putWhatExists } from "../../sandbox/run/existing";
import { projectDir } from "../../toolkit/paths";
import { readStackFile } from "../../toolkit/system/stackFile";
import { superuserOf } from "../support/client";
import { cloudFiles } from "../support/cloudFiles";
import { type Ended, keyless } from "../support/keyless";
import { enterState, removeServersOf } from "../support/ownState";

const STACK = "existing-database";
const MIGRATION = "migration";
const config = (stack: string) => readStackFile(join(projectDir, "examples", "stacks", `${stack}.yaml`));

describe("a stack on a database that exists", () => {
    let dir: string;
    let state: string;
    let leave: () => void;
    let untouched: Readonly<Record<string, string>>;
    let rights: readonly string[];
    let started: Ended;

    /** Opens the existing database's server, which no command does meanwhile. */
    async function onServer<T>(work: (postgres: Postgres) => Promise<T>, database = "orders"): Promise<T> {
        const endpoint = endpointsOf(new Store()).find(({ spec }) => spec.database === database);
        assert.ok(endpoint !== undefined);
        const postgres = await openCluster(endpoint.spec);
        try {
            return await work(postgres);
        } finally {
            await stopClusters();
        }
    }

    const query = (postgres: Postgres, ...statements: readonly string[]) => queryIn("orders", postgres, ...statements);

    async function queryIn(database: string, postgres: Postgres, ...statements: readonly string[]): Promise<void> {
        const admin = await superuserOf(postgres, database);
        try {
            for (const statement of statements) {
                await admin.query(statement);
            }
        } finally {
            await admin.end();
        }
    }

    /** Everybody's rights: roles, memberships, owners, access lists, default privileges, each with who granted it. */
    async function rightsOn(postgres: Postgres): Promise<readonly string[]> {
        const facts = await readServer("orders", (database) => postgres.guardedAdmin(database));
        return rightsOf(facts, (value) => value).map(
            ({ holder, what, by = "itself" }) => `${holder}: ${what}, by ${by}`,
        );
    }

    /** The differences that a change causes; undoes it. */
    async function planted(change: string, undo: string): Promise<readonly string[]> {
        return onServer(async (postgres) => {
            await query(postgres, change);
            const { differences } = await verifyStack({ postgresFor: async () => postgres }, STACK);
            await query(postgres, undo);
            // The catalogs and an attempt may both find a cell; samples are tables of the comparison's own.
            const cells = differences.map(({ what, cell }) => `${what}: ${cell}`);
            return [...new Set(cells)].filter((cell) => !cell.includes("keyless_probe")).sort();
        });
    }

    before(async () => {
        dir = mkdtempSync(join(tmpdir(), "keyless-existing-"));
        state = join(dir, "state");
        leave = enterState(state);
        // The certificate of a cluster that exists is the sandbox's.
        await Authority.open();
        [STACK, MIGRATION].forEach((stack) => putWhatExists(stack, "eu-central-1", config(stack)));
        untouched = cloudFiles(join(state, "cloud"));
        rights = await onServer(rightsOn);
        started = await keyless(state, "start", "--json", "--stack", STACK);
    });

    after(async () => {
        for (const stack of [STACK, MIGRATION, "kept"]) {
            await keyless(state, "down", "--stack", stack, "--discard");
        }
        await removeServersOf(state);
        leave();
        rmSync(dir, { recursive: true, force: true });
    });

    it("starts without a difference, and lists others' logins and rights with where they come from", () => {
        assert.equal(started.code, 0, started.stdout + started.stderr);
        const { computed, drift } = JSON.parse(started.stdout) as StartResult;
        assert.deepEqual([computed.differences, drift], [[], []]);
        assert.deepEqual(elsewhereOf(computed), [...ELSEWHERE].sort());
    });

    it("calls a grant to one of its logins by name a fault, and one to others' roles theirs", async () => {
        assert.deepEqual(
            await planted("GRANT SELECT ON public.countries TO ann", "REVOKE SELECT ON public.countries FROM ann"),
            ["too much: ann SELECT table orders/public.countries"],
        );
        assert.deepEqual(
            await planted(
                "GRANT UPDATE ON public.countries TO report, orders_service",
                "REVOKE UPDATE ON public.countries FROM report, orders_service",
            ),
            [],
        );
    });

    it("calls an undeclared attribute, membership and right on what it created a fault", async () => {
        assert.deepEqual(await planted("ALTER ROLE ann BYPASSRLS", "ALTER ROLE ann NOBYPASSRLS"), [
            "too much: ann BYPASSRLS",
        ]);
        assert.deepEqual(
            await planted(
                "GRANT CREATE ON DATABASE returns TO report",
                "REVOKE CREATE ON DATABASE returns FROM report",
            ),
            ["too much: report CREATE database returns"],
        );
        assert.deepEqual(await planted("GRANT ann TO report", "REVOKE ann FROM report"), [
            // The master, who created the role report, may become it: RDS would refuse the password of both.
            "too much: orders_admin MEMBER role rds_iam",
            "too much: report CONNECT database returns",
            // A profile names it, so its memberships are compared too.
            ...["MEMBER", "SET", "USAGE"].flatMap((way) =>
                ["analysts", "ann", "orders_connect", "rds_iam", "returns_connect"].map(
                    (role) => `too much: report ${way} role ${role}`,
                ),
            ),
            "too much: report USAGE schema returns/public",
            "too much: report USAGE schema returns/returns",
        ]);
    });

    it("calls a declared right that is missing a fault", async () => {
        const membership = "orders_service FROM orders_app GRANTED BY keyless_provisioner";
        const missing = await planted(
            `REVOKE ${membership}`,
            `SET ROLE keyless_provisioner; GRANT orders_service TO orders_app; RESET ROLE`,
        );
        assert.deepEqual(
            missing.filter((cell) => cell.includes("role orders_service")),
            ["MEMBER", "SET", "USAGE"].map((way) => `missing: orders_app ${way} role orders_service`),
        );
        assert.ok(missing.includes("missing: orders_app SELECT table orders/orders.customers"), missing.join("\n"));
    });

    it("calls a fault what a group that a profile takes over lacks of it, and what its holder has beyond it", async () => {
        const readers = (verb: string, what: string) => `${verb} ${what} ${verb === "GRANT" ? "TO" : "FROM"} readers`;
        const asOwner = (statement: string) => `SET ROLE orders_service; ${statement}; RESET ROLE`;
        const select = "SELECT ON orders.customers";
        assert.deepEqual(
            await planted(asOwner(readers("REVOKE", select)), asOwner(readers("GRANT", select))),
            ["ann", "report"].map((login) => `missing: ${login} SELECT table orders/orders.customers`),
        );
        const left = await planted(
            "REVOKE readers FROM report GRANTED BY orders_admin",
            "SET ROLE orders_admin; GRANT readers TO report; RESET ROLE",
        );
        assert.ok(left.includes("missing: report MEMBER role readers"), left.join("\n"));
        const toCome = "ALTER DEFAULT PRIVILEGES IN SCHEMA orders";
        assert.deepEqual(
            await planted(
                asOwner(
                    `${readers("GRANT", "UPDATE ON orders.customers")}; ${toCome} GRANT DELETE ON TABLES TO readers`,
                ),
                asOwner(
                    `${readers("REVOKE", "UPDATE ON orders.customers")}; ${toCome} REVOKE DELETE ON TABLES FROM readers`,
                ),
            ),
            [
                "too much: ann UPDATE table orders/orders.customers",
                "too much: readers DELETE table to come of orders_service in orders/orders",
            ],
        );
        const member = await planted("GRANT orders_service TO readers", "REVOKE orders_service FROM readers");
        assert.ok(member.includes("too much: ann MEMBER role orders_service"), member.join("\n"));
    });

    it("has its own repaired by keyless drift --fix, and nothing of others", async () => {
        const before = await onServer(async (postgres) => {
            const plain = await rightsOn(postgres);
            await query(
                postgres,
                "GRANT UPDATE ON orders.customers TO report",
                "GRANT SELECT ON public.countries TO ann",
                "ALTER ROLE ann CREATEDB",
                "GRANT INSERT ON orders.customers TO readers",
                "REVOKE SELECT ON orders.orders FROM readers",
            );
            return { plain, planted: await rightsOn(postgres) };
        });
        const fixed = await keyless(state, "drift", "--fix", "--json", "--stack", STACK);
        const { findings, fixed: tried } = JSON.parse(fixed.stdout) as DriftResult;
        const found = [
            "ann has SELECT on table public.countries, which nothing declares",
            "readers has INSERT on table orders.customers, which nothing declares",
        ];
        assert.deepEqual(
            [
                fixed.code,
                findings.map(({ message }) => message),
                tried.map(({ finding, failure }) => [finding.message, failure]),
            ],
            [
                1,
                found,
                [
                    ["ann has CREATEDB", undefined],
                    ["readers lacks SELECT on table orders.orders", undefined],
                    ...found.map((one) => [one, "the object is not this stack's: its owner may run the SQL"]),
                ],
            ],
        );
        await onServer(async (postgres) => {
            const now = await rightsOn(postgres);
            assert.deepEqual(
                before.planted.filter((one) => !now.includes(one)),
                before.planted.filter((one) => one.startsWith("ann: role: ")),
            );
            await query(
                postgres,
                "REVOKE UPDATE ON orders.customers FROM report",
                "REVOKE SELECT ON public.countries FROM ann",
                "REVOKE INSERT ON orders.customers FROM readers",
            );
            assert.deepEqual(await rightsOn(postgres), before.plain);
        });
    });

    it("deletes the Secret with a finished login's password, and reports one that is still used", async () => {
        const other = await keyless(state, "start", "--json", "--stack", MIGRATION);
        assert.equal(other.code, 0, other.stdout + other.stderr);
        const { computed } = JSON.parse(other.stdout) as StartResult;
        assert.deepEqual(computed.differences, []);
        const looked = await keyless(state, "migration", "status", "--json", "--stack", MIGRATION);
        const { tenants } = JSON.parse(looked.stdout) as MigrationResult;
        assert.deepEqual(
            tenants.flatMap(({ secrets }) =>
                secrets.map(({ kubernetes, state, usedBy }) => [kubernetes, state, usedBy]),
            ),
            [
                ["trade/shop-database", "there", ["Deployment trade/shop"]],
                ["trade/reports-database", "gone", []],
            ],
        );
    });

    it("refuses by keyless migration status --gate to finish a login that is not known to be unused", async () => {
        const example = readFileSync(join(projectDir, "examples", "stacks", `${MIGRATION}.yaml`), "utf8");
        const changed = join(dir, "finished.yaml");
        const gate = async (migration: string, more = "") => {
            writeFileSync(changed, example.replace("{ state: switched, login", `{ ${migration}, login`) + more);
            const options = ["--json", "--gate", "--stack", MIGRATION, "--config-file", changed];
            const { code, stdout } = await keyless(state, "migration", "status", ...options);
            const { tenants } = JSON.parse(stdout) as MigrationResult;
            const found = (key: "refused" | "against") =>
                tenants.flatMap((one) => one[key].map((why) => `${one.tenant}: ${why}`));
            return { result: [code, ...found("refused")], against: found("against") };
        };
        const unknown = /^billing: whether billing_service was used within 7 days is not known: the log /;
        const [code, why, ...more] = (await gate("state: finished")).result;
        assert.match(String(why), unknown);
        assert.deepEqual([code, more], [1, []]);
        assert.deepEqual((await gate("state: finished, evenIfUsed: true")).result, [0]);
        // What would refuse the step after it fails no pull request that does not take it.
        const { result, against } = await gate("state: switched");
        assert.deepEqual([result, against.length], [[0], 1]);
        assert.match(String(against[0]), unknown);
        // Nor does RDS take the password of whoever may act as a member of rds_iam.
        const rescue = "    profiles: [{ name: rescue, actsAs: shop, grants: [], holders: [{ breakGlass: true }] }]\n";
        const membership = (statement: string) =>
            onServer((postgres) => queryIn("trade", postgres, statement), "trade");
        await membership("GRANT rds_iam TO shopapi");
        const { result: rescued } = await gate("state: switched", rescue);
        const { result: alone } = await gate("state: switched");
        await membership("REVOKE rds_iam FROM shopapi");
        const locked = /^shop: .*keyless_breakglass act as the role shopapi, which is a member of rds_iam/m;
        assert.match(rescued.join("\n"), locked);
        assert.doesNotMatch(alone.join("\n"), locked);
    });

    it("has each old login try its password, which works beside the new login and opens nothing once that has finished", async () => {
        await onServer(async (postgres) => {
            const admin = await superuserOf(postgres, "trade");
            const password = `PASSWORD '${existingPassword(postgres)}'`;
            const onConnect = async () => {
                const { differences } = await verifyStack({ postgresFor: async () => postgres }, MIGRATION);
                return differences
                    .map(({ what, cell }) => `${what}: ${cell}`)
                    .filter((one) => one.includes(" CONNECT "));
            };
            try {
                await admin.query("ALTER ROLE shopapi PASSWORD NULL");
                await admin.query("ALTER ROLE billing_service PASSWORD NULL");
                await admin.query(`ALTER ROLE reports LOGIN ${password}`);
                assert.deepEqual([...new Set(await onConnect())].sort(), [
                    "missing: billing_service CONNECT database postgres",
                    "missing: billing_service CONNECT database trade",
                    "missing: shopapi CONNECT database postgres",
                    "missing: shopapi CONNECT database trade",
                    "too much: reports CONNECT database postgres",
                    "too much: reports CONNECT database trade",
                ]);
                await admin.query(`ALTER ROLE shopapi ${password}`);
                await admin.query(`ALTER ROLE billing_service ${password}`);
                await admin.query("ALTER ROLE reports NOLOGIN PASSWORD NULL");
                assert.deepEqual(await onConnect(), []);
            } finally {
                await admin.end();
            }
        }, "trade");
    });

    it("leaves everything as it was when it is taken down, in AWS, in the cluster and in the database", async () => {
        // One that is left, so that the state stays when the others are taken down.
        const stateOf = (stack: string) => join(state, "engine", ".pulumi", "stacks", "keyless", `${stack}.json`);
        copyFileSync(stateOf(STACK), stateOf("kept"));
        for (const stack of [STACK, MIGRATION]) {
            const { code, stdout, stderr } = await keyless(state, "down", "--stack", stack);
            assert.equal(code, 0, stdout + stderr);
        }
        const now = cloudFiles(join(state, "cloud"));
        const changed = Object.keys(untouched).filter((file) => now[file] !== untouched[file]);
        assert.deepEqual(
            changed.map((file) => [decodeURIComponent(file).split("/").slice(-2).join("/"), now[file]]),
            [["trade/reports-database.json", undefined]],
        );
        // What the provisioner creates later stays closed to PUBLIC: its own list of default privileges, which the bootstrap's login keeps.
        assert.deepEqual(
            (await onServer(rightsOn)).filter((one) => !one.includes(TO_COME)),
            rights,
        );
    });
});

/** Without lists of memberships of the master, which are Postgres'. */
function elsewhereOf({ elsewhere }: LiveResult): readonly string[] {
    return [
        ...elsewhere.logins.map(({ server, login, chain }) => `${login} on ${server}: ${chain}`),
        ...elsewhere.rights
            .filter(({ who }) => who !== "orders_admin")
            .map(
                ({ who, declared, privilege, on, through }) =>
                    `${declared ? "our " : ""}${who} ${privilege} ${on}, ${through}`,
            ),
    ].sort();
}

const UNKNOWN = "logs in with a password or a token; who holds it is not among the resources";
const TABLE = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];

const TO_COME = "every function to come of keyless_provisioner in orders";

const ELSEWHERE: readonly string[] = [
    `orders_admin on orders: the master; ${UNKNOWN}`,
    `orders_service on orders: ${UNKNOWN}; the stack names it, and does not manage it`,
    `report on orders: ${UNKNOWN}; the stack names it, and does not manage it`,
    ...["orders", "postgres"].flatMap((database) => [
        `public CONNECT database ${database}, PUBLIC`,
        `public TEMPORARY database ${database}, PUBLIC`,
        `public USAGE schema ${database}/public, PUBLIC`,
    ]),
    "public SELECT table orders/public.countries, PUBLIC",
    ...["ann", "orders_app", "returns_app"].map((login) => `our ${login} SELECT table orders/public.countries, PUBLIC`),
    ...["CREATE", "USAGE"].map((one) => `orders_service ${one} schema orders/orders, ownership`),
    ...["customers", "orders"].flatMap((table) =>
        TABLE.map((one) => `orders_service ${one} table orders/orders.${table}, ownership`),
    ),
    ...["SELECT", "UPDATE", "USAGE"].map(
        (one) => `orders_service ${one} sequence orders/orders.orders_id_seq, ownership`,
    ),
    "report USAGE schema orders/orders, readers",
    ...["customers", "orders"].map((table) => `report SELECT table orders/orders.${table}, readers`),
];
