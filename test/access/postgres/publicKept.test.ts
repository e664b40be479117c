import assert from "node:assert/strict";

import { accessOf } from "../../../access";
import { serverDrift } from "../../../drift/server";
import { UserError } from "../../../toolkit/userError";
import { resourcesOf, urn, type Sketch } from "../support/resources";

const GRANT = "postgresql:index/grant:Grant";
const PROVIDER = "pulumi:providers:postgresql";
const parent = urn("keyless:tenancy:DatabaseAccess", "keyless-database");
const cluster = {
    ...{ engine: "aurora-postgresql", engineVersion: "16.1", databaseName: "app", masterUsername: "master" },
    iamDatabaseAuthenticationEnabled: true,
};
const connection = {
    ...{ host: "db.example", port: "5432", database: "app", username: "keyless_provisioner", awsRdsIamAuth: "true" },
};

/** A database that admits a group, and what its access says of PUBLIC. */
function declared(...more: readonly Sketch[]) {
    const own = { provider: urn(PROVIDER, "database"), parent };
    const sketches: readonly Sketch[] = [
        {
            ...{ type: "aws:rds/cluster:Cluster", name: "db", inputs: cluster },
            outputs: { ...cluster, endpoint: "db.example", port: 5432 },
        },
        { type: PROVIDER, name: "database", inputs: connection, outputs: connection },
        { type: "keyless:tenancy:DatabaseAccess", name: "keyless-database", custom: false },
        { type: "postgresql:index/role:Role", name: "connect", inputs: { name: "app_connect" }, ...own },
        {
            ...{ type: GRANT, name: "connect", ...own },
            inputs: { role: "app_connect", database: "app", objectType: "database", privileges: ["CONNECT"] },
        },
        ...more,
    ];
    return resourcesOf(sketches);
}

const stash: Sketch = {
    ...{ type: "pulumi:index:Stash", name: "keyless-database-public", parent },
    inputs: { input: { publicRights: "keep" } },
};

function worldOf(...more: readonly Sketch[]) {
    const [server] = accessOf(declared(...more)).servers;
    const world = server?.rights.world;
    const open = world?.objects.flatMap(({ kind, database, name, entries }) =>
        entries
            .filter(({ grantee }) => grantee === "public" && (kind === "database" || kind === "schema"))
            .map(({ privilege }) => `${privilege} on ${kind} ${kind === "schema" ? `${database}.` : ""}${name}`),
    );
    return { kept: world?.publicKept && [...world.publicKept].sort(), open: open?.sort() };
}

describe("a database on which PUBLIC keeps its rights", () => {
    it("is open to every login, and so are the databases that come with its server", () => {
        assert.deepEqual(worldOf(stash), {
            kept: ["app", "postgres", "template1"],
            open: [
                "CONNECT on database app",
                "CONNECT on database postgres",
                "TEMPORARY on database app",
                "TEMPORARY on database postgres",
                "USAGE on schema app.public",
                "USAGE on schema postgres.public",
            ],
        });
    });

    it("is not one whose revocation is missing: the bootstrap closed the others", () => {
        const { kept, open } = worldOf();
        assert.equal(kept, undefined);
        assert.deepEqual(
            open?.filter((one) => one.includes(" database ")),
            ["CONNECT on database app", "TEMPORARY on database app"],
        );
    });

    it("is not fixed by the drift report, which would take what others hold there", async () => {
        const [server] = accessOf(declared(stash)).servers.map((one) => one.server.key);
        await assert.rejects(
            serverDrift(declared(stash), () => assert.fail("connected"), {
                ...{ server: server ?? "", breakGlass: "keyless_breakglass", fix: true },
            }),
            new UserError(
                "--fix would take from others what nothing declares, on a server where PUBLIC keeps its rights (access.publicRights: keep on app, postgres, template1); run without it, and pick from the printed SQL",
            ),
        );
    });
});
