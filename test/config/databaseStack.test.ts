import assert from "node:assert/strict";
import { problemsOf, wrongsOf } from "../support/configProblems";

const databaseStack = "organization/keyless/first";
const platform = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };
const shop = { name: "shop", limits: { connections: 20 } };

/** Path and reason of each problem of a stack that shares another stack's databases. */
const wrongs = (access: Record<string, unknown>) =>
    wrongsOf({ platformStack: "organization/keyless/base", access: { databaseStack, ...access } });

describe("a stack that shares another stack's databases", () => {
    it("names databases that only the other stack knows", () => {
        assert.deepEqual(wrongs({ tenants: [shop, { ...shop, name: "crm", database: "reports" }] }), []);
    });

    it("has nothing itself of what is shared", () => {
        const others = "another stack limits access to the databases (access.databaseStack)";
        assert.deepEqual(
            wrongs({
                tenants: [shop],
                publicRights: "revoke",
                extensions: ["citext"],
                databases: [{ name: "reports" }],
            }),
            [`access.publicRights: ${others}`, `access.extensions: ${others}`, `access.databases: ${others}`],
        );
    });

    it("limits the sessions of each tenant, but of those that keep a limit or leave", () => {
        const tenants = [
            shop,
            { name: "crm" },
            { name: "old", adopt: ["login"] },
            { name: "leaving", retire: "keep" },
            { name: "moving", model: "existing", actsAs: "api", schemas: ["api"] },
        ];
        assert.deepEqual(wrongs({ tenants }), [
            "access.tenants[1].limits.connections: missing: several stacks share the server's connections, so this one cannot divide them",
        ]);
    });

    it("gives the break-glass login profiles with grants alone", () => {
        const profiles = [
            { name: "rescue", grants: [{ tenant: "*", privileges: ["SELECT"] }], holders: [{ breakGlass: true }] },
            { name: "as_shop", actsAs: "shop", holders: [{ breakGlass: true }] },
        ];
        assert.deepEqual(wrongs({ tenants: [shop], profiles }), [
            "access.profiles[1].actsAs: the break-glass login could not connect with this profile, because another stack limits access to the databases",
        ]);
    });

    it("has another stack's platform", () => {
        assert.deepEqual(problemsOf({ platform, access: { databaseStack, tenants: [shop] } }), [
            {
                path: "access.databaseStack",
                given: databaseStack,
                wrong: "this stack has its own platform",
                allowed: "only with platformStack",
                fix: "remove it: the stack that has a database limits access to it",
            },
        ]);
    });
});
