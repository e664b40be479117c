import { deepEqual, equal, throws } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DB_CLUSTER, DB_INSTANCE } from "../../../sandbox/cloud/aws/tokens";
import { Store } from "../../../sandbox/cloud/store";
import { filesOf } from "../../../sandbox/postgres/persistedServer";
import { putWhatExists } from "../../../sandbox/run/existing";
import { readIfThere } from "../../../toolkit/system/files";
import { withEmptyState } from "../../support/ownState";

const cluster = {
    type: DB_CLUSTER,
    id: "legacy",
    inputs: {
        ...{
            clusterIdentifier: "legacy",
            engine: "aurora-postgresql",
            engineVersion: "16.9",
            engineMode: "provisioned",
        },
        ...{ masterUsername: "root_admin", masterPassword: "not-a-secret-of-anything", databaseName: "app" },
    },
};
const copy = {
    type: DB_INSTANCE,
    id: "db-COPY",
    region: "eu-west-1",
    inputs: {
        identifier: "copy",
        instanceClass: "db.t4g.medium",
        replicateSourceDb: "arn:aws:rds:eu-central-1:1:db:x",
    },
};

describe("the files that describe what a stack expects to exist", () => {
    withEmptyState();
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), "keyless-existing-"));
    });
    afterEach(() => rmSync(root, { recursive: true, force: true }));

    const write = (ending: string, content: unknown) =>
        writeFileSync(
            join(root, `Pulumi.shop.existing.${ending}`),
            typeof content === "string" ? content : JSON.stringify(content),
        );

    it("keep the statements for the one database that is not a copy", () => {
        write("json", [cluster, copy]);
        write("sql", "CREATE SCHEMA shop");
        putWhatExists("shop", "eu-central-1", {}, root);
        const id = new Store().get(DB_CLUSTER, "legacy")?.state["clusterResourceId"];
        equal(typeof id === "string" && readIfThere(filesOf(id).existing), "CREATE SCHEMA shop");
    });

    it("keep the roles that tenants act as and the logins that they replace, where the config leaves PUBLIC its rights", () => {
        write("json", [cluster]);
        write("sql", "CREATE SCHEMA shop");
        const tenants = [
            { name: "web", model: "existing", actsAs: "shop" },
            { name: "jobs", model: "existing", actsAs: "Reports", migration: { login: "jobs_old" } },
            { name: "api", model: "existing", actsAs: "shop" },
            { name: "new" },
        ];
        const lent = (publicRights: string) => {
            putWhatExists("shop", "eu-central-1", { "keyless:access": { publicRights, tenants } }, root);
            const id = new Store().get(DB_CLUSTER, "legacy")?.state["clusterResourceId"];
            return typeof id === "string" && readIfThere(filesOf(id).lentRoles);
        };
        deepEqual([lent("revoke"), lent("keep")], [undefined, '["Reports","jobs_old","shop"]']);
    });

    it("are refused if the statements have no database, or several", () => {
        const refused = (objects: readonly unknown[]) => {
            write("json", objects);
            write("sql", "CREATE SCHEMA shop");
            throws(
                () => putWhatExists("shop", "eu-central-1", {}, root),
                ({ message }: Error) => {
                    deepEqual(message.split(": ").slice(1), [
                        `its statements are for one database, and the stack's existing.json has ${objects.length}`,
                        "list exactly one that is not a copy",
                    ]);
                    return true;
                },
            );
        };
        refused([]);
        refused([cluster, { ...cluster, id: "other", inputs: { ...cluster.inputs, clusterIdentifier: "other" } }]);
    });
});
