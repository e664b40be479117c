import assert from "node:assert/strict";

import { diagnose } from "../../doctor/checks/all";
import type { Facts } from "../../doctor/facts";
import { known, unknown } from "../../doctor/known";
import type { Account, MysqlFacts } from "../../doctor/mysqlFacts";
import { type MysqlSession, readMysql } from "../../doctor/read/mysql";
import { foundIn } from "./found";
import { good } from "./good";

const account = (user: string, more: Partial<Account> = {}): Account => ({
    ...{ user, host: "%", plugin: "AWSAuthenticationPlugin" },
    ...{ requiresTls: true, locked: false, hasPassword: true },
    ...more,
});
const mysql: MysqlFacts = {
    accounts: known([account("crm_app"), account("admin", { plugin: "mysql_native_password" })]),
    databases: known(["crm"]),
    grants: known([
        { user: "crm_app", host: "%", pattern: "crm", privileges: ["SELECT"] },
        { user: "admin", host: "%", privileges: ["SELECT", "INSERT"] },
    ]),
    roles: known([]),
    definers: known([{ database: "crm", kind: "view", definer: "crm_app@%", count: 1 }]),
};
const nothing = unknown("the server is MySQL");
const fine: Facts = {
    ...good,
    mysql,
    database: { ...good.database, catalog: nothing, passwords: nothing },
    aws: {
        ...good.aws,
        server: known({ ...good.aws.server.value, engine: "aurora-mysql", masterUser: "admin" }),
        tls: known({ name: "require_secure_transport", forced: false, dynamic: true }),
    },
    wanted: known({
        ...{ roles: ["shop_app"], databases: ["shop"], schemas: [], namespaces: ["shop"], iamRoles: [] },
        identities: new Set(["irsa"]),
    }),
};
const but = (more: Partial<MysqlFacts>, others: Partial<Facts> = {}): Facts => ({
    ...fine,
    ...others,
    mysql: { ...mysql, ...more },
});
const found = (facts: Facts) => foundIn(facts).filter(({ id }) => id !== "tls-forced");

describe("the doctor on MySQL", () => {
    it("asks MySQL's questions, and finds nothing on a good server", () => {
        assert.deepEqual(found(fine), []);
        assert.deepEqual(
            diagnose(fine).flatMap(({ id, group }) => (group === "database" ? [id] : [])),
            ["names", "tls-required", "open-accounts", "wide-grants", "definers", "connections", "login-rate"],
        );
    });

    it("finds users and databases that the stack would create", () => {
        const [one] = found(but({ accounts: known([account("shop_app")]), databases: known(["shop"]) }));
        assert.deepEqual(one?.seen, ["the user shop_app exists", "the database shop exists"]);
    });

    it("finds accounts whose tokens and passwords may travel without TLS, and whom REQUIRE SSL would shut out", () => {
        const accounts = known([
            account("crm_app", { requiresTls: false }),
            account("legacy", { plugin: "mysql_native_password", requiresTls: false, host: "10.0.%" }),
            account("gone", { requiresTls: false, locked: true }),
        ]);
        const plain = { login: "legacy", database: "crm", application: "", address: "10.0.2.9", tls: false, count: 2 };
        const sessions = known([plain, { ...plain, login: "crm_app", tls: true }]);
        const [one] = found(but({ accounts }, { database: { ...fine.database, sessions } }));
        assert.deepEqual(one, {
            id: "tls-required",
            seen: [
                "'crm_app'@'%' (tokens) may sign in without TLS",
                "'legacy'@'10.0.%' (mysql_native_password) may sign in without TLS",
            ],
            breaks: "these clients are refused when they connect again: 2 of legacy from 10.0.2.9",
            change: ["ALTER USER 'crm_app'@'%' REQUIRE SSL", "ALTER USER 'legacy'@'10.0.%' REQUIRE SSL"],
        });
        const tls = known({ name: "require_secure_transport", forced: true, dynamic: true });
        assert.deepEqual(found(but({ accounts }, { aws: { ...fine.aws, tls } }))[0]?.seen, [
            "'crm_app'@'%' (tokens) may sign in without TLS",
        ]);
        const hidden = { database: { ...fine.database, sessions: unknown("performance_schema is off") } };
        assert.equal(
            found(but({ accounts }, hidden))[0]?.breaks,
            "these accounts' clients without TLS; who they are is not known (performance_schema is off)",
        );
    });

    it("finds anonymous accounts and empty passwords, but no role and no locked account", () => {
        const empty = { plugin: "mysql_native_password", hasPassword: false };
        const accounts = known([
            account("", empty),
            account("open", empty),
            account("readers", empty),
            account("old", { ...empty, locked: true }),
            account("crm_app", { hasPassword: false }),
        ]);
        const roles = known([{ role: "readers", roleHost: "%", user: "crm_app", host: "%" }]);
        assert.deepEqual(found(but({ accounts, roles }))[0], {
            id: "open-accounts",
            seen: ["''@'%' is anonymous", "'open'@'%' has no password"],
            breaks: "what signs in as these accounts",
            change: ["ALTER USER ''@'%' ACCOUNT LOCK", "ALTER USER 'open'@'%' ACCOUNT LOCK"],
        });
    });

    it("finds grants on all databases, through a role too, and patterns that match further ones", () => {
        const grants = known([
            { user: "readers", host: "%", privileges: ["SELECT"] },
            { user: "legacy", host: "%", pattern: "s_op", privileges: ["SELECT", "DELETE"] },
            { user: "legacy", host: "%", pattern: "c\\_m", privileges: ["SELECT"] },
            { user: "keyless_provisioner", host: "%", privileges: ["SELECT"] },
        ]);
        const roles = known([{ role: "readers", roleHost: "%", user: "ann", host: "%" }]);
        assert.deepEqual(found(but({ grants, roles }))[0], {
            id: "wide-grants",
            seen: [
                "'readers'@'%', a role of 'ann'@'%', holds SELECT on all databases",
                "'legacy'@'%' holds SELECT, DELETE on s_op, which also matches shop",
            ],
            breaks: "what these accounts read or write through that only: grant them each database that they use first",
            change: [
                "REVOKE SELECT, INSERT, UPDATE, DELETE ON *.* FROM 'readers'@'%'",
                "config: grant 'legacy'@'%' the same with each _ and % escaped by \\, and revoke it on s_op",
            ],
        });
    });

    it("finds objects that a dropped account would break", () => {
        const accounts = known([account("legacy", { plugin: "caching_sha2_password" })]);
        const definers = known([{ database: "crm", kind: "procedure", definer: "legacy@%", count: 2 }]);
        assert.deepEqual(found(but({ accounts, definers }))[0]?.seen, ["legacy@% defines 2 procedures in crm"]);
    });

    it("prints no statement for a name that needs MySQL's escapes", () => {
        const accounts = known([account("a\\' OR 1", { requiresTls: false })]);
        assert.deepEqual(found(but({ accounts }))[0]?.change, [
            "config: require TLS of 'a\\' OR 1'@'%', by hand: its name needs escapes",
        ]);
    });

    it("judges nothing that it could not read", () => {
        const refused = unknown("accounts: refused");
        const states = diagnose(
            but({ accounts: refused, databases: refused, grants: refused, roles: refused, definers: refused }),
        ).filter(({ group }) => group === "database");
        assert.deepEqual(
            states.map(({ id, state }) => [id, state]).filter(([, state]) => state !== "unchecked"),
            [
                ["connections", "fine"],
                ["login-rate", "fine"],
            ],
        );
    });
});

describe("the doctor's statements on MySQL", () => {
    /** A server of MySQL 8, by what it answers to statements that contain these words. */
    const answers: readonly (readonly [string, readonly Record<string, unknown>[]])[] = [
        ["VERSION()", [{ version: "8.0.41" }]],
        ["@@performance_schema", [{ instrumented: 1 }]],
        ["'account_locked'", [{ count: 1 }]],
        ["ssl_type", [{ user: "a", host: "%", plugin: "AWSAuthenticationPlugin", tls: 0, password: 1, locked: 0 }]],
        ["schemata", [{ name: "crm" }]],
        ["NULL AS pattern", [{ user: "a", host: "%", pattern: null, s: "Y", i: "N", u: "N", d: "Y" }]],
        ["mysql.db", [{ user: "b", host: "%", pattern: "crm", s: "N", i: "N", u: "N", d: "N" }]],
        ["role_edges", [{ role: "r", roleHost: "%", user: "a", host: "%" }]],
        ["routines", [{ name: "crm", kind: "view", definer: "a@%", count: 2 }]],
        ["threads", [{ login: "a", name: "crm", address: "", tls: 0, count: 3 }]],
        ["@@max_connections", [{ most: 100 }]],
        ["Threads_connected", [{ Variable_name: "Threads_connected", Value: "7" }]],
        ["'Connections'", [{ Variable_name: "Connections", Value: "50" }]],
    ];
    const statements: string[] = [];
    const session = (refused = ""): MysqlSession => ({
        query: async ({ text }) => {
            statements.push(text);
            if (refused !== "" && text.includes(refused)) {
                throw new Error("SELECT command denied");
            }
            return answers.find(([words]) => text.includes(words))?.[1] ?? [];
        },
    });

    it("read only, after settings under which none waits or runs for long", async () => {
        statements.length = 0;
        const { database, mysql: facts } = await readMysql(session(), 1, async () => undefined);
        assert.deepEqual(statements.slice(0, 5), [
            "SET SESSION TRANSACTION READ ONLY",
            "SET SESSION lock_wait_timeout = 1",
            "SET SESSION innodb_lock_wait_timeout = 1",
            "SELECT VERSION() AS version",
            "SET SESSION max_execution_time = 30000",
        ]);
        const rest = statements.slice(5);
        assert.ok(
            rest.every((text, at) =>
                [/^START TRANSACTION READ ONLY$/, /^(SELECT|SHOW) /, /^ROLLBACK$/][at % 3]?.test(text),
            ),
        );
        assert.ok(rest.every((text) => !/SELECT (\*|authentication_string\b(?! <>))/.test(text)));
        assert.deepEqual(facts, {
            accounts: known([
                {
                    ...{ user: "a", host: "%", plugin: "AWSAuthenticationPlugin" },
                    ...{ requiresTls: false, hasPassword: true, locked: false },
                },
            ]),
            databases: known(["crm"]),
            grants: known([{ user: "a", host: "%", privileges: ["SELECT", "DELETE"] }]),
            roles: known([{ role: "r", roleHost: "%", user: "a", host: "%" }]),
            definers: known([{ database: "crm", kind: "view", definer: "a@%", count: 2 }]),
        });
        assert.deepEqual(
            [database.sessions, database.load, database.loginRate],
            [
                known([{ login: "a", database: "crm", application: "", address: "the server", tls: false, count: 3 }]),
                known({ open: 7, most: 100 }),
                known({ perSecond: 0, seconds: 1 }),
            ],
        );
    });

    it("that are refused leave their part unknown, and the transaction ended", async () => {
        statements.length = 0;
        const { mysql: facts } = await readMysql(session("mysql.user"), 1, async () => undefined);
        assert.deepEqual(facts.accounts, unknown("accounts: SELECT command denied"));
        assert.deepEqual(facts.databases, known(["crm"]));
        assert.equal(
            statements.filter((text) => text === "ROLLBACK").length,
            statements.filter((text) => text.startsWith("START")).length,
        );
    });
});
