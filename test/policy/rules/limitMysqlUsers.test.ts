import assert from "node:assert/strict";
import { limitDatabaseRoles } from "../../../policy/rules/limitDatabaseRoles";
import { judge, unknown } from "./harness";

const iam = { user: "shop_app", host: "%", authPlugin: "AWSAuthenticationPlugin", tlsOption: "SSL" };
const rows = { user: "shop_app", host: "%", database: "shop", privileges: ["SELECT"] };
const user = (props: Record<string, unknown>): string[] =>
    judge(limitDatabaseRoles, { type: "mysql:index/user:User", name: "it", props });
const grant = (props: Record<string, unknown>): string[] =>
    judge(limitDatabaseRoles, { type: "mysql:index/grant:Grant", name: "it", props: { ...rows, ...props } });

describe("the rule database-role, for MySQL", () => {
    it("passes users that sign in with IAM over TLS, and users without login", () => {
        assert.deepEqual(
            [user(iam), user({ ...iam, tlsOption: "X509" }), user({ user: "owner", authPlugin: "mysql_no_login" })],
            [[], [], []],
        );
    });

    it("refuses users that can log in without IAM or without TLS", () => {
        const plain =
            "[as set] it: the user can connect without TLS, which exposes its token\n  fix: set tlsOption to SSL";
        const fix = "set authPlugin to AWSAuthenticationPlugin, or to mysql_no_login for a user that never logs in";
        assert.deepEqual(user({ user: "x" }), [`[as set] it: the user can log in without IAM\n  fix: ${fix}`, plain]);
        assert.deepEqual(user({ ...iam, tlsOption: "NONE" }), [plain]);
        assert.deepEqual(user({ ...iam, authPlugin: unknown, tlsOption: unknown }), [
            `[advisory] it: how the user signs in is not known yet\n  fix: ${fix}`,
            "[advisory] it: whether the user requires TLS is not known yet\n  fix: set tlsOption to SSL",
        ]);
    });

    it("passes a grant on one database or one table", () => {
        assert.deepEqual(
            [grant({}), grant({ database: "shop\\_eu" }), grant({ database: "shop_eu", table: "orders" })],
            [[], [], []],
        );
    });

    it("refuses a grant on more than one database, including one through an underscore", () => {
        const fix = "fix: grant on one database by its name, with \\_ for each underscore";
        assert.deepEqual(grant({ database: "*" }), [
            `[as set] it: it grants on every current and future database\n  ${fix}`,
        ]);
        for (const database of ["shop_eu", "%", "_x", "shop\\_eu_2"]) {
            assert.deepEqual(grant({ database }), [
                `[as set] it: it grants on every database that matches ${JSON.stringify(database)}, where _ and % are wildcards\n  ${fix}`,
            ]);
        }
        assert.deepEqual(grant({ database: unknown }), [
            `[advisory] it: the database of the grant is not known yet\n  ${fix}`,
        ]);
    });

    it("refuses server-wide privileges and the grant option", () => {
        assert.deepEqual(grant({ grant: true, privileges: ["SELECT", "CREATE USER", "connection_admin"] }), [
            "[as set] it: the user can grant its privileges to others\n  fix: set grant to false",
            "[as set] it: it grants server-wide privileges: CREATE USER, connection_admin\n  fix: grant only what the workload needs, on one database",
        ]);
    });
});
