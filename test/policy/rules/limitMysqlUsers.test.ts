import assert from "node:assert/strict";
import { limitDatabaseRoles } from "../../../policy/rules/limitDatabaseRoles";
import { judge, unknown } from "./harness";

const iam = { user: "shop_app", host: "%", authPlugin: "AWSAuthenticationPlugin", tlsOption: "SSL" };
const rows = { user: "shop_app", host: "%", database: "shop", privileges: ["SELECT"] };
const user = (props: Record<string, unknown>): string[] => judge(limitDatabaseRoles, { type: "mysql:index/user:User", name: "it", props });
const grant = (props: Record<string, unknown>): string[] => judge(limitDatabaseRoles, { type: "mysql:index/grant:Grant", name: "it", props: { ...rows, ...props } });

describe("the rule database-role, of MySQL", () => {
    it("passes users that sign in with IAM over TLS, and those that nobody logs in as", () => {
        assert.deepEqual([user(iam), user({ ...iam, tlsOption: "X509" }), user({ user: "owner", authPlugin: "mysql_no_login" })], [[], [], []]);
    });

    it("refuses users that may log in without IAM or without TLS", () => {
        const plain = "[as set] it: the user may connect without TLS, which would show its token\n  fix: set tlsOption to SSL";
        const fix = "set authPlugin to AWSAuthenticationPlugin, or to mysql_no_login where nobody logs in";
        assert.deepEqual(user({ user: "x" }), [`[as set] it: the user may log in without IAM\n  fix: ${fix}`, plain]);
        assert.deepEqual(user({ ...iam, tlsOption: "NONE" }), [plain]);
        assert.deepEqual(user({ ...iam, authPlugin: unknown, tlsOption: unknown }), [
            `[advisory] it: how the user signs in is not known yet\n  fix: ${fix}`,
            "[advisory] it: whether the user needs TLS is not known yet\n  fix: set tlsOption to SSL",
        ]);
    });

    it("passes a grant on one database or one table", () => {
        assert.deepEqual([grant({}), grant({ database: "shop\\_eu" }), grant({ database: "shop_eu", table: "orders" })], [[], [], []]);
    });

    it("refuses a grant on more databases than one, an underscore's included", () => {
        const fix = "fix: grant on one database by its name, with \\_ for each underscore";
        assert.deepEqual(grant({ database: "*" }), [`[as set] it: it grants on every database there is and will be\n  ${fix}`]);
        for (const database of ["shop_eu", "%", "_x", "shop\\_eu_2"]) {
            assert.deepEqual(grant({ database }), [`[as set] it: it grants on every database that is like ${JSON.stringify(database)}, where _ and % stand for any text\n  ${fix}`]);
        }
        assert.deepEqual(grant({ database: unknown }), [`[advisory] it: on which database it grants is not known yet\n  ${fix}`]);
    });

    it("refuses what reaches beyond a database, and what is handed on", () => {
        assert.deepEqual(grant({ grant: true, privileges: ["SELECT", "CREATE USER", "connection_admin"] }), [
            "[as set] it: the user may hand its privileges on\n  fix: set grant to false",
            "[as set] it: it grants CREATE USER, connection_admin, which reaches beyond any database\n  fix: grant what the work needs on one database",
        ]);
    });
});
