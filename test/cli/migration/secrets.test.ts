import assert from "node:assert/strict";
import { isLeft, reportSecrets, secretLine } from "../../../cli/migration/secrets";
import { MemorySecrets } from "../../support/memorySecrets";

describe("the status of a migration's secrets", () => {
    it("says of each whether it is there, scheduled for deletion, gone or not readable, and why", async () => {
        const secrets = new MemorySecrets({
            a: { state: "there" },
            b: { state: "there", keep: "it is managed by the service rds" },
            c: { state: "scheduled", date: new Date("2026-02-01T00:00:00Z") },
            e: { state: "unreadable", why: "AccessDeniedException: no" },
        });
        const named = ["a", "b", "c", "d", "e"].map((secretsManager) => ({ secretsManager }));
        const found = await reportSecrets(secrets, named);
        assert.deepEqual(found, [
            { secretsManager: "a", state: "there", deletion: null, why: null },
            { secretsManager: "b", state: "there", deletion: null, why: "it is managed by the service rds" },
            { secretsManager: "c", state: "scheduled", deletion: "2026-02-01T00:00:00.000Z", why: null },
            { secretsManager: "d", state: "gone", deletion: null, why: null },
            { secretsManager: "e", state: "unreadable", deletion: null, why: "AccessDeniedException: no" },
        ]);
        assert.deepEqual(
            found.map((one) => String(secretLine(one))),
            [
                "secret a: there",
                "secret b: there: it is managed by the service rds",
                "secret c: scheduled for deletion on 2026-02-01",
                "secret d: gone",
                "secret e: not readable: AccessDeniedException: no",
            ],
        );
        assert.deepEqual(found.map(isLeft), [true, true, false, false, true]);
    });
});
