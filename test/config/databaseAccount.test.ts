import assert from "node:assert/strict";
import { wrongsOf } from "../support/configProblems";

const cluster = { version: "1.33" };
const database = { engineVersion: "16" };
const role = "arn:aws:iam::444455556666:role/keyless-deploy";
const databaseAccount = { role, cidr: "10.30.0.0/16" };

describe("the config of a database in another account", () => {
    const foreign = "the database is in account 444455556666, which admits no role of another account";
    const machine =
        "the database of mail is in account 444455556666, and a service outside Kubernetes has its role in its own account";
    const holder = (iamRole: string) => ({ profiles: [{ name: "audit", holders: [{ user: "ann", iamRole }] }] });
    for (const [platform, access, ...wrong] of [
        [
            { databaseAccount },
            {
                tenants: [{ name: "shop" }, { name: "billing", identity: "podIdentity" }],
                ...holder("arn:aws:iam::444455556666:role/audit"),
            },
        ],
        [
            { databaseAccount: { ...databaseAccount, role: "deploy" } },
            {},
            "platform.databaseAccount.role: not the ARN of an IAM role",
        ],
        [
            { databaseAccount: { ...databaseAccount, cidr: "10.20.128.0/17" } },
            {},
            "platform.databaseAccount.cidr: overlaps platform.network.cidr, 10.20.0.0/16",
        ],
        [{ databaseAccount: { role } }, {}, "platform.databaseAccount.cidr: missing"],
        [
            { databaseAccount, replica: { region: "eu-west-1", cidr: "10.21.0.0/16" } },
            {},
            "platform.replica: the database is in another account",
        ],
        [
            { databaseAccount },
            { tenants: [{ name: "mail", identity: "ec2" }] },
            `access.tenants[0].identity: ${machine}`,
        ],
        [
            { databaseAccount },
            holder("arn:aws:iam::111122223333:role/audit"),
            `access.profiles[0].holders[0].iamRole: ${foreign}`,
        ],
        [{ databaseAccount }, { databaseRole: role }, "access.databaseRole: this stack has its own platform"],
    ] as const) {
        it(`${wrong.length === 0 ? "takes" : "refuses"} ${JSON.stringify({ ...platform, ...access })}`, () => {
            assert.deepEqual(wrongsOf({ platform: { cluster, database, ...platform }, access }), wrong);
        });
    }

    it("is set by an access stack, and checked likewise", () => {
        const access = { databaseRole: role, tenants: [{ name: "mail", identity: "lambda" }] };
        assert.deepEqual(wrongsOf({ platformStack: "base", access: { databaseRole: role } }), []);
        assert.deepEqual(wrongsOf({ platformStack: "base", access }), [`access.tenants[0].identity: ${machine}`]);
    });
});
