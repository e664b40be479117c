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
        const found = (await reportSecrets(secrets, named, false)).map(({ usedBy, created, cameBack, ...rest }) => {
            assert.deepEqual([usedBy, created, cameBack], [[], null, false]);
            return { ...rest, usedBy, created, cameBack };
        });
        const none = { usedBy: [], created: null, cameBack: false };
        assert.deepEqual(found, [
            { secretsManager: "a", state: "there", deletion: null, why: null, ...none },
            { secretsManager: "b", state: "there", deletion: null, why: "it is managed by the service rds", ...none },
            { secretsManager: "c", state: "scheduled", deletion: "2026-02-01T00:00:00.000Z", why: null, ...none },
            { secretsManager: "d", state: "gone", deletion: null, why: null, ...none },
            { secretsManager: "e", state: "unreadable", deletion: null, why: "AccessDeniedException: no", ...none },
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

    it("says of a Kubernetes Secret what refers to it, and that it came back", async () => {
        const created = new Date("2026-02-01T03:04:05Z");
        const secrets = new MemorySecrets({
            "shop/a": { state: "there", uid: "1", created, usedBy: ["Deployment shop/api", "CronJob shop/nightly"] },
            "shop/b": { state: "there", uid: "2", created, usedBy: [], keep: "Argo CD would create it again" },
        });
        const named = ["shop/a", "shop/b", "shop/c"].map((kubernetes) => ({ kubernetes }));
        const lines = async (deleted: boolean) =>
            (await reportSecrets(secrets, named, deleted)).map((one) => [String(secretLine(one)), one.cameBack]);
        assert.deepEqual(await lines(false), [
            ["Kubernetes Secret shop/a: there, used by Deployment shop/api, CronJob shop/nightly", false],
            ["Kubernetes Secret shop/b: there: Argo CD would create it again", false],
            ["Kubernetes Secret shop/c: gone", false],
        ]);
        const again =
            "there again, although this migration deletes it, created 2026-02-01 03:04:05 UTC: pulumi up does so once only";
        assert.deepEqual(await lines(true), [
            [`Kubernetes Secret shop/a: ${again}, used by Deployment shop/api, CronJob shop/nightly`, true],
            [`Kubernetes Secret shop/b: ${again}: Argo CD would create it again`, true],
            ["Kubernetes Secret shop/c: gone", false],
        ]);
    });
});
