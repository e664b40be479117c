import assert from "node:assert/strict";
import { DatabaseAccess } from "../../../components/tenancy/databaseAccess";
import { record } from "../../support/mocks";

describe("access to a database", () => {
    it("is limited to one group's members", async () => {
        const { resources } = await record(
            () => new DatabaseAccess("db", { database: "app", provisioner: "maker", extensions: ["citext"] }),
        );
        assert.deepEqual(resources, [
            { type: "keyless:tenancy:DatabaseAccess", name: "db", inputs: {} },
            {
                type: "postgresql:index/defaultPrivileges:DefaultPrivileges",
                name: "db-functions",
                inputs: { role: "public", database: "app", owner: "maker", objectType: "function", privileges: [] },
            },
            {
                type: "postgresql:index/extension:Extension",
                name: "db-citext",
                inputs: { name: "citext", database: "app", schema: "public" },
            },
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
            {
                type: "postgresql:index/grant:Grant",
                name: "db-schema",
                inputs: {
                    role: "app_connect",
                    database: "app",
                    schema: "public",
                    objectType: "schema",
                    privileges: ["USAGE"],
                },
            },
            {
                type: "postgresql:index/grant:Grant",
                name: "db-schema-public",
                inputs: { role: "public", database: "app", schema: "public", objectType: "schema", privileges: [] },
            },
            { type: "postgresql:index/role:Role", name: "db-connect", inputs: { name: "app_connect", login: false } },
        ]);
    });

    it("admits the group's members beside everybody else where PUBLIC keeps its rights", async () => {
        const { resources } = await record(
            () => new DatabaseAccess("db", { database: "app", provisioner: "maker", publicRights: "keep" }),
        );
        assert.deepEqual(
            resources.map(({ type, name }) => `${type} ${name}`),
            [
                "keyless:tenancy:DatabaseAccess db",
                "postgresql:index/defaultPrivileges:DefaultPrivileges db-functions",
                "postgresql:index/grant:Grant db-connect",
                "postgresql:index/role:Role db-connect",
                "pulumi:index:Stash db-public",
            ],
        );
    });

    it("sets the schema of each extension except procedural languages, for which Postgres decides it", async () => {
        const extensions = ["hstore", "plperl"];
        const { resources } = await record(
            () => new DatabaseAccess("db", { database: "app", provisioner: "maker", extensions }),
        );
        const found = resources
            .filter(({ type }) => type === "postgresql:index/extension:Extension")
            .map(({ inputs }) => inputs);
        assert.deepEqual(found, [
            { name: "hstore", database: "app", schema: "public" },
            { name: "plperl", database: "app" },
        ]);
    });
});
