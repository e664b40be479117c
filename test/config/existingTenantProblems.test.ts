import assert from "node:assert/strict";
import { problemsOf, wrongsOf } from "../support/configProblems";

const platform = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };
const iamRole = "arn:aws:iam::111122223333:role/support";
const shop = { name: "shop", model: "existing", actsAs: 'Shop "API"', schemas: ["shop", "Shop Archive"] };
const wrongs = (access: Record<string, unknown>): string[] => wrongsOf({ platform, access });

describe("a tenant whose schemas and owner exist", () => {
    it("names them as the catalog does, in any case and with quotes, alone or with other services", () => {
        const settings = [
            { name: "TimeZone", value: "Europe/Berlin" },
            { name: "app.region", value: "eu" },
        ];
        const searchPath = ["$user", "Shop Archive", "public"];
        const worker = { ...shop, name: "worker", searchPath, settings };
        const profiles = [
            { name: "all", grants: [{ tenant: "*", privileges: ["SELECT"] }], holders: [{ user: "sue", iamRole }] },
            { name: "support", actsAs: "shop", holders: [{ user: "ada", iamRole }] },
        ];
        assert.deepEqual(wrongs({ tenants: [shop, worker, { name: "new" }], profiles }), []);
    });

    it("has no schema in its search path whose name the provider reads back as another", () => {
        const wrong =
            "contains a quotation mark, which the provider reads back as two: every run would change the login";
        assert.deepEqual(wrongs({ tenants: [{ ...shop, schemas: ['a"b'], searchPath: ["$user", 'a"b'] }] }), [
            `access.tenants[0].searchPath[1]: ${wrong}`,
        ]);
    });

    it("needs both, and refuses what would create, change or drop them", () => {
        assert.deepEqual(
            wrongs({
                tenants: [
                    { name: "shop", model: "existing" },
                    { ...shop, name: "other", schemas: ["a", "a"], adopt: ["schema", "login"], retire: "drop" },
                    { ...shop, name: "third", inSearchPathOf: ["shop"] },
                ],
            }),
            [
                "access.tenants[0].actsAs: missing",
                "access.tenants[0].schemas: missing",
                "access.tenants[1].schemas: a is named twice",
                "access.tenants[1].adopt: schema would become this stack's, and go with the tenant",
                'access.tenants[1].retire: its schemas belong to Shop "API", and are not this stack\'s to drop',
                "access.tenants[2].inSearchPathOf: who creates objects in its schemas is not known to this stack",
            ],
        );
    });

    it("refuses its keys for a tenant of another model", () => {
        const { name, actsAs, schemas } = shop;
        const settings = [{ name: "DateStyle", value: "German" }];
        assert.deepEqual(wrongs({ tenants: [{ name, actsAs, schemas, settings, searchPath: ["$user"] }] }), [
            "access.tenants[0].actsAs: the tenant has a schema and an owner of its own",
            "access.tenants[0].schemas: the tenant has a schema and an owner of its own",
            "access.tenants[0].settings: the tenant has a schema and an owner of its own",
            'access.tenants[0].searchPath[0]: holds "$"',
        ]);
    });

    it("refuses to act as a role that is more than a service's", () => {
        const acting = [
            "keyless_master",
            "keyless_provisioner",
            "keyless_breakglass",
            "rdsadmin",
            "pg_monitor",
            "new_owner",
            "all",
        ];
        const tenants = acting.map((actsAs, index) => ({ ...shop, name: `t${index}`, actsAs }));
        assert.deepEqual(wrongs({ tenants: [...tenants, { name: "new" }], profiles: [{ name: "all" }] }), [
            "access.tenants[0].actsAs: it is the master user of RDS, a member of rds_superuser",
            "access.tenants[1].actsAs: it is the provisioner's login",
            "access.tenants[2].actsAs: it is the break-glass login",
            "access.tenants[3].actsAs: it is a role of Postgres or RDS",
            "access.tenants[4].actsAs: it is a role of Postgres or RDS",
            "access.tenants[5].actsAs: it is a role of the tenant new",
            "access.tenants[6].actsAs: it is the group of a profile",
        ]);
    });

    it("holds no profile, whose rights its sessions would not have", () => {
        const profiles = [
            { name: "support", grants: [{ tenant: "shop", privileges: ["SELECT"] }], holders: [{ tenant: "shop" }] },
        ];
        assert.deepEqual(wrongs({ tenants: [shop], profiles }), [
            "access.profiles[0].holders[0].tenant: its sessions act as a role that exists, and would not have the profile's rights",
        ]);
    });

    it("is granted on by profiles of either kind, one of which takes over a group with its members", () => {
        const grants = [
            { tenant: "shop", privileges: ["SELECT"] },
            { tenant: "shop", on: "schemas", schemas: ["shop"], privileges: ["USAGE"] },
            { tenant: "shop", on: "schemas", schemas: ["Shop Archive"], privileges: ["USAGE", "CREATE"] },
        ];
        const profiles = [
            { name: "support", grants: grants.slice(0, 1), holders: [{ user: "sue", iamRole }] },
            { name: "readers", group: 'Shop "readers"', members: ["jane.doe", 'Shop "API"'], grants },
            { name: "nested", group: "nested", members: ['Shop "readers"'] },
        ];
        assert.deepEqual(wrongs({ tenants: [shop], profiles }), []);
    });

    it("refuses a group that is not one, and what a group that exists cannot have", () => {
        const profiles = [
            { name: "a", group: "keyless_provisioner" },
            { name: "b", group: "pg_monitor", members: ["shop_app", "sue", "sue"] },
            { name: "c", members: ["jane.doe"], holders: [{ user: "sue", iamRole }] },
            { name: "d", group: "readers", actsAs: "shop" },
            { name: "e", group: "writers", members: ["writers"], holders: [{ breakGlass: true }] },
            { name: "f", group: "readers" },
        ];
        assert.deepEqual(wrongs({ tenants: [shop], profiles }), [
            "access.profiles[0].group: it is the provisioner's login",
            "access.profiles[1].group: it is a role of Postgres or RDS",
            "access.profiles[1].members[0]: it is a role of the tenant shop",
            "access.profiles[1].members[1]: it is the login of a profile's holder",
            "access.profiles[1].members[2]: it is the login of a profile's holder",
            "access.profiles[1].members: sue is named twice",
            "access.profiles[2].members: the profile's group is this stack's own",
            "access.profiles[3].actsAs: group is set too",
            "access.profiles[4].members: a group is not its own member",
            "access.profiles[4].holders[0].breakGlass: others decide what its group belongs to, and a membership of rds_iam would lock the login out",
            "access.profiles[0].group: it needs the role keyless_provisioner, which is the provisioner's login",
            "access.profiles[5].group: it needs the role readers, which is the group of a profile",
        ]);
    });

    it("refuses grants on schemas that are not there", () => {
        const grants = [
            { tenant: "shop", schemas: ["other"], privileges: ["SELECT"] },
            { tenant: "new", schemas: ["new"], privileges: ["SELECT"] },
            { tenant: "new", on: "schemas", privileges: ["USAGE"] },
            { tenant: "shop", on: "schemas", objects: ["shop"], privileges: ["USAGE"] },
        ];
        const profiles = [
            { name: "readers", group: "readers", grants },
            { name: "own", grants: [{ tenant: "shop", on: "schemas", privileges: ["USAGE"] }] },
        ];
        assert.deepEqual(wrongs({ tenants: [shop, { name: "new" }], profiles }), [
            "access.profiles[0].grants[0].schemas: other is not a schema of shop",
            "access.profiles[0].grants[1].schemas: new has one schema",
            "access.profiles[0].grants[2].on: the program grants USAGE on schemas of its own to each group with a grant there",
            "access.profiles[0].grants[3].objects: schemas are named in schemas",
            "access.profiles[1].grants[0].on: the profile's group gets USAGE on each schema that it has a grant in",
        ]);
    });

    it("cannot have the schema of a tenant that the stack creates", () => {
        assert.deepEqual(wrongs({ tenants: [{ ...shop, schemas: ["new"] }, { name: "new" }] }), [
            "access.tenants[0].schemas[0]: it is the schema of the tenant new, which this stack creates",
        ]);
    });

    it("is not tried by a connection test, whose expectations nothing declares", () => {
        const connectionTest = { image: "registry/connection-test:1", tenants: ["shop"] };
        assert.deepEqual(wrongs({ tenants: [shop, { name: "new" }], connectionTest }), [
            "access.connectionTest.tenants[0]: it acts as a role that exists, and what that one may do is not declared",
        ]);
    });

    it("sets a setting with a key of its own by that key", () => {
        const settings = [
            { name: "search_path", value: "shop" },
            { name: "no setting", value: "x" },
        ];
        assert.deepEqual(wrongs({ tenants: [{ ...shop, settings }] }), [
            "access.tenants[0].settings[0].name: has a key of its own, searchPath",
            "access.tenants[0].settings[1].name: not the name of a setting",
        ]);
    });

    it("deletes only secrets that hold nothing but its old password", () => {
        const arn = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-a1B2c3`;
        const secrets = (...names: string[]) => names.map((name) => ({ secretsManager: arn(name) }));
        const migration = { state: "finished", secrets: secrets("shop/db"), deleteSecrets: true };
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration }] }), []);
        const refused = secrets("rds!cluster-1", "keyless/keyless_breakglass/db.example.com", "shop/db", "shop/db");
        const worker = { ...shop, name: "worker", actsAs: "worker", migration: { secrets: secrets("shop/db") } };
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration: { ...migration, secrets: refused } }] }), [
            "access.tenants[0].migration.secrets[0].secretsManager: it is the master's, and RDS manages it",
            "access.tenants[0].migration.secrets[1].secretsManager: it is the break-glass login's",
            "access.tenants[0].migration.secrets[3].secretsManager: named twice",
        ]);
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration }, worker] }), [
            "access.tenants[0].migration.secrets[0].secretsManager: it would be deleted, and worker is alongside and has it too",
        ]);
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration: { state: "finished", deleteSecrets: true } }] }), [
            "access.tenants[0].migration.deleteSecrets: no secret is named",
        ]);
        const bare = { secretsManager: "shop/db" };
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration: { secrets: [bare] } }] }), [
            "access.tenants[0].migration.secrets[0].secretsManager: not the whole ARN of a secret",
        ]);
        const inCluster = [{ kubernetes: "shop/db" }, { kubernetes: "kube-system/x" }, { kubernetes: "shop/db" }];
        const places = [...inCluster, {}, { kubernetes: "shop/c", ...secrets("c")[0] }];
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration: { ...migration, secrets: places } }] }), [
            "access.tenants[0].migration.secrets[3]: it is in two places, or in none",
            "access.tenants[0].migration.secrets[4]: it is in two places, or in none",
            "access.tenants[0].migration.secrets[1].kubernetes: its namespace is the cluster's own",
            "access.tenants[0].migration.secrets[2].kubernetes: named twice",
        ]);
        for (const kubernetes of ["db", "shop/DB", "shop/db/x", "shop/../x"]) {
            assert.deepEqual(wrongs({ tenants: [{ ...shop, migration: { secrets: [{ kubernetes }] } }] }), [
                "access.tenants[0].migration.secrets[0].kubernetes: not the name of a Secret with its namespace",
            ]);
        }
    });

    it("finishes its migration together with every service that has the same login", () => {
        const finished = { state: "finished" };
        const worker = { ...shop, name: "worker", migration: { state: "switched" } };
        const other = { ...shop, name: "other", migration: { state: "alongside", login: "its own" } };
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration: finished }, worker, other] }), [
            'access.tenants[0].migration.state: worker is switched, and logs in as Shop "API" too',
        ]);
        assert.deepEqual(wrongs({ tenants: [shop, worker].map((one) => ({ ...one, migration: finished })) }), []);
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration: { login: "rdsadmin", quietDays: 400 } }] }), [
            "access.tenants[0].migration.quietDays: not a whole number from 0 to 365",
        ]);
        assert.deepEqual(wrongs({ tenants: [{ ...shop, migration: { login: "rdsadmin" } }] }), [
            "access.tenants[0].migration.login: it is a role of Postgres or RDS",
        ]);
    });

    it("is refused for MySQL", () => {
        const access = { engine: "mysql", tenants: [shop] };
        const found = problemsOf({ platformStack: "organization/keyless/base", access });
        assert.deepEqual(
            found.map(({ path, wrong }) => `${path}: ${wrong}`).filter((line) => line.includes("MySQL")),
            ["model", "actsAs", "schemas"].map(
                (key) => `access.tenants[0].${key}: only PostgreSQL supports this, and the database is MySQL`,
            ),
        );
    });
});
