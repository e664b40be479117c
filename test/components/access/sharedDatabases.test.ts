import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readSharedDatabases } from "../../../components/access/sharedDatabases";
import { record } from "../../support/mocks";

const stack = "organization/keyless/first";
const outputs = {
    clusterResourceId: "cluster-ABC1",
    databaseGroups: { app: "app_connect", reports: "reports_connect" },
};

/** The groups of the platform's database and of another one, read from those outputs. */
async function read(given: Record<string, unknown>, further = "reports"): Promise<unknown> {
    let values: unknown;
    await record(
        async () => {
            const shared = readSharedDatabases(
                "databases",
                {
                    stack,
                    further: [further],
                    clusterResourceId: pulumi.output("cluster-ABC1"),
                    database: pulumi.output("app"),
                },
                Promise.resolve(),
            );
            const name = shared.furtherName(further);
            const read = pulumi.all([shared.groupOf("app"), name, shared.groupOf(name)]);
            values = await (read as unknown as { promise(): Promise<unknown> }).promise();
        },
        { stacks: { [stack]: given } },
    );
    return values;
}

describe("the databases of another stack", () => {
    it("are read with their groups from its outputs", async () => {
        assert.deepEqual(await read(outputs), ["app_connect", "reports", "reports_connect"]);
    });

    for (const [what, given, further, message] of [
        [
            "a stack that works with another server",
            { ...outputs, clusterResourceId: "cluster-XYZ9" },
            "reports",
            /which works with the database "cluster-XYZ9", and platformStack has cluster-ABC1/,
        ],
        [
            "a stack that shares them itself, or has no access yet",
            { ...outputs, databaseGroups: undefined },
            "reports",
            /which does not limit access to any database: it has no access yet, or shares another stack's databases itself/,
        ],
        [
            "a database that the other stack does not have",
            outputs,
            "archive",
            /a tenant's database is archive, and organization\/keyless\/first has app, reports: name one of these/,
        ],
        [
            "the platform's database by its name",
            outputs,
            "app",
            /a tenant's database is app, the platform's own: leave out access\.tenants\[\]\.database for it/,
        ],
    ] as const) {
        it(`are refused: ${what}`, async () => {
            await assert.rejects(read(given, further), message);
        });
    }
});
