import assert from "node:assert/strict";

import { parse } from "yaml";

import { stackFile } from "../../adopt/file";
import type { AdoptReport } from "../../adopt/report";
import type { AdoptedTenant } from "../../adopt/tenants";
import { ofProject } from "../../cli/command/stackChoice";
import { SettingsError } from "../../config/problems";
import { parseSettings } from "../../config/settings";

const tenant = (name: string, more: Partial<AdoptedTenant> = {}): AdoptedTenant => ({
    ...{ name, login: name, actsAs: name, schemas: [name], workloads: [] },
    sessions: { settings: [], differs: [] },
    ...more,
});
const pod = (login: string, namespace: string, serviceAccount: string) => ({
    ...{ login, namespace, serviceAccount, name: `Deployment ${serviceAccount}` },
});
const report = (...tenants: readonly AdoptedTenant[]): AdoptReport => ({
    ...{
        database: "app",
        owner: "postgres",
        tenants,
        profiles: [],
        left: [],
        unexpressed: [],
        tightenings: [],
        announced: [],
    },
    ...{ workloads: { value: [] }, otherDatabases: [] },
});
const configOf = (file: string) => (parse(file) as { config: Record<string, unknown> }).config;
const tenantsOf = (file: string) => (configOf(file)["keyless:access"] as { tenants: unknown }).tenants;

describe("the file that keyless adopt writes", () => {
    it("has the one service account that uses a login", () => {
        const file = stackFile(report(tenant("shop", { workloads: [pod("shop", "sales", "api")] })), {}, undefined);
        assert.deepEqual(tenantsOf(file), [
            {
                ...{ name: "shop", model: "existing", actsAs: "shop", schemas: ["shop"] },
                ...{ namespace: "sales", serviceAccount: "api", existing: ["namespace", "serviceAccount"] },
            },
        ]);
        assert.match(file, /# Used by Deployment api\.$/m);
    });

    it("is refused by the program where nobody but its reader knows the value", () => {
        const several = { workloads: [pod("crm", "a", "one"), pod("crm", "b", "two")] };
        const file = stackFile(
            report(
                tenant("shop"),
                tenant("crm", several),
                tenant("web", { workloads: [pod("web", "web", "default")] }),
            ),
            {},
            undefined,
        );
        const notFound = stackFile({ ...report(tenant("shop")), workloads: { unknown: "no kubectl" } }, {}, undefined);
        assert.match(
            notFound,
            /# Where it runs is not known \(no kubectl\): .*, with existing: \[namespace, serviceAccount\] if they are there\./,
        );
        assert.match(file, /# No workload .*, with existing: \[namespace, serviceAccount\] if they are there\.$/m);
        assert.match(file, /# Used by .*, with existing: \[namespace, serviceAccount\]\.$/m);
        const config = { ...configOf(file), "keyless:platformStack": "organization/keyless/platform" };
        assert.throws(
            () => parseSettings(ofProject(config)),
            (error: unknown) => {
                assert.ok(error instanceof SettingsError);
                assert.deepEqual(
                    [...error.message.matchAll(/access\.tenants\[\d\]\.\w+(?=.*FILL_IN)/g)].map(([path]) => path),
                    [
                        "access.tenants[0].namespace",
                        "access.tenants[0].serviceAccount",
                        "access.tenants[1].namespace",
                        "access.tenants[1].serviceAccount",
                        "access.tenants[2].serviceAccount",
                    ],
                );
                return true;
            },
        );
    });

    it("is refused by the program without a platform", () => {
        const file = stackFile(report(), {}, undefined);
        assert.throws(() => parseSettings(ofProject(configOf(file))), /platform/);
    });

    it("keeps a name with a line break in its comment and in its value", () => {
        const file = stackFile(report(tenant("shop", { login: "a\nb: c", actsAs: "a\nb: c" })), {}, "ecs");
        assert.deepEqual(Object.keys(configOf(file)), ["keyless:access"]);
        assert.equal((tenantsOf(file) as { actsAs: string }[])[0]?.actsAs, "a\nb: c");
    });

    it("quotes what another parser would take for a time or a truth value", () => {
        const settings = ["off", "2024-01-01", "1_000", "64", "Europe/Berlin"].map((value) => ({ name: "a", value }));
        const file = stackFile(report(tenant("on", { sessions: { settings, differs: [] } })), {}, "ecs");
        assert.deepEqual(
            [...file.matchAll(/(?:value|actsAs): (.*)/g)].map(([, value]) => value),
            ['"on"', '"off"', '"2024-01-01"', '"1_000"', '"64"', "Europe/Berlin"],
        );
    });

    it("lists the server's other databases with data, which need runs of their own", () => {
        const others = [
            { name: "a\nb", tables: 1 },
            { name: "crm", tables: 12 },
        ];
        const file = stackFile({ ...report(), otherDatabases: others }, {}, "ecs");
        assert.deepEqual(file.split("\n").slice(-5), [
            "",
            "# Other databases of the server with data: each needs a run of keyless adopt, and a stack, of its own:",
            "# - a\\u{a}b (1 table or view)",
            "# - crm (12 tables and views)",
            "",
        ]);
    });

    it("names the database of a platform by its identifier", () => {
        const file = stackFile(report(), { identifier: "orders", kind: "instance" }, undefined);
        assert.deepEqual(configOf(file)["keyless:platform"], {
            database: { existing: { kind: "instance", identifier: "orders", name: "app" } },
        });
    });

    for (const [kind, meant] of [
        ["cluster", "aurora"],
        ["instance", "instance"],
    ] as const) {
        it(`names an existing database (${kind}) as the program reads it, once network and cluster are added`, () => {
            const { "keyless:platform": platform, ...config } = configOf(
                stackFile(report(tenant("shop")), { identifier: "orders", kind }, "ecs"),
            );
            const completed = {
                ...(platform as object),
                network: { existing: {} },
                cluster: { existing: { name: "prod" } },
            };
            const settings = parseSettings(ofProject({ ...config, "keyless:platform": completed }));
            const database = typeof settings.platform === "object" ? settings.platform.database : undefined;
            assert.ok(database !== undefined && "existing" in database);
            assert.deepEqual(
                { kind: database.kind, name: database.databaseName, identifier: database.existing.identifier },
                { kind: meant, name: "app", identifier: "orders" },
            );
        });
    }
});
