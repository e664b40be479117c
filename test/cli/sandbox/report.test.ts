import assert from "node:assert/strict";

import { targetOf } from "../../../cli/bootstrap";
import { describeChanges } from "../../../cli/sandbox/report";
import { UserError } from "../../../toolkit/userError";

describe("the report of a run", () => {
    it("reports in one line that nothing changed", () => {
        assert.equal(
            describeChanges({ create: 0, update: 0, delete: 0, replace: 0, same: 7 }),
            "nothing changed (7 resources)",
        );
    });

    it("counts changes and omits zero counts", () => {
        assert.equal(
            describeChanges({ create: 2, update: 0, delete: 1, replace: 0, same: 7 }),
            "2 created, 1 deleted, 7 unchanged",
        );
    });
});

describe("the bootstrap's target", () => {
    const outputs = {
        endpoint: "db.example.com",
        port: 5432,
        database: "app",
        masterSecretArn: "arn:aws:secretsmanager:eu-central-1:1:secret:x",
    };

    it("comes from the stack's outputs unless an option overrides them", () => {
        assert.deepEqual(targetOf({ host: "other.example.com" }, outputs), {
            host: "other.example.com",
            port: "5432",
            database: "app",
            secret: outputs.masterSecretArn,
        });
    });

    it("is rejected with every missing value if incomplete", () => {
        assert.throws(
            () => targetOf({ port: "1" }, { endpoint: "db.example.com" }),
            (error) =>
                error instanceof UserError &&
                error.message.startsWith("missing: --database, --secret; pass them, or name a stack") &&
                !error.message.includes("RDS manages no secret"),
        );
    });

    it("says what to do where RDS manages no secret of the master", () => {
        assert.throws(
            () => targetOf({}, { ...outputs, masterSecretArn: "" }),
            /^Error: missing: --secret; .*\n--secret: RDS manages no secret of this database's master\. Store \{"username": …, "password": …\} in a secret/,
        );
        assert.equal(targetOf({ secret: "arn:s" }, { ...outputs, masterSecretArn: "" }).secret, "arn:s");
    });
});
