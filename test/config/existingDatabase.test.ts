import assert from "node:assert/strict";
import { parseSettings } from "../../config";
import { databaseRoleOf, engineOf } from "../../config/settings";
import { problemsOf, wrongsOf } from "../support/configProblems";

const cluster = { version: "1.33" };
const group = "sg-0123456789abcdef0";
const role = "arn:aws:iam::444455556666:role/keyless-deploy";
const given = { identifier: "orders", name: "orders" };

const platformWith = (more: object = {}, others: object = {}) => ({
    platform: { cluster, database: { existing: { ...given, ...more } }, ...others },
});
const path = "platform.database.existing";

describe("the config of a database that exists", () => {
    it("has the form of a database that the stack creates, as far as the program reads both", () => {
        const { platform } = parseSettings(platformWith({ addRulesTo: group }));
        assert.deepEqual(typeof platform === "object" && platform.database, {
            kind: "aurora",
            engine: "postgres",
            databaseName: "orders",
            proxy: false,
            protect: true,
            existing: { identifier: "orders", replicas: [], addRulesTo: group },
        });
    });

    it("determines the engine, and the role that reaches its account", () => {
        const settings = parseSettings(platformWith({ engine: "mysql", role }));
        assert.deepEqual([engineOf(settings), databaseRoleOf(settings)], ["mysql", role]);
    });

    for (const [more, others, ...wrong] of [
        [
            {
                kind: "instance",
                replicas: [{ identifier: "orders-copy" }, { identifier: "orders", region: "eu-west-1" }],
            },
            {},
        ],
        [{ proxy: "front", addProxyRulesTo: group, addPoliciesToProxyRole: true, addRulesTo: group, role }, {}],
        [{}, { bastion: true }],
        [{ identifier: "Orders" }, {}, `${path}.identifier: not the identifier of the cluster or the instance`],
        [{ identifier: "orders--2" }, {}, `${path}.identifier: not the identifier of the cluster or the instance`],
        [{ name: "Orders" }, {}, `${path}.name: holds "O"`],
        [{ name: "postgres" }, {}, `${path}.name: reserved by Postgres`],
        [{ addRulesTo: "default" }, {}, `${path}.addRulesTo: not the id of a security group`],
        [{ role: "deploy" }, {}, `${path}.role: not the ARN of an IAM role`],
        [{ engineVersion: "16" }, {}, `${path}.engineVersion: unknown key`],
        [
            { addProxyRulesTo: group, addPoliciesToProxyRole: true },
            {},
            `${path}.addProxyRulesTo: there is no proxy`,
            `${path}.addPoliciesToProxyRole: there is no proxy`,
        ],
        [
            { replicas: [{ identifier: "orders" }, { identifier: "copy" }, { identifier: "copy" }] },
            {},
            `${path}.replicas[0]: the database itself`,
            `${path}.replicas[2]: listed twice`,
        ],
        [
            {},
            {
                replica: { region: "eu-west-1", cidr: "10.21.0.0/16" },
                databaseAccount: { role, cidr: "10.30.0.0/16" },
            },
            "platform.replica: the database exists, and is not the stack's",
            "platform.databaseAccount: the database exists, and is not the stack's",
            "platform.replica: the database is in another account",
        ],
    ] as const) {
        it(`${wrong.length === 0 ? "takes" : "refuses"} ${JSON.stringify({ ...more, ...others })}`, () => {
            assert.deepEqual(wrongsOf(platformWith(more, others)), wrong);
        });
    }

    for (const key of ["role", "account"]) {
        it(`refuses ${key} of a copy, with the reason why there is none in another account`, () => {
            const replicas = [{ identifier: "orders-copy", region: "eu-west-1", [key]: role }];
            assert.deepEqual(problemsOf(platformWith({ replicas })), [
                {
                    path: `${path}.replicas[0].${key}`,
                    given: role,
                    wrong: "RDS replicates within one account only; a clone or a restored snapshot in another is a server with logins of its own",
                    allowed: "copies in the account of the database",
                    fix: "remove it, and give the other server a platform of its own, with platform.database.existing.role",
                },
            ]);
        });
    }

    it("still calls any other key of a copy unknown", () => {
        const replicas = [{ identifier: "orders-copy", regions: "eu-west-1" }];
        assert.deepEqual(wrongsOf(platformWith({ replicas })), [`${path}.replicas[0].regions: unknown key`]);
    });

    it("refuses keys of a database that the stack creates beside it", () => {
        const database = { existing: given, engineVersion: "16" };
        assert.deepEqual(problemsOf({ platform: { cluster, database } }), [
            {
                path: "platform.database.engineVersion",
                given: "16",
                wrong: "unknown key",
                allowed: "existing",
                fix: "remove it, or write existing if you meant that",
            },
        ]);
    });

    it("refuses temporary rules, whose group would have to be theirs alone", () => {
        const developers = [{ cidr: "10.20.0.7/32", owner: "jane", until: "2026-12-01T00:00:00Z" }];
        const now = Date.parse("2026-11-30T00:00:00Z");
        assert.deepEqual(problemsOf({ ...platformWith(), access: { publicRights: "keep", developers } }, now), [
            {
                path: "access.developers",
                given: [{ cidr: "10.20.0.7/32", owner: "jane", until: "2026-12-01T00:00:00Z" }],
                wrong: "the database exists, and has no security group for temporary rules only",
                allowed: "only with a database that the stack creates",
                fix: "remove them, and have the database's owner admit the addresses, or use platform.bastion",
            },
        ]);
    });

    it("refuses alarms on logins in logs that are not the stack's", () => {
        const alarms = { trail: "/aws/cloudtrail/all", failedLogins: 3 };
        assert.deepEqual(wrongsOf({ ...platformWith(), alarms }), [
            "alarms.failedLogins: the database exists, and its logs are not the stack's",
        ]);
        assert.deepEqual(wrongsOf({ ...platformWith(), alarms: { trail: "/aws/cloudtrail/all" } }), []);
    });

    it("refuses what MySQL does not know, and what another account does not admit", () => {
        const access = { tenants: [{ name: "shop", identity: "ec2", model: "owner" }] };
        assert.deepEqual(wrongsOf({ ...platformWith({ engine: "mysql", role }), access }), [
            "access.tenants[0].identity: the database of shop is in account 444455556666, and a service outside Kubernetes has its role in its own account",
            "access.tenants[0].model: only PostgreSQL supports this, and the database is MySQL",
        ]);
    });

    it("requires a bundle of certificate authorities in a copy's region that needs one", () => {
        const replicas = [{ identifier: "orders-copy", region: "us-gov-east-1" }];
        assert.deepEqual(
            problemsOf(platformWith({ replicas }), 0, "us-gov-west-1").map(({ path }) => path),
            ["caBundle"],
        );
    });

    it("is refused for an application server", () => {
        const server = {
            securityGroupId: group,
            subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        };
        assert.deepEqual(problemsOf({ platform: { server, database: { existing: given } } }), [
            {
                path,
                given,
                wrong: "the stack of an application server creates its database",
                allowed: "only with platform.cluster",
                fix: "use a platform with network and cluster",
            },
        ]);
    });
});
