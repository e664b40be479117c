import assert from "node:assert/strict";
import { wrongsOf } from "../support/configProblems";

function wrongs(cidr: string, database: object, databaseAccount?: object): string[] {
    const platform = {
        network: { cidr },
        cluster: { version: "1.33" },
        database: { engineVersion: "16", ...database },
        ...(databaseAccount && { databaseAccount }),
    };
    return wrongsOf({ platform });
}

const lacks = (proxy: number, instances: number, prefix: number, free: number, key = "platform.network.cidr") => [
    `${key}: the proxy needs ${proxy} addresses and the database ${instances}; two of its subnets, each a /${prefix}, have ${free}`,
];

describe("the addresses of a database's subnets", () => {
    for (const [title, cidr, database, expected] of [
        ["a database with readers, without a proxy", "10.20.0.0/22", { readers: 15 }, []],
        ["a proxy and a single writer, in the smallest network", "10.20.0.0/22", { proxy: true, readers: 0 }, []],
        ["a proxy and a reader, in the smallest network", "10.20.0.0/22", { proxy: true }, lacks(23, 2, 28, 22)],
        ["a proxy and a reader, in a network twice as large", "10.20.0.0/21", { proxy: true }, []],
        [
            "a proxy of a large capacity",
            "10.20.0.0/22",
            { proxy: true, readers: 0, maxCapacity: 64 },
            lacks(25, 1, 28, 22),
        ],
        [
            "a proxy of large instances",
            "10.20.0.0/21",
            { proxy: true, readers: 1, instanceClass: "db.r7g.8xlarge" },
            lacks(93, 2, 27, 54),
        ],
        [
            "a proxy of an RDS instance with a standby",
            "10.20.0.0/22",
            { kind: "instance", proxy: true, instanceClass: "db.r7g.xlarge" },
            [],
        ],
    ] as const) {
        it(`${expected.length === 0 ? "suffice" : "do not suffice"} for ${title}`, () => {
            assert.deepEqual(wrongs(cidr, database), expected);
        });
    }

    it("are those of the database's own network in another account", () => {
        const account = { role: "arn:aws:iam::444455556666:role/deploy", cidr: "10.30.0.0/22" };
        assert.deepEqual(
            wrongs("10.20.0.0/16", { proxy: true }, account),
            lacks(23, 2, 28, 22, "platform.databaseAccount.cidr"),
        );
    });
});
