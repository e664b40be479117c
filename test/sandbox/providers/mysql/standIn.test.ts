import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { Store } from "../../../../sandbox/cloud/store";
import { stateDir } from "../../../../toolkit/paths";
import { standIn } from "../../../../sandbox/providers/mysql/standIn";
import type { Props } from "../../../../sandbox/cloud/props";
import type { Checked, StandIn } from "../../../../sandbox/providers/protocol/types";
import { withEmptyState } from "../../../support/ownState";

const host = "keyless.cluster-c1a2.eu-central-1.rds.amazonaws.com";
const good = {
    endpoint: `${host}:3306`,
    username: "keyless_provisioner",
    authenticationPlugin: "cleartext",
    tls: "true",
};
const login = { user: "shop_app", host: "%", authPlugin: "AWSAuthenticationPlugin", tlsOption: "SSL" };
const rows = { user: "shop_app", host: "%", database: "shop", privileges: ["SELECT", "insert"] };

function putCluster(): void {
    const engine = { engine: "aurora-mysql", endpoint: host };
    new Store().put({
        type: "aws:rds/cluster:Cluster",
        id: "keyless",
        region: "eu-central-1",
        account: "111122223333",
        inputs: engine,
        state: engine,
    });
}

async function configured(): Promise<StandIn> {
    const made = standIn();
    await made.configure(good);
    return made;
}

function kindOf(made: StandIn, name: string) {
    const kind = made.kind(`mysql:index/${name.toLowerCase()}:${name}`);
    assert.ok(kind);
    return kind;
}

const context = (name: string) => ({ urn: "urn:x", name: "it", type: `mysql:index/${name.toLowerCase()}:${name}` });

async function check(made: StandIn, name: string, props: Props): Promise<Checked> {
    return kindOf(made, name).check(props, undefined, context(name));
}

async function create(made: StandIn, name: string, props: Props) {
    const { inputs, failures } = await check(made, name, props);
    assert.deepEqual(failures, []);
    return kindOf(made, name).create(inputs, context(name), false);
}

function catalogue(): unknown {
    const folder = stateDir("mysql");
    return JSON.parse(readFileSync(`${folder}/${readdirSync(folder)[0]}`, "utf8"));
}

describe("the mysql stand-in", () => {
    withEmptyState();
    before(putCluster);

    it("accepts only settings that send a token to RDS", async () => {
        const reasons = async (config: Props) =>
            (await standIn().checkConfig?.(config))?.map(({ property, reason }) => `${property} ${reason}`);
        assert.deepEqual(await reasons(good), []);
        assert.deepEqual(await reasons({ endpoint: "x", tls: "skip-verify", conn: "1" }), [
            "conn is not a setting of the provider; its settings are authenticationPlugin, endpoint, maxConnLifetimeSec, maxOpenConns, password, proxy, tls, username",
            'endpoint is "x"; must be HOST:PORT',
            "username is required",
            'tls is "skip-verify"; RDS accepts IAM users only over TLS: set it to "true"',
            'authenticationPlugin is null; a token is sent as clear text within TLS: set it to "cleartext"',
        ]);
        await assert.rejects(standIn().configure({ ...good, endpoint: "elsewhere:3306" }), {
            message: `no MySQL database at elsewhere:3306; available endpoints: ${host}`,
        });
        assert.equal(standIn().kind("mysql:index/role:Role"), undefined);
    });

    it("creates, stores and removes what a server would", async () => {
        const made = await configured();
        const database = await create(made, "Database", {
            name: "shop",
            defaultCharacterSet: "utf8mb4",
            defaultCollation: "utf8mb4_0900_ai_ci",
        });
        const user = await create(made, "User", login);
        const grant = await create(made, "Grant", rows);
        assert.deepEqual([database.id, user.id, grant.id], ["shop", "shop_app@%", "shop_app@%:`shop`"]);
        assert.deepEqual(catalogue(), {
            databases: { shop: { charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci" } },
            users: { "shop_app@%": { plugin: "AWSAuthenticationPlugin", tls: "SSL" } },
            grants: [{ user: "shop_app@%", database: "shop", table: "*", privileges: ["INSERT", "SELECT"] }],
        });
        for (const [name, { id, state }] of [
            ["Database", database],
            ["User", user],
            ["Grant", grant],
        ] as const) {
            assert.deepEqual((await kindOf(made, name).read(id, state, undefined, context(name)))?.state, state);
        }
        await kindOf(made, "Grant").delete(grant.id, grant.state, context("Grant"));
        await assert.rejects(kindOf(made, "Grant").delete(grant.id, grant.state, context("Grant")), {
            message: "Error 1141: There is no such grant defined for user 'shop_app' on host '%'",
        });
        await kindOf(made, "User").delete(user.id, user.state, context("User"));
        await kindOf(made, "Database").delete(database.id, database.state, context("Database"));
        assert.deepEqual(catalogue(), { databases: {}, users: {}, grants: [] });
        assert.equal(await kindOf(made, "User").read(user.id, user.state, undefined, context("User")), undefined);
    });

    it("refuses what MySQL refuses, in MySQL's words", async () => {
        const made = await configured();
        await create(made, "Database", { name: "web" });
        await create(made, "User", { ...login, user: "web_app" });
        const refused: readonly (readonly [string, Props, string])[] = [
            ["Database", { name: "web" }, "Error 1007: Can't create database 'web'; database exists"],
            ["Database", { name: "x".repeat(65) }, `Error 1059: Identifier name '${"x".repeat(65)}' is too long`],
            [
                "Database",
                { name: "y", defaultCharacterSet: "utf8mb4" },
                "Error 1253: COLLATION 'utf8_general_ci' is not valid for CHARACTER SET 'utf8mb4'",
            ],
            ["User", { ...login, user: "web_app" }, "Error 1396: Operation CREATE USER failed for 'web_app'@'%'"],
            [
                "User",
                { ...login, user: "u".repeat(33) },
                `Error 1470: String '${"u".repeat(33)}' is too long for user name (should be no longer than 32)`,
            ],
            ["User", { user: "b", authPlugin: "AWSAuthenticationPlugin" }, "cannot use IAM auth against localhost"],
            [
                "User",
                { user: "b" },
                "the sandbox stores no passwords: user b needs an authPlugin, AWSAuthenticationPlugin or mysql_no_login",
            ],
            ["Grant", { ...rows, user: "ghost" }, "Error 1410: You are not allowed to create a user with GRANT"],
            [
                "Grant",
                { ...rows, user: "web_app", grant: true },
                "from MySQL 8 on the official provider does not grant the GRANT OPTION, although it reports it: omit grant",
            ],
        ];
        for (const [name, props, message] of refused) {
            await assert.rejects(create(made, name, props), { message });
        }
        await assert.rejects(
            create(made, "Grant", { ...rows, user: "web_app", privileges: ["SELECT", "FLY"] }),
            /^Error: Error 1064: FLY cannot be granted on a database; allowed values: ALL, /,
        );
    });

    it("refuses unknown arguments and conflicting ones", async () => {
        const made = await configured();
        const { failures } = await check(made, "User", { user: "a", authPlugin: "native", password: "x", shell: "sh" });
        assert.deepEqual(
            failures.map(({ property, reason }) => `${property} ${reason}`),
            [
                "shell is not an argument of mysql:index/user:User; its arguments are user, host, authPlugin, plaintextPassword, password, tlsOption",
                "authPlugin conflicts with password: set one of them",
                'authPlugin is "native"; must be one of AWSAuthenticationPlugin, mysql_no_login',
            ],
        );
    });
});
