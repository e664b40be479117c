import assert from "node:assert/strict";
import { setAllConfig } from "@pulumi/pulumi/runtime";
import { parseSettings, readSettings } from "../config";
import { problemsOf, wrongsOf } from "./support/configProblems";
import { record } from "./support/mocks";

const least = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };

const nothingElse = {
    developers: [],
    developerDays: 7,
    networkPolicy: false,
    people: [],
    profiles: [],
    extensions: [],
    publicRights: "revoke",
    databases: [],
    breakGlass: "keyless_breakglass",
};

function tenants(...entries: unknown[]): Record<string, unknown> {
    return { platform: least, access: { tenants: entries } };
}

describe("the config", () => {
    it("fills in all safe defaults", () => {
        assert.deepEqual(parseSettings({ platform: least }), {
            platform: {
                network: { cidr: "10.20.0.0/16", zones: 3, nat: "zone", webFrom: [], routedRanges: [] },
                cluster: {
                    version: "1.33",
                    publicAccessFrom: [],
                    people: [],
                    appTier: "nodes",
                    nodes: { instanceType: "t3.large", min: 2, max: 4, autoscaler: false },
                },
                database: {
                    kind: "aurora",
                    engine: "postgres",
                    engineVersion: "16.6",
                    databaseName: "app",
                    audit: ["ddl", "role"],
                    backupDays: 7,
                    backupWindow: "01:00-02:00",
                    maintenanceWindow: "sun:03:00-sun:04:00",
                    insightsDays: 7,
                    certificateAuthority: "rds-ca-rsa2048-g1",
                    proxy: false,
                    protect: true,
                    applyImmediately: true,
                    finalSnapshot: true,
                },
                bastion: false,
                logDays: 90,
            },
            access: undefined,
            assertions: [],
            tags: {},
            alarms: undefined,
            permissionsBoundary: undefined,
            caBundle: undefined,
            kubernetesProxy: undefined,
        });
    });

    it("derives a tenant's names in Kubernetes from its name, unless they are given", () => {
        const { access } = parseSettings(
            tenants({ name: "big_shop" }, { name: "billing", namespace: "payments", serviceAccount: "billing-api" }),
        );
        const common = { model: "split", limits: {}, adopt: [] };
        assert.deepEqual(access, {
            tenants: [
                { name: "big_shop", identity: "irsa", namespace: "big-shop", serviceAccount: "big-shop", ...common },
                { name: "billing", identity: "irsa", namespace: "payments", serviceAccount: "billing-api", ...common },
            ],
            ...nothingElse,
        });
    });

    it("accepts services outside Kubernetes, which have neither namespace nor service account", () => {
        const kinds = ["podIdentity", "ec2", "ecs", "lambda"].map((identity) => ({
            name: identity.toLowerCase(),
            identity,
        }));
        const found = parseSettings(tenants(...kinds)).access?.tenants.map(
            ({ model: _model, limits: _limits, adopt: _adopt, ...rest }) => rest,
        );
        assert.deepEqual(found, [
            { name: "podidentity", identity: "podIdentity", namespace: "podidentity", serviceAccount: "podidentity" },
            { name: "ec2", identity: "ec2" },
            { name: "ecs", identity: "ecs" },
            { name: "lambda", identity: "lambda" },
        ]);
        assert.deepEqual(
            wrongsOf(
                tenants({ name: "a", identity: "ec2", namespace: "a", replicas: 2 }, { name: "b", identity: "iam" }),
            ),
            [
                "access.tenants[1].identity: not one of irsa, podIdentity, ec2, ecs, lambda",
                "access.tenants[0].namespace: ec2 runs outside Kubernetes",
                "access.tenants[0].replicas: ec2 runs outside Kubernetes",
            ],
        );
    });

    it("accepts another stack's platform by its name", () => {
        assert.deepEqual(parseSettings({ platformStack: "organization/keyless/platform", access: { tenants: [] } }), {
            platform: "organization/keyless/platform",
            access: { tenants: [], ...nothingElse },
            assertions: [],
            tags: {},
            alarms: undefined,
            permissionsBoundary: undefined,
            caBundle: undefined,
            kubernetesProxy: undefined,
        });
    });

    it("accepts only the ARN of a policy as a permissions boundary", () => {
        const given = (permissionsBoundary: string) => wrongsOf({ platform: least, permissionsBoundary });
        assert.deepEqual(given("arn:aws:iam::111122223333:policy/bounds/keyless"), []);
        assert.deepEqual(given("arn:aws:iam::aws:policy/PowerUserAccess"), []);
        assert.deepEqual(given("boundary"), ["permissionsBoundary: not the ARN of an IAM policy"]);
        assert.deepEqual(given("arn:aws:iam::111122223333:role/keyless"), [
            "permissionsBoundary: not the ARN of an IAM policy",
        ]);
    });

    it("treats an empty value as absent", () => {
        const settings = parseSettings({ platform: least, platformStack: "", access: {}, caBundle: "" });
        assert.deepEqual([settings.access, settings.caBundle], [undefined, undefined]);
    });

    it("reports five mistakes at once, each with its value, what is allowed and the fix", () => {
        const long = "a".repeat(64);
        const values = {
            platform: { ...least, network: { cidr: "10.20.0.0/33", zone: 3 } },
            access: { tenants: [{ name: "shop" }, { name: "shop" }, { name: long }, { name: `x'; DROP` }] },
        };
        assert.throws(() => parseSettings(values), {
            name: "SettingsError",
            message: `the stack's config has 5 problems

  platform.network.cidr = "10.20.0.0/33"
    wrong:   not a range of IPv4 addresses (is a bit set beyond its prefix?)
    allowed: a range from /16 to /22 within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10
    fix:     write a range that no peered network uses, like 10.20.0.0/16

  platform.network.zone = 3
    wrong:   unknown key
    allowed: cidr, zones, nat, endpoints, webFrom, routedRanges
    fix:     remove it, or write zones if you meant that

  access.tenants[2].name = "${long}"
    wrong:   64 bytes long; with its suffix, it must fit in Postgres' 63
    allowed: 1 to 57 of a-z, 0-9, _ and -, a letter or digit first and last, not pg_… or rds…, not public, information_schema, none, postgres, template0, template1
    fix:     choose a name like shop or shop_eu: schema, roles, namespace and service account are named after it

  access.tenants[3].name = "x'; DROP"
    wrong:   holds "'; DROP"
    allowed: 1 to 57 of a-z, 0-9, _ and -, a letter or digit first and last, not pg_… or rds…, not public, information_schema, none, postgres, template0, template1
    fix:     choose a name like shop or shop_eu: schema, roles, namespace and service account are named after it

  access.tenants[1].name = "shop"
    wrong:   access.tenants[0] already has this name
    allowed: each name once
    fix:     rename or remove one of the two`,
        });
    });

    it("parses assertions, and refuses invalid ones", () => {
        const { assertions } = parseSettings({
            platform: least,
            assertions: [{ never: "support reaches payments" }, { isolated: "tenants" }],
        });
        assert.deepEqual(
            assertions.map(({ text }) => text),
            ["never: support reaches payments", "isolated: tenants"],
        );
        assert.deepEqual(
            wrongsOf({
                platform: least,
                assertions: [{ never: "support sees payments" }, { isolated: ["shop"] }, "x"],
            }),
            [
                "assertions[0]: not an assertion (not of the form WHO VERB DATA)",
                "assertions[1]: not an assertion (isolated must be tenants or a list of at least two schemas)",
                "assertions[2]: not an assertion (not an object with one key)",
            ],
        );
        assert.deepEqual(wrongsOf({ platform: least, assertions: { never: "a reads b" } }), ["assertions: not a list"]);
    });

    it("accepts the tags that AWS accepts", () => {
        assert.deepEqual(
            parseSettings({ platform: least, tags: { owner: "Équipe données", costCentre: "4711" } }).tags,
            { owner: "Équipe données", costCentre: "4711" },
        );
        assert.deepEqual(wrongsOf({ platform: least, tags: { owner: "a;b", costCentre: 4711 } }), [
            "tags.owner: not a valid tag value in AWS",
            "tags.costCentre: not a text",
        ]);
    });

    it("requires values without a safe default", () => {
        assert.deepEqual(wrongsOf({}), ["platform: missing"]);
        assert.deepEqual(wrongsOf({ platform: { network: {} } }), [
            "platform.cluster: missing",
            "platform.database: missing",
        ]);
        assert.deepEqual(wrongsOf({ platform: { cluster: { nodes: {} }, database: { name: "app" } } }), [
            "platform.cluster.version: missing",
            "platform.database.engineVersion: missing",
        ]);
    });

    it("refuses a platform together with another stack's", () => {
        assert.deepEqual(wrongsOf({ platform: least, platformStack: "prod" }), ["platformStack: platform is set too"]);
    });

    it("lets a stack with its own platform define its app tier", () => {
        assert.deepEqual(wrongsOf({ platform: least, access: { appTier: "pods", proxy: true } }), [
            "access.appTier: this stack has its own platform",
            "access.proxy: this stack has its own platform",
        ]);
        assert.deepEqual(wrongsOf({ platformStack: "prod", access: { appTier: "pods" } }), []);
    });

    it("refuses unknown keys on every level and suggests the closest", () => {
        const values = {
            plattform: 1,
            platform: { ...least, database: { ...least.database, protekt: true } },
            access: { tenants: [{ name: "a", role: 1 }] },
        };
        assert.deepEqual(
            problemsOf(values).map(({ path, fix }) => `${path}: ${fix}`),
            [
                "platform.database.protekt: remove it, or write protect if you meant that",
                "access.tenants[0].role: remove it, or write name if you meant that",
                "plattform: remove it, or write platform if you meant that",
            ],
        );
    });

    for (const [cidr, wrong] of [
        ["10.20.0.1/16", "not a range of IPv4 addresses (is a bit set beyond its prefix?)"],
        ["10.020.0.0/16", "not a range of IPv4 addresses (is a bit set beyond its prefix?)"],
        ["10.0.0.0/8", "larger than a VPC can be"],
        ["10.0.0.0/23", "too small for its subnets"],
        ["11.0.0.0/16", "not private"],
        [10, "not a text"],
    ] as const) {
        it(`refuses the network ${cidr}`, () => {
            assert.deepEqual(wrongsOf({ platform: { ...least, network: { cidr } } }), [
                `platform.network.cidr: ${wrong}`,
            ]);
        });
    }

    for (const [platform, wrong] of [
        [{ network: { zones: 9 } }, "platform.network.zones: not a whole number from 2 to 8"],
        [{ network: { nat: "two" } }, "platform.network.nat: not one of zone, one, none"],
        [{ network: { webFrom: "0.0.0.0/0" } }, "platform.network.webFrom: not a list"],
        [
            { network: { webFrom: ["everywhere"] } },
            "platform.network.webFrom[0]: not a range of IPv4 addresses (is a bit set beyond its prefix?)",
        ],
        [{ network: [] }, "platform.network: not a group of keys"],
        [{ cluster: { version: 1.3 } }, "platform.cluster.version: not a text"],
        [{ cluster: { version: "1.33.1" } }, "platform.cluster.version: not a Kubernetes minor version"],
        [{ cluster: { version: "1.33", nodes: { min: 5 } } }, "platform.cluster.nodes.min: more than max, 4"],
        [
            { cluster: { version: "1.33", appTier: "pods" } },
            "platform.cluster.nodes.instanceType: its pods cannot have their own security groups, which appTier: pods requires",
        ],
        [
            { cluster: { version: "1.33", publicAccessFrom: ["all"] } },
            "platform.cluster.publicAccessFrom[0]: not a range of IPv4 addresses (is a bit set beyond its prefix?)",
        ],
        [
            { cluster: { version: "1.33", addonVersions: { coredns: "1.11" } } },
            "platform.cluster.addonVersions.coredns: not a version of an EKS addon",
        ],
        [
            { cluster: { version: "1.33", addonVersions: { dns: "v1.0.0-eksbuild.1" } } },
            "platform.cluster.addonVersions.dns: unknown key",
        ],
        [
            { cluster: { version: "1.33", people: [{ principal: "me", may: "view" }] } },
            "platform.cluster.people[0].principal: not the ARN of an IAM role or user",
        ],
        [
            {
                cluster: {
                    version: "1.33",
                    people: [{ principal: "arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123", may: "view" }],
                },
            },
            "platform.cluster.people[0].principal: an Identity Center role without its path (aws-reserved/sso.amazonaws.com/…)",
        ],
        [
            {
                cluster: {
                    version: "1.33",
                    people: [1, 2].map(() => ({ principal: "arn:aws:iam::111122223333:role/team", may: "view" })),
                },
            },
            "platform.cluster.people[1].principal: platform.cluster.people[0] is the same",
        ],
        [
            { cluster: { version: "1.33", nodes: { instanceType: "large" } } },
            "platform.cluster.nodes.instanceType: not an instance type",
        ],
        [{ logDays: 100 }, "platform.logDays: not a retention period of CloudWatch Logs"],
        [
            { database: { engineVersion: "16", name: "my-app" } },
            "platform.database.name: RDS accepts only letters, digits and _, starting with a letter",
        ],
        [{ database: { engineVersion: "16", protect: "false" } }, "platform.database.protect: not true or false"],
    ] as const) {
        it(`refuses ${JSON.stringify(platform)}`, () => {
            assert.deepEqual(wrongsOf({ platform: { ...least, ...platform } }), [wrong]);
        });
    }

    for (const [name, wrong] of [
        ["", "empty"],
        ["Shop", 'holds "S"'],
        ["größe", 'holds "öß"'],
        ["_shop", "does not begin and end with a letter or a digit"],
        ["shop-", "does not begin and end with a letter or a digit"],
        ["pg_shop", "begins with pg_, which Postgres reserves"],
        ["rdsshop", "begins with rds, which Amazon RDS reserves"],
        ["public", "reserved by Postgres"],
        ["a".repeat(58), "58 bytes long; with its suffix, it must fit in Postgres' 63"],
        ["ä".repeat(30), "60 bytes long; with its suffix, it must fit in Postgres' 63"],
        [123, "not a text"],
    ] as const) {
        it(`refuses a tenant named ${JSON.stringify(name)}`, () => {
            assert.deepEqual(wrongsOf(tenants({ name })), [`access.tenants[0].name: ${wrong}`]);
        });
    }

    it("accepts tenants' names of up to 57 bytes, with hyphens and digits", () => {
        assert.deepEqual(wrongsOf(tenants({ name: "a".repeat(57) }, { name: "3m" }, { name: "shop-eu_2" })), []);
    });

    it("refuses namespaces and service accounts that are invalid or reserved in Kubernetes", () => {
        assert.deepEqual(
            wrongsOf(
                tenants(
                    { name: "a", namespace: "A", serviceAccount: "b_c" },
                    { name: "b", namespace: "default", serviceAccount: "default" },
                    { name: "kube_dns" },
                ),
            ),
            [
                "access.tenants[0].namespace: not an RFC 1123 label",
                "access.tenants[0].serviceAccount: not an RFC 1123 label",
                "access.tenants[1].serviceAccount: created by Kubernetes in every namespace",
                "access.tenants[1].namespace: belongs to Kubernetes",
                "access.tenants[2]: its namespace would be kube-dns, which belongs to Kubernetes",
            ],
        );
    });

    it("refuses two tenants with the same service account", () => {
        assert.deepEqual(wrongsOf(tenants({ name: "a_b" }, { name: "a-b" }, { name: "c", namespace: "a-b" })), [
            "access.tenants[1]: access.tenants[0] already uses its service account, a-b/a-b",
        ]);
        const shared = { namespace: "shared" };
        assert.deepEqual(
            wrongsOf(
                tenants(
                    { name: "a_b", serviceAccount: "one", ...shared },
                    { name: "a-b", serviceAccount: "two", ...shared },
                ),
            ),
            ["access.tenants[1]: access.tenants[0] already uses its workload's name, shared/a-b"],
        );
    });

    it("reports conflicts between tenants together with errors in a single one", () => {
        assert.deepEqual(wrongsOf(tenants({ name: "a" }, 3, { name: "a" }, { name: "B" })), [
            "access.tenants[1]: not a group of keys",
            'access.tenants[3].name: holds "B"',
            "access.tenants[2].name: access.tenants[0] already has this name",
        ]);
    });
});

describe("reading the config of a stack", () => {
    it("reports an unknown key of the project", async () => {
        await record(() => {
            setAllConfig({
                "keyless:platform": JSON.stringify(least),
                "keyless:acess": "{}",
                "aws:region": "eu-central-1",
            });
            assert.throws(readSettings, {
                message: /^the stack's config has a problem\n\n {2}acess = \{\}\n {4}wrong: {3}unknown key/,
            });
        });
    });

    it("reads groups, lists and texts as the engine passes them", async () => {
        await record(() => {
            setAllConfig({
                "keyless:platform": JSON.stringify(least),
                "keyless:access": "{}",
                "keyless:caBundle": "ca.pem",
            });
            const { access, caBundle } = readSettings();
            assert.deepEqual([access, caBundle], [undefined, "ca.pem"]);
        });
    });
});
