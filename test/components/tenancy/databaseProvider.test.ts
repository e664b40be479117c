import assert from "node:assert/strict";
import { databaseProvider } from "../../../components/tenancy/databaseProvider";
import { psqlLine } from "../../../components/tenancy/psql";
import { record } from "../../support/mocks";

const connection = { host: "db.example", port: 5432, database: "app", region: "eu-central-1", caBundle: "ca.pem" };

describe("the database provider", () => {
    it("signs in as the provisioner with a token, over verified TLS", async () => {
        const recording = await record(() => databaseProvider("database", { ...connection, engineVersion: "16.6" }));
        assert.deepEqual(recording.inputs("pulumi:providers:postgresql", "database"), {
            host: "db.example",
            port: "5432",
            database: "app",
            username: "keyless_provisioner",
            awsRdsIamAuth: "true",
            awsRdsIamRegion: "eu-central-1",
            sslmode: "verify-full",
            sslrootcert: "ca.pem",
            superuser: "false",
            expectedVersion: "16.6",
            connectTimeout: "15",
        });
    });

    it("assumes a role for its token if the database is in another account", async () => {
        const role = "arn:aws:iam::444455556666:role/deploy";
        const recording = await record(() =>
            databaseProvider("database", { ...connection, role, engineVersion: "16.6" }),
        );
        assert.equal(recording.inputs("pulumi:providers:postgresql", "database")["awsRdsIamProviderRoleArn"], role);
    });

    it("signs with the profile of the AWS provider", async () => {
        const recording = await record(() =>
            databaseProvider("database", { ...connection, profile: "platform", engineVersion: "16.6" }),
        );
        assert.equal(recording.inputs("pulumi:providers:postgresql", "database")["awsRdsIamProfile"], "platform");
    });
});

describe("the psql line", () => {
    it("signs a token for the real host and verifies the server", () => {
        assert.equal(
            psqlLine(connection, "shop_app"),
            'PGPASSWORD="$(aws rds generate-db-auth-token --hostname db.example --port 5432 --username shop_app --region eu-central-1)" ' +
                'psql "host=db.example port=5432 dbname=app user=shop_app sslmode=verify-full sslrootcert=ca.pem"',
        );
    });
});
