import assert from "node:assert/strict";
import { lastingProblems, type Outputs } from "../../config/lasting";
import { parseSettings } from "../../config/settings";

const own: Outputs = {
    clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:keyless-database-1a2b3c4d",
    kubernetesArn: "arn:aws:eks:eu-central-1:111122223333:cluster/keyless",
    masterSecretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:master",
    engine: "postgres",
    database: "orders",
    networkCidrs: { network: "10.20.0.0/16" },
    tenants: [{ name: "shop", database: "orders" }],
};
const existing: Outputs = {
    ...own,
    clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:orders",
    masterSecretArn: "",
    existingDatabase: "orders",
};
const cluster = { version: "1.33" };
const given = { identifier: "orders", name: "orders" };
const platform = (more: object = {}) => ({ platform: { cluster, database: { existing: { ...given, ...more } } } });
const created = { platform: { cluster, database: { engineVersion: "16", name: "orders" } } };

const refused = (config: Record<string, unknown>, deployed: Outputs) =>
    lastingProblems(parseSettings(config), deployed).map(({ path, wrong, allowed }) => [path, wrong, allowed]);

describe("a database that exists, on a running stack", () => {
    for (const [what, config, deployed] of [
        ["is free in the first run", platform(), {}],
        ["may stay", platform({ addRulesTo: "sg-0123456789abcdef0", replicas: [{ identifier: "copy" }] }), existing],
        [
            "may become another one while nobody has access",
            platform({ identifier: "o", name: "o", kind: "instance" }),
            { ...existing, tenants: [] },
        ],
        ["may be followed by one of the stack's while nobody has access", created, { ...existing, tenants: [] }],
    ] as const) {
        it(what, () => {
            assert.deepEqual(refused(config, deployed), []);
        });
    }

    for (const [what, config, deployed, ...expected] of [
        [
            "cannot follow one that the stack created",
            platform(),
            { ...own, tenants: [] },
            "platform.database.existing",
            "the stack created its database, which would be deleted",
            "platform.database without existing",
        ],
        [
            "cannot become another one",
            platform({ identifier: "returns" }),
            existing,
            "platform.database.existing.identifier",
            "the stack's schemas and logins are in orders",
            "orders",
        ],
        [
            "cannot be followed by one of the stack's",
            created,
            existing,
            "platform.database.existing.identifier",
            "the stack's schemas and logins are in orders",
            "orders",
        ],
        [
            "has one kind",
            platform({ kind: "instance" }),
            existing,
            "platform.database.existing.kind",
            "the database has aurora",
            "aurora",
        ],
        [
            "has one database with the tenants' schemas",
            platform({ name: "other" }),
            existing,
            "platform.database.existing.name",
            "the database has orders",
            "orders",
        ],
        [
            "is in one account",
            platform({ role: "arn:aws:iam::444455556666:role/keyless-deploy" }),
            existing,
            "platform.database.existing.role",
            "the database is in account 111122223333",
            "111122223333",
        ],
    ] as const) {
        it(what, () => {
            assert.deepEqual(refused(config, deployed), [expected]);
        });
    }
});
