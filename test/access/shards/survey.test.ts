import assert from "node:assert/strict";

import { accessOf, readResources, type Resource, Survey, together } from "../../../access";
import type { Findings } from "../../../access";
import type { Sketch } from "../support/resources";
import { type Documents, documentsOf, planted, type Planted } from "../support/shards";
import { ACCOUNT, connectPolicy, RESOURCE_ID, trustOf } from "../support/stack";

const shards = { one: ["shop", "web"], two: ["billing"], three: ["crm"] };

/** Looks at one shard after another, as `keyless fleet access` does, and says which ones it computed together. */
async function survey(documents: Documents): Promise<Findings & { readonly groups: readonly string[] }> {
    const { test: platformDocument, ...own } = documents;
    const platform = readResources(platformDocument).after;
    const read = (name: string): readonly Resource[] => readResources(own[name]).after;
    const found = new Survey();
    found.addPlatform({ name: "test", resources: platform, model: accessOf(platform) });
    for (const name of Object.keys(own)) {
        const resources = read(name);
        found.addShard({ name, resources, model: accessOf(together(platform, resources)) });
    }
    const groups: string[] = [];
    const findings = await found.findings(async (stacks) => {
        groups.push(stacks.join(" "));
        const homes = new Map(stacks.flatMap((name) => read(name).map(({ urn }) => [urn, name] as const)));
        return { model: accessOf(together(platform, ...stacks.map(read))), shardOf: (urn) => homes.get(urn) };
    });
    return { ...findings, groups };
}

/** The crossings and what is created twice, in a line each, and the groups. */
async function found(plants: Planted = {}, tenants: Readonly<Record<string, readonly string[]>> = shards) {
    const { crossings, twice, groups } = await survey(documentsOf(tenants, plants));
    return {
        crossings: crossings.map(({ text }) => text),
        twice: twice.map(({ what, name, stacks }) => `${what} ${name}: ${stacks.join(" ")}`),
        groups,
    };
}

const policy = (name: string, role: string, document: object): Sketch =>
    planted("rolePolicy", name, { role, policy: JSON.stringify(document) });
const grant = (name: string, inputs: object): Sketch => planted("grant", name, { database: "app", ...inputs });

describe("access across the shards of a fleet", () => {
    it("is none in shards that share nothing but their platform, and none are computed together", async () => {
        assert.deepEqual(await found(), { crossings: [], twice: [], groups: [] });
    });

    it("shows a policy that names another shard's login", async () => {
        const leak = policy("leak", "shop", connectPolicy(RESOURCE_ID, "crm_app"));
        const { crossings, groups } = await found({ one: [leak] });
        assert.deepEqual(groups, ["one three"]);
        assert.ok(crossings.includes("shop/shop of one may write app/crm of three"), crossings.join("\n"));
    });

    it("shows a policy that names every login", async () => {
        const leak = policy("leak", "shop", connectPolicy(RESOURCE_ID, "*"));
        const { crossings } = await found({ one: [leak] });
        assert.deepEqual(crossings, ["shop/shop of one may administer all of aurora"]);
    });

    it("shows a membership in another shard's owner", async () => {
        const leak = planted("pgRole", "leak", {
            name: "leak_app",
            login: true,
            roles: ["rds_iam", "app_connect", "crm_owner"],
        });
        const reach = policy("leak", "shop", connectPolicy(RESOURCE_ID, "leak_app"));
        const { crossings, groups } = await found({ one: [leak, reach] });
        assert.deepEqual(groups, ["one three"]);
        assert.ok(crossings.includes("shop/shop of one may own app/crm of three"), crossings.join("\n"));
    });

    it("shows what a third shard grants to one on the schema of another", async () => {
        const leak = [
            grant("usage", { role: "shop_app", schema: "billing", objectType: "schema", privileges: ["USAGE"] }),
            planted("defaults", "leak", {
                database: "app",
                ...{
                    role: "shop_app",
                    schema: "billing",
                    owner: "billing_owner",
                    objectType: "table",
                    privileges: ["SELECT"],
                },
            }),
        ];
        assert.deepEqual(await found({ three: leak }), {
            crossings: ["shop/shop of one may read app/billing of two"],
            twice: [],
            groups: ["one two three"],
        });
    });

    it("shows a role that another shard's workload may assume", async () => {
        const admits = planted("role", "open", {
            name: "open",
            arn: `arn:aws:iam::${ACCOUNT}:role/open`,
            assumeRolePolicy: JSON.stringify(trustOf("shop")),
        });
        const reach = policy("open", "open", connectPolicy(RESOURCE_ID, "crm_app"));
        const { crossings, groups } = await found({ three: [admits, reach] });
        assert.deepEqual(groups, ["one three"]);
        assert.ok(crossings.includes("shop/shop of one may write app/crm of three"), crossings.join("\n"));
    });

    it("shows rights in another shard's namespace, and in all of the cluster", async () => {
        const binding = (kind: string, metadata: object): Sketch => {
            const inputs = {
                metadata,
                roleRef: { kind: "ClusterRole", name: "admin" },
                subjects: [{ kind: "ServiceAccount", namespace: "shop", name: "shop" }],
            };
            const { provider, ...rest } = planted("account", "leak", inputs);
            return { ...rest, provider: provider ?? "", type: `kubernetes:rbac.authorization.k8s.io/v1:${kind}` };
        };
        const inNamespace = await found({ one: [binding("RoleBinding", { name: "leak", namespace: "crm" })] });
        assert.deepEqual(inNamespace.groups, ["one three"]);
        assert.ok(
            inNamespace.crossings.includes("shop/shop of one may write app/crm of three"),
            inNamespace.crossings.join("\n"),
        );
        const everywhere = await found({ one: [binding("ClusterRoleBinding", { name: "leak" })] });
        assert.deepEqual(everywhere.crossings, [
            "shop/shop of one may act as the service accounts of every shard in its cluster",
        ]);
    });

    it("names what two stacks create: a login, a schema, a namespace's account, a role", async () => {
        const { twice, groups } = await found({}, { one: ["shop"], two: ["billing"], three: ["shop"] });
        assert.deepEqual(twice.sort(), [
            "IAM role arn:aws:iam::111122223333:role/shop: one three",
            "database user shop_app: one three",
            "database user shop_owner: one three",
            "schema shop: one three",
            "service account shop/shop: one three",
        ]);
        assert.deepEqual(groups, ["one three"]);
    });

    it("counts the shards that an identity of none of them reaches", async () => {
        const named = (tenant: string): Sketch =>
            policy(`sue-${tenant}`, "sue", connectPolicy(RESOURCE_ID, `${tenant}_app`));
        const { several, crossings } = await survey(
            documentsOf(shards, { one: [named("shop")], two: [named("billing")] }),
        );
        assert.deepEqual(
            several.map(({ identity, shards: reached }) => `${identity}: ${reached.join(" ")}`),
            ["any principal that may assume the role sue: one two"],
        );
        assert.deepEqual(crossings, []);
    });
});
