import assert from "node:assert/strict";
import { forbidPasswords } from "../../../policy/rules/forbidPasswords";
import { judge, unknown } from "./harness";

const on = (type: string, props: Record<string, unknown>): string[] =>
    judge(forbidPasswords, { type, name: "it", props });
const master = (argument: string): string[] => [
    `[as set] it: ${argument} sets the master user's password, which then appears in the state and in whatever supplied it\n  fix: set manageMasterUserPassword to true instead of ${argument}`,
];
const stored = (...paths: string[]): string[] =>
    paths.map(
        (path) =>
            `[as set] it: ${path} holds a database password\n  fix: remove ${path.slice(path.indexOf(".") + 1)} and let the workload sign in with its IAM role`,
    );
const handed = (container: string, ...keys: string[]): string[] =>
    keys.map(
        (key) =>
            `[as set] it: container ${container} receives a database password in ${key}\n  fix: remove ${key} and let the container sign in with its IAM role`,
    );
const deployment = (env: unknown, more: object = {}): Record<string, unknown> => ({
    spec: { template: { spec: { containers: [{ name: "app", env }], ...more } } },
});

describe("the rule database-password", () => {
    it("refuses a master password, known or not", () => {
        assert.deepEqual(on("aws:rds/cluster:Cluster", { masterPassword: "x" }), master("masterPassword"));
        assert.deepEqual(on("aws:rds/cluster:Cluster", { masterPassword: unknown }), master("masterPassword"));
        assert.deepEqual(on("aws:rds/instance:Instance", { passwordWo: "x" }), master("passwordWo"));
        assert.deepEqual(on("aws-native:rds:DbInstance", { masterUserPassword: "x" }), master("masterUserPassword"));
        assert.deepEqual(on("aws:rds/cluster:Cluster", { manageMasterUserPassword: true, masterPassword: "" }), []);
    });

    it("refuses a password on a database role", () => {
        assert.deepEqual(on("postgresql:index/role:Role", { login: true, password: "x" }), [
            "[as set] it: password sets a password for a database role\n  fix: remove password and make the role a member of rds_iam",
        ]);
        assert.deepEqual(on("postgresql:index/role:Role", { login: true, roles: ["rds_iam"] }), []);
    });

    it("refuses a password for a MySQL user", () => {
        for (const argument of ["password", "plaintextPassword"]) {
            assert.deepEqual(on("mysql:index/user:User", { user: "x", [argument]: "x" }), [
                `[as set] it: ${argument} sets a password for a database role\n  fix: remove ${argument} and set authPlugin to AWSAuthenticationPlugin`,
            ]);
        }
        assert.deepEqual(on("mysql:index/user:User", { user: "x", authPlugin: "AWSAuthenticationPlugin" }), []);
    });

    it("refuses a database password in a Secret or a ConfigMap, recognised by its own name or by neighbouring keys", () => {
        for (const key of [
            "PGPASSWORD",
            "POSTGRES_PASSWORD",
            "DB_PASSWORD",
            "dbPassword",
            "db-pass",
            "DATABASE_PASSWORD",
            "rds_master_password",
            "MYSQL_ROOT_PASSWORD",
            "SPRING_DATASOURCE_PASSWORD",
            "APP_DB_PASSWD",
            "aurora.pwd",
        ]) {
            assert.deepEqual(
                on("kubernetes:core/v1:Secret", { stringData: { [key]: "x" } }),
                stored(`stringData.${key}`),
                key,
            );
        }
        assert.deepEqual(
            on("kubernetes:core/v1:ConfigMap", { data: { host: "db", password: "x" } }),
            stored("data.password"),
        );
        assert.deepEqual(
            on("kubernetes:core/v1:Secret", { data: { DB_PASSWORD: "eA==" } }),
            stored("data.DB_PASSWORD"),
        );
    });

    it("refuses a connection string that contains a password, encoded or not", () => {
        const url = "postgresql://app:s3cret@db.example:5432/shop";
        assert.deepEqual(
            on("kubernetes:core/v1:Secret", { data: { URL: Buffer.from(url).toString("base64") } }),
            stored("data.URL"),
        );
        assert.deepEqual(
            on("kubernetes:apps/v1:Deployment", deployment([{ name: "URL", value: url }])),
            handed("app", "URL"),
        );
        assert.deepEqual(
            on("kubernetes:core/v1:ConfigMap", { data: { URL: "jdbc:postgresql://db/shop?user=a&password=b" } }),
            stored("data.URL"),
        );
    });

    it("refuses a database password in a container's environment, including references", () => {
        const reference = [{ name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }];
        assert.deepEqual(on("kubernetes:apps/v1:Deployment", deployment(reference)), handed("app", "PGPASSWORD"));
        assert.deepEqual(
            on(
                "kubernetes:apps/v1:StatefulSet",
                deployment([], { initContainers: [{ name: "init", env: [{ name: "DB_PASSWORD", value: "x" }] }] }),
            ),
            handed("init", "DB_PASSWORD"),
        );
        assert.deepEqual(
            on("kubernetes:core/v1:Pod", { spec: { containers: [{ name: "app", env: reference }] } }),
            handed("app", "PGPASSWORD"),
        );
        assert.deepEqual(
            on("kubernetes:batch/v1:CronJob", {
                spec: {
                    jobTemplate: { spec: { template: { spec: { containers: [{ name: "app", env: reference }] } } } },
                },
            }),
            handed("app", "PGPASSWORD"),
        );
        const task = JSON.stringify([
            {
                name: "app",
                environment: [{ name: "A", value: "b" }],
                secrets: [{ name: "DB_PASSWORD", valueFrom: "arn:x" }],
            },
        ]);
        assert.deepEqual(
            on("aws:ecs/taskDefinition:TaskDefinition", { containerDefinitions: task }),
            handed("app", "DB_PASSWORD"),
        );
        assert.deepEqual(
            on("aws:lambda/function:Function", { environment: { variables: { DB_PASSWORD: "x" } } }),
            handed("it", "DB_PASSWORD"),
        );
    });

    it("ignores other secrets and a database's other values", () => {
        const data = {
            GRAFANA_ADMIN_PASSWORD: "x",
            SMTP_PASSWORD: "x",
            DB_HOST: "db",
            DB_USER: "app",
            DB_PASSWORD_FILE: "/run/x",
            PGPASSWORD: "",
            passwordless: "yes",
            dashboard: "pass",
            PGSSLMODE: "verify-full",
            DATABASE_URL: "postgresql://app@db:5432/shop",
            updbypass: "1",
        };
        assert.deepEqual(on("kubernetes:core/v1:Secret", { stringData: { password: "x", username: "admin" } }), []);
        assert.deepEqual(on("kubernetes:core/v1:ConfigMap", { data }), []);
        assert.deepEqual(on("kubernetes:apps/v1:Deployment", deployment([{ name: "PGUSER", value: "shop_app" }])), []);
    });

    it("does not throw on unknown or malformed values", () => {
        assert.deepEqual(on("kubernetes:core/v1:Secret", { stringData: unknown, data: [] }), []);
        assert.deepEqual(
            on("kubernetes:core/v1:Secret", { stringData: { DB_PASSWORD: unknown } }),
            stored("stringData.DB_PASSWORD"),
        );
        assert.deepEqual(on("kubernetes:apps/v1:Deployment", deployment(unknown)), []);
        assert.deepEqual(on("kubernetes:apps/v1:Deployment", { spec: null }), []);
        assert.deepEqual(on("aws:ecs/taskDefinition:TaskDefinition", { containerDefinitions: "{" }), []);
    });
});
