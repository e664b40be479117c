import assert from "node:assert/strict";
import { DatabaseAccess } from "../../../components/tenancy/databaseAccess";
import { record } from "../../support/mocks";

describe("access to a database", () => {
    it("is for one group's members, and no longer for everybody", async () => {
        const { resources } = await record(() => new DatabaseAccess("db", { database: "app" }));
        assert.deepEqual(resources, [
            { type: "keyless:tenancy:DatabaseAccess", name: "db", inputs: {} },
            {
                type: "postgresql:index/grant:Grant",
                name: "db-connect",
                inputs: { role: "app_connect", database: "app", objectType: "database", privileges: ["CONNECT"] },
            },
            {
                type: "postgresql:index/grant:Grant",
                name: "db-public",
                inputs: { role: "public", database: "app", objectType: "database", privileges: [] },
            },
            { type: "postgresql:index/role:Role", name: "db-connect", inputs: { name: "app_connect", login: false } },
        ]);
    });
});
