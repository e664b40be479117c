import assert from "node:assert/strict";
import { parseSettings } from "../../config";
import { wrongsOf } from "../support/configProblems";

const cluster = { version: "1.33" };
const database = { engineVersion: "16" };
const server = {
    securityGroupId: "sg-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
};

function wrongs(platform: Record<string, unknown>, access?: Record<string, unknown>): string[] {
    return wrongsOf({ platform, access });
}

describe("the config of a copy in another region", () => {
    const replica = { region: "eu-west-1", cidr: "10.21.0.0/16" };
    for (const [platform, ...wrong] of [
        [{ replica }],
        [
            { replica: { ...replica, cidr: "10.20.128.0/17" } },
            "platform.replica.cidr: overlaps platform.network.cidr, 10.20.0.0/16",
        ],
        [{ replica: { ...replica, cidr: "8.8.0.0/16" } }, "platform.replica.cidr: not private"],
        [{ replica: { ...replica, region: "Ireland" } }, "platform.replica.region: not a region's name"],
        [{ replica: { region: "eu-west-1" } }, "platform.replica.cidr: missing"],
        [{ replica, database: { ...database, kind: "instance", instanceClass: "db.t4g.medium" } }],
        [
            { replica: { ...replica, readers: 1 }, database: { ...database, kind: "instance" } },
            "platform.replica.readers: an instance's copy is one instance",
        ],
        [
            { replica, database: { ...database, instanceClass: "db.t4g.medium" } },
            "platform.database.instanceClass: Aurora cannot copy a database of this class to another region",
        ],
    ] as const) {
        it(`${wrong.length === 0 ? "takes" : "refuses"} ${JSON.stringify(platform)}`, () => {
            assert.deepEqual(wrongs({ cluster, database, ...platform }), wrong);
        });
    }
});

describe("the config of one application server", () => {
    it("accepts an existing security group and subnets, and a database", () => {
        assert.deepEqual(
            parseSettings({ platform: { server, database: { ...database, kind: "instance" } } }).platform,
            {
                server,
                database: {
                    kind: "instance",
                    engine: "postgres",
                    engineVersion: "16",
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
                logDays: 90,
            },
        );
    });

    for (const [platform, ...wrong] of [
        [{ cluster }, "platform.cluster: unknown key"],
        [
            { server: { ...server, securityGroupId: "default" } },
            "platform.server.securityGroupId: not the id of a security group",
        ],
        [{ server: { ...server, subnetIds: ["subnet-a"] } }, "platform.server.subnetIds[0]: not the id of a subnet"],
        [
            { server: { ...server, subnetIds: server.subnetIds.slice(1) } },
            "platform.server.subnetIds: fewer than two subnets",
        ],
        [{ server: {} }, "platform.server.securityGroupId: missing", "platform.server.subnetIds: missing"],
    ] as const) {
        it(`refuses ${JSON.stringify(platform)}`, () => {
            assert.deepEqual(wrongs({ server, database, ...platform }), wrong);
        });
    }

    it("refuses service accounts, and accepts services with other AWS identities", () => {
        const tenants = [{ name: "shop" }, { name: "mail", identity: "ec2" }];
        assert.deepEqual(wrongs({ server, database }, { tenants }), [
            "access.tenants[0].identity: this platform has no Kubernetes",
        ]);
    });

    it("refuses Kubernetes Secrets with a password, and accepts those of Secrets Manager", () => {
        const secretsManager = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop-a1B2c3";
        const migration = { state: "alongside", secrets: [{ secretsManager }, { kubernetes: "shop/database" }] };
        const shop = { name: "shop", identity: "ecs", model: "existing", actsAs: "shop", schemas: ["shop"], migration };
        assert.deepEqual(wrongs({ server, database }, { tenants: [shop] }), [
            "access.tenants[0].migration.secrets[1].kubernetes: this platform has no Kubernetes",
        ]);
    });
});

describe("the config of access", () => {
    it("limits the tenants behind a proxy to what its role's policies can name", () => {
        const tenants = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `t${index}` }));
        const proxied = { cluster, database: { ...database, proxy: true } };
        assert.deepEqual(wrongs(proxied, { tenants: tenants(55) }), []);
        const people = [{ user: "ann", assumedBy: ["arn:aws:iam::111122223333:user/ann"], profiles: ["audit"] }];
        const holders = [{ user: "bob", iamRole: "arn:aws:iam::111122223333:role/bob" }];
        const more = { people, profiles: [{ name: "audit", holders }] };
        assert.deepEqual(wrongs(proxied, { tenants: tenants(55), ...more }), [
            "access: the proxy's role would have 57 users, 10299 characters of policies or more; IAM allows 10240",
        ]);
        assert.deepEqual(wrongs({ cluster, database }, { tenants: tenants(55), ...more }), []);
    });

    it("limits a named role's users to what its policies can name", () => {
        const iamRole = "arn:aws:iam::111122223333:role/support";
        const holders = Array.from({ length: 60 }, (_, index) => ({ user: `support_${index}`, iamRole }));
        assert.deepEqual(wrongs({ cluster, database }, { profiles: [{ name: "support", holders }] }), [
            `access.profiles: ${iamRole} would have 60 users, 11030 characters of policies or more; IAM allows 10240`,
        ]);
    });
});
