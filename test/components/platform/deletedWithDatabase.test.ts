import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { deletedWithDatabase } from "../../../components/platform/deletedWithDatabase";
import { record } from "../../support/mocks";

describe("resources deleted with a database", () => {
    it("are exactly those of the provider's package below it", async () => {
        await record(() => {
            const database = new pulumi.ComponentResource("keyless:test:Database", "database");
            const change = deletedWithDatabase(database, "postgresql");
            const given = (type: string) =>
                change({ resource: database, type, name: "it", props: { a: 1 }, opts: { protect: true } });
            assert.deepEqual(given("postgresql:index/schema:Schema"), {
                props: { a: 1 },
                opts: { protect: true, deletedWith: database },
            });
            assert.equal(given("aws:iam/role:Role"), undefined);
            assert.equal(given("postgresqlx:index:Thing"), undefined);
        });
    });
});
