import assert from "node:assert/strict";
import { MysqlTenant } from "../../../components/tenancy/mysqlTenant";
import { mysqlProvider } from "../../../components/tenancy/mysqlProvider";
import { mysqlTenantCharacters, wrongMysqlTenant } from "../../../components/tenancy/mysqlNames";
import { record, valueOf } from "../../support/mocks";

function tenant(protect?: boolean): MysqlTenant {
    return new MysqlTenant("keyless-shop", {
        tenant: "shop",
        caller: {
            kind: "irsa",
            namespace: "shop",
            serviceAccount: "shop",
            oidcProvider: { arn: "arn:aws:iam::111122223333:oidc-provider/issuer", issuer: "issuer" },
        },
        targets: [{ arn: "arn:aws:rds:eu-central-1:111122223333:cluster:db", resourceId: "cluster-ABC1" }],
        ...(protect !== undefined && { protect }),
    });
}

describe("a tenant in MySQL", () => {
    it("is a database, an IAM user and that user's privileges", async () => {
        const recording = await record(() => tenant());
        assert.deepEqual(recording.inventory(), {
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicy:RolePolicy": 1,
            "keyless:identity:ConnectGrant": 1,
            "keyless:identity:ServiceAccountIdentity": 1,
            "keyless:tenancy:MysqlTenant": 1,
            "kubernetes:core/v1:ServiceAccount": 1,
            "mysql:index/database:Database": 1,
            "mysql:index/grant:Grant": 1,
            "mysql:index/user:User": 1,
        });
        assert.deepEqual(recording.inputs("mysql:index/database:Database", "keyless-shop"), {
            name: "shop",
            defaultCharacterSet: "utf8mb4",
            defaultCollation: "utf8mb4_0900_ai_ci",
        });
        assert.deepEqual(recording.inputs("mysql:index/user:User", "keyless-shop"), {
            user: "shop_app",
            host: "%",
            authPlugin: "AWSAuthenticationPlugin",
            tlsOption: "SSL",
        });
        assert.deepEqual(recording.inputs("mysql:index/grant:Grant", "keyless-shop"), {
            user: "shop_app",
            host: "%",
            database: "shop",
            privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"],
            tlsOption: "SSL",
        });
    });

    it("connects as that user only", async () => {
        const recording = await record(() => tenant());
        assert.deepEqual(recording.document("aws:iam/rolePolicy:RolePolicy", "keyless-shop", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: "rds-db:connect",
                    Resource: ["arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC1/shop_app"],
                },
            ],
        });
    });

    it("outputs its names and its role", async () => {
        await record(async () => {
            const { database, login, roleArn } = tenant(false);
            assert.deepEqual(await Promise.all([database, login, roleArn].map(valueOf<string>)), [
                "shop",
                "shop_app",
                "arn:aws:iam::111122223333:role/keyless-shop",
            ]);
        });
    });

    it("has a name that identifies one database and is short enough for a user", () => {
        assert.equal(mysqlTenantCharacters, 28);
        assert.deepEqual(["shop", "a-b", "x".repeat(28)].map(wrongMysqlTenant), [undefined, undefined, undefined]);
        const like = "in a grant on databases MySQL takes _ for any letter, so that other tenants could be meant too";
        assert.deepEqual(["shop_eu", "a%", "mysql", "sys", "x".repeat(29)].map(wrongMysqlTenant), [
            like,
            like,
            "a database of MySQL's own",
            "a database of MySQL's own",
            "longer than 28 characters, so that its user would not fit MySQL's 32",
        ]);
    });
});

describe("the provider for MySQL", () => {
    it("signs in as the provisioner over TLS, with a token that is not stored in the state", async () => {
        const recording = await record(() => mysqlProvider("database", { host: "db.example.com", port: 3306 }));
        assert.deepEqual(recording.inputs("pulumi:providers:mysql", "database"), {
            endpoint: "db.example.com:3306",
            username: "keyless_provisioner",
            authenticationPlugin: "cleartext",
            tls: "true",
        });
    });
});
