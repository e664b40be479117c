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

    it("refuses a key of a Secret that holds a database password under any variable", () => {
        const variable = { name: "TOKEN", valueFrom: { secretKeyRef: { name: "app-db", key: "DATABASE_PASSWORD" } } };
        assert.deepEqual(on("kubernetes:apps/v1:Deployment", deployment([variable])), handed("app", "TOKEN"));
    });

    it("recognises a password by the names, the address or the port beside it", () => {
        const beside = (entries: object): string[] =>
            on("aws:lambda/function:Function", { environment: { variables: entries } });
        for (const entries of [
            { USER_PASSWORD: "x", RDS_ADDRESS: "a", DATABASE_NAME: "shop" },
            { PASSWORD: "x", HOST: "main.c1.eu-central-1.rds.amazonaws.com" },
            { ADMIN_PASSWORD: "x", PORT: "5432" },
            { PASSWORD: "x", FLYWAY_URL: "jdbc:postgresql://h/shop" },
        ]) {
            const [key = ""] = Object.keys(entries);
            assert.deepEqual(beside(entries), handed("it", key), key);
        }
        for (const entries of [
            { ADMIN_PASSWORD: "x", PORT: "8080" },
            { host: "smtp.example", port: "587", username: "a", password: "x" },
            { username: "a", password: "x", endpoint: "registry.example" },
        ]) {
            assert.deepEqual(beside(entries), []);
        }
    });

    it("refuses a password inside a file, a DSN or a command line", () => {
        const secret = (name: string, text: string): string[] =>
            on("kubernetes:core/v1:Secret", { stringData: { [name]: text } });
        for (const [name, text, key] of [
            [
                "application.yaml",
                "spring:\n  datasource:\n    url: x\n    password: pw\n",
                "spring.datasource.password",
            ],
            ["application.properties", "a.b=1\nspring.datasource.password=pw\n", "spring.datasource.password"],
            ["application.properties", "spring.datasource.password=pw", "spring.datasource.password"],
            ["db.yml", "db_password: pw", "db_password"],
            ["db.json", '{"database": {"host": "h", "password": "pw"}}', "database.password"],
            [".env", "export PGHOST=h\nexport PGPASSWORD=pw\n", "PGPASSWORD"],
        ] as const) {
            assert.deepEqual(secret(name, text), [
                `[as set] it: stringData.${name} holds a database password`.replace(name, `${name} (${key})`) +
                    `\n  fix: remove ${name} (${key}) and let the workload sign in with its IAM role`,
            ]);
        }
        assert.deepEqual(secret("mail.yaml", "mail:\n  host: smtp\n  password: pw\ndb:\n  host: h\n"), []);
        assert.deepEqual(secret("dsn", "host=h user=app password=pw dbname=app"), stored("stringData.dsn"));
        assert.deepEqual(secret("net", "Server=h;Database=shop;Uid=a;Pwd=b"), stored("stringData.net"));
        assert.deepEqual(secret("dsn", "host=h user=app dbname=app sslmode=verify-full"), []);
        const commanded = (...command: string[]): string[] =>
            on("kubernetes:core/v1:Pod", { spec: { containers: [{ name: "app", command }] } });
        assert.deepEqual(commanded("sh", "-c", "PGPASSWORD=pw psql"), handed("app", "PGPASSWORD"));
        assert.deepEqual(commanded("server", "--db-password=pw"), handed("app", "db-password"));
        assert.deepEqual(commanded("server", "postgres://a:b@h/shop"), handed("app", "argument 2"));
        assert.deepEqual(commanded("server", "--password-policy=strict", "--port=8080"), []);
    });

    it("refuses a database password wherever a program may receive or keep one", () => {
        const list = [{ name: "DB_PASSWORD", value: "x" }];
        const map = { DB_PASSWORD: "x" };
        for (const [type, props, container] of [
            ["aws-native:ecs:TaskDefinition", { containerDefinitions: [{ name: "app", environment: list }] }, "app"],
            ["aws-native:lambda:Function", { environment: { variables: map } }, "it"],
            [
                "aws:batch/jobDefinition:JobDefinition",
                { containerProperties: JSON.stringify({ environment: list }) },
                "job",
            ],
            [
                "aws:apprunner/service:Service",
                {
                    sourceConfiguration: {
                        imageRepository: { imageConfiguration: { runtimeEnvironmentVariables: map } },
                    },
                },
                "it",
            ],
            ["kubernetes:apps/v1:DeploymentPatch", deployment(list), "app"],
        ] as const) {
            assert.deepEqual(on(type, props), handed(container, "DB_PASSWORD"), type);
        }
        assert.deepEqual(on("kubernetes:core/v1:SecretPatch", { stringData: map }), stored("stringData.DB_PASSWORD"));
        assert.deepEqual(
            on("kubernetes:helm.sh/v3:Release", {
                values: { postgresql: { auth: { password: "x" } }, smtp: { password: "x" } },
            }),
            stored("values.postgresql.auth.password").map((line) =>
                line.replace("remove password", "remove postgresql.auth.password"),
            ),
        );
        assert.deepEqual(
            on("aws:ssm/parameter:Parameter", { name: "/shop/db/password", value: "x" }),
            stored("value./shop/db/password"),
        );
        assert.deepEqual(on("aws:ssm/parameter:Parameter", { name: "/shop/smtp/password", value: "x" }), []);
        const version = (entries: object): string[] =>
            on("aws:secretsmanager/secretVersion:SecretVersion", { secretString: JSON.stringify(entries) });
        assert.deepEqual(version({ engine: "postgres", password: "x" }), stored("secretString.password"));
        assert.deepEqual(version({ user: "a", password: "x" }), []);
        const text = (name: string, secretString = "x"): string[] =>
            on("aws:secretsmanager/secretVersion:SecretVersion", {
                secretId: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`,
                secretString,
            });
        assert.deepEqual(text("shop/db/password"), stored("secretString.shop/db/password"));
        assert.deepEqual(text("shop", "postgres://a:b@h/shop"), stored("secretString.shop"));
        assert.deepEqual([...text("shop/smtp/password"), ...text("shop/db/user")], []);
        const native = { name: "shop/db/password", secretString: "x" };
        assert.deepEqual(on("aws-native:secretsmanager:Secret", native), stored("secretString.shop/db/password"));
        assert.deepEqual(on("aws-native:secretsmanager:Secret", { ...native, secretString: undefined }), []);
        const parameter = { name: "/shop/db/password", value: "x" };
        assert.deepEqual(on("aws-native:ssm:Parameter", parameter), stored("value./shop/db/password"));
    });

    it("takes no setting for a password: a switch, an ARN, a duration", () => {
        const variables = {
            DB_PASSWORD_SECRET_ARN: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:x",
            DB_PASSWORD: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:x",
            POSTGRES_PASSWORD_ENCRYPTION: "scram-sha-256",
            DB_PASSWORD_ROTATION_DAYS: "30",
            DB_PASS_THROUGH: "true",
            DB_PASSWORD_AUTH_ENABLED: "false",
            DB_IAM_NO_PASSWORD: "true",
        };
        assert.deepEqual(on("aws:lambda/function:Function", { environment: { variables } }), []);
    });

    it("takes no reference for a password, unless it has a default", () => {
        const found = (text: string) =>
            on("kubernetes:core/v1:ConfigMap", { data: { "application.properties": text } });
        for (const text of [
            "db.password=${DB_PASSWORD}",
            "db.password=${DB_PASSWORD:}",
            "db.url=postgres://app:$(PGPASSWORD)@db/shop",
            "db.dsn=host=h password={{ .Values.password }} dbname=app",
        ]) {
            assert.deepEqual(found(text), [], text);
        }
        assert.equal(found("db.password=${DB_PASSWORD:pw}").length, 1);
        assert.equal(found("db.password=${SALT}pw").length, 1);
        assert.equal(found("db.url=postgres://app:${SALT}pw@db/shop").length, 1);
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

    const open = (what: string): string[] => [
        `[advisory] it: ${what} not known yet and may contain a database password\n  fix: none, if the update resolves them: the values are checked then, before the resource is created`,
    ];

    it("reports as unproven, once, what is not known yet as a whole", () => {
        const whole: readonly (readonly [type: string, props: Record<string, unknown>, what: string])[] = [
            ["kubernetes:core/v1:Secret", { stringData: unknown }, "stringData is"],
            ["kubernetes:core/v1:ConfigMap", { data: unknown }, "data is"],
            ["kubernetes:apps/v1:Deployment", deployment(unknown), "env of container app is"],
            ["kubernetes:apps/v1:Deployment", deployment([{ name: unknown, value: "x" }]), "env of container app is"],
            ["kubernetes:apps/v1:Deployment", { spec: unknown }, "containers is"],
            ["kubernetes:helm.sh/v3:Release", { values: unknown }, "values is"],
            ["aws:ecs/taskDefinition:TaskDefinition", { containerDefinitions: unknown }, "containerDefinitions is"],
            ["aws:batch/jobDefinition:JobDefinition", { containerProperties: unknown }, "containerProperties is"],
            ["aws:lambda/function:Function", { environment: { variables: unknown } }, "environment is"],
            ["aws:apprunner/service:Service", { sourceConfiguration: unknown }, "sourceConfiguration is"],
            ["aws:secretsmanager/secretVersion:SecretVersion", { secretString: unknown }, "secretString is"],
        ];
        for (const [type, props, what] of whole) {
            assert.deepEqual(on(type, props), open(what), type);
        }
    });

    it("reports as unproven connection strings and files that are not known yet, and no other values", () => {
        const variables = {
            DATABASE_URL: unknown,
            "spring.datasource.url": unknown,
            DB_DSN: unknown,
            "application.yaml": unknown,
        };
        const names = Object.keys(variables).map((name) => `data.${name}`);
        assert.deepEqual(on("kubernetes:core/v1:ConfigMap", { data: variables }), open(`${names.join(", ")} are`));
        const others = {
            PGHOST: unknown,
            DB_PORT: unknown,
            DB_NAME: unknown,
            DB_CLUSTER_IDENTIFIER: unknown,
            BUCKET: unknown,
            DATABASE_URL: "postgres://db/app",
        };
        assert.deepEqual(on("kubernetes:core/v1:ConfigMap", { data: others }), []);
        const environment = [{ name: "DATABASE_URL", value: unknown }];
        assert.deepEqual(
            on("kubernetes:apps/v1:Deployment", deployment(environment)),
            open("DATABASE_URL of container app is"),
        );
    });

    it("does not throw on unknown or malformed values", () => {
        assert.deepEqual(on("kubernetes:core/v1:Secret", { stringData: [], data: 5 }), []);
        assert.deepEqual(
            on("kubernetes:core/v1:Secret", { stringData: { DB_PASSWORD: unknown } }),
            stored("stringData.DB_PASSWORD"),
        );
        assert.deepEqual(on("kubernetes:apps/v1:Deployment", deployment(5)), []);
        assert.deepEqual(on("kubernetes:apps/v1:Deployment", { spec: null }), []);
        assert.deepEqual(on("aws:ecs/taskDefinition:TaskDefinition", { containerDefinitions: "{" }), []);
    });
});
