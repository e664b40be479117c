import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Tenant, type TenantArgs } from "../../../components/tenancy/tenant";
import { record, valueOf, type Recording } from "../../support/mocks";

function make(args: Partial<TenantArgs> = {}): Promise<Recording> {
    return record(() => tenant(args));
}

function tenant(args: Partial<TenantArgs> = {}): Tenant {
    return new Tenant("keyless-shop", {
        tenant: "shop",
        workload: {
            kind: "irsa",
            namespace: "shop",
            serviceAccount: "shop",
            oidcProvider: { arn: "arn:aws:iam::111122223333:oidc-provider/issuer", issuer: "issuer" },
        },
        targets: [{ arn: "arn:aws:rds:eu-central-1:111122223333:cluster:db", resourceId: "cluster-ABC1" }],
        database: "app",
        memberOf: ["app_connect"],
        ...args,
    });
}

const SCHEMA = "postgresql:index/schema:Schema";
const ROLE = "postgresql:index/role:Role";
const DEFAULTS = "postgresql:index/defaultPrivileges:DefaultPrivileges";

describe("a tenant", () => {
    it("has six resources in the database", async () => {
        assert.deepEqual((await make()).inventory(), {
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicy:RolePolicy": 1,
            "keyless:identity:ConnectGrant": 1,
            "keyless:identity:ServiceAccountIdentity": 1,
            "keyless:tenancy:Tenant": 1,
            "kubernetes:core/v1:ServiceAccount": 1,
            [DEFAULTS]: 3,
            [ROLE]: 2,
            [SCHEMA]: 1,
        });
    });

    it("has three if the application owns its data", async () => {
        const recording = await make({ model: "owner" });
        const counts = Object.entries(recording.inventory()).filter(([type]) => type.startsWith("postgresql:"));
        assert.deepEqual(Object.fromEntries(counts), { [DEFAULTS]: 1, [ROLE]: 1, [SCHEMA]: 1 });
        assert.deepEqual(recording.inputs(SCHEMA, "keyless-shop"), {
            name: "shop",
            database: "app",
            owner: "shop_app",
            dropCascade: false,
            policies: [{ role: "shop_app", usage: true }],
        });
    });

    it("is ready for pods when their security groups, their identity and its permission are", async () => {
        let ready: readonly string[] = [];
        await record(() => {
            const made = tenant({ podSecurityGroupIds: pulumi.output(["sg-app"]) });
            ready = made.ready.map((resource) => resource.constructor.name);
        });
        assert.deepEqual(ready, ["ServiceAccount", "CustomResource", "RolePolicy", "Schema"]);
    });

    it("has an owner that cannot log in and is not a member of rds_iam", async () => {
        assert.deepEqual((await make()).inputs(ROLE, "keyless-shop-owner"), { name: "shop_owner", login: false });
    });

    it("has a schema that its owner owns and that its login and visitors may use", async () => {
        assert.deepEqual((await make({ visitors: ["audit"] })).inputs(SCHEMA, "keyless-shop"), {
            name: "shop",
            database: "app",
            owner: "shop_owner",
            dropCascade: false,
            policies: [
                { role: "shop_app", usage: true },
                { role: "audit", usage: true },
            ],
        });
    });

    it("lets its login read and write future tables of the owner, but not alter them, and lets no role execute its future functions", async () => {
        const common = { role: "shop_app", database: "app", schema: "shop", owner: "shop_owner" };
        assert.deepEqual(
            (await make()).of(DEFAULTS).map(({ inputs }) => inputs),
            [
                { role: "public", database: "app", owner: "shop_owner", objectType: "function", privileges: [] },
                { ...common, objectType: "sequence", privileges: ["SELECT", "USAGE"] },
                { ...common, objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
            ],
        );
    });

    it("searches its own schema only, and has no limits, by default", async () => {
        const login = { name: "shop_app", login: true, roles: ["rds_iam", "app_connect"] };
        assert.deepEqual((await make()).inputs(ROLE, "keyless-shop"), { ...login, searchPaths: ["shop"] });
        const limited = await make({
            searchPath: ["shop", "public"],
            limits: { connections: 20, statementSeconds: 30, idleInTransactionSeconds: 60 },
        });
        assert.deepEqual(limited.inputs(ROLE, "keyless-shop"), {
            ...login,
            searchPaths: ["shop", "public"],
            connectionLimit: 20,
            statementTimeout: 30_000,
            idleInTransactionSessionTimeout: 60_000,
        });
    });

    for (const model of ["split", "owner"] as const) {
        it(`keeps its role without LOGIN when it leaves, and its data until the config says otherwise (${model})`, async () => {
            const leaving = await make({ model, retire: "keep" });
            assert.deepEqual(leaving.inputs(ROLE, "keyless-shop"), {
                name: "shop_app",
                login: false,
                roles: [],
                searchPaths: ["shop"],
            });
            assert.deepEqual(leaving.of("aws:iam/rolePolicy:RolePolicy"), []);
            assert.equal(leaving.inputs(SCHEMA, "keyless-shop")["dropCascade"], false);
            assert.equal((await make({ model, retire: "drop" })).inputs(SCHEMA, "keyless-shop")["dropCascade"], true);
        });
    }

    it("outputs its names and its role", async () => {
        await record(async () => {
            const { schema, owner, login, roleArn } = tenant();
            const values = [schema, owner, login, roleArn].flatMap((value) => value ?? []);
            assert.deepEqual(await Promise.all(values.map(valueOf<string>)), [
                "shop",
                "shop_owner",
                "shop_app",
                "arn:aws:iam::111122223333:role/keyless-shop",
            ]);
        });
    });
});
