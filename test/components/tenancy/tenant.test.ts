import assert from "node:assert/strict";
import { Tenant } from "../../../components/tenancy/tenant";
import { record, valueOf, type Recording } from "../../support/mocks";

function make(): Promise<Recording> {
    return record(() => tenant());
}

function tenant(): Tenant {
    return new Tenant("keyless-shop", {
        tenant: "shop",
        caller: {
            kind: "irsa",
            namespace: "shop",
            serviceAccount: "shop",
            oidcProvider: { arn: "arn:aws:iam::111122223333:oidc-provider/issuer", issuer: "issuer" },
        },
        targets: [{ arn: "arn:aws:rds:eu-central-1:111122223333:cluster:db", resourceId: "cluster-ABC1" }],
        database: "app",
        connectGroup: "app_connect",
    });
}

describe("a tenant", () => {
    it("costs six resources in the database", async () => {
        assert.deepEqual((await make()).inventory(), {
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicy:RolePolicy": 1,
            "keyless:identity:ConnectGrant": 1,
            "keyless:identity:ServiceAccountIdentity": 1,
            "keyless:tenancy:Tenant": 1,
            "kubernetes:core/v1:ServiceAccount": 1,
            "postgresql:index/defaultPrivileges:DefaultPrivileges": 2,
            "postgresql:index/grant:Grant": 1,
            "postgresql:index/role:Role": 2,
            "postgresql:index/schema:Schema": 1,
        });
    });

    it("has an owner that nobody logs in as and that is no member of rds_iam", async () => {
        assert.deepEqual((await make()).inputs("postgresql:index/role:Role", "keyless-shop-owner"), { name: "shop_owner", login: false });
    });

    it("has a schema that its owner owns and its login may use", async () => {
        const recording = await make();
        assert.deepEqual(recording.inputs("postgresql:index/schema:Schema", "keyless-shop"), { name: "shop", database: "app", owner: "shop_owner" });
        assert.deepEqual(recording.inputs("postgresql:index/grant:Grant", "keyless-shop-usage"), {
            role: "shop_app",
            database: "app",
            schema: "shop",
            objectType: "schema",
            privileges: ["USAGE"],
        });
    });

    it("lets its login read and write what the owner will make, and change no table", async () => {
        const common = { role: "shop_app", database: "app", schema: "shop", owner: "shop_owner" };
        assert.deepEqual(
            (await make()).of("postgresql:index/defaultPrivileges:DefaultPrivileges").map(({ inputs }) => inputs),
            [
                { ...common, objectType: "sequence", privileges: ["SELECT", "USAGE"] },
                { ...common, objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
            ],
        );
    });

    it("tells its names and its role", async () => {
        await record(async () => {
            const { schema, owner, login, roleArn } = tenant();
            assert.deepEqual(await Promise.all([schema, owner, login, roleArn].map(valueOf<string>)), [
                "shop",
                "shop_owner",
                "shop_app",
                "arn:aws:iam::111122223333:role/keyless-shop",
            ]);
        });
    });
});
