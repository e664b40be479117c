import assert from "node:assert/strict";
import fc from "fast-check";
import { connectArn, nameIn, withinAccount } from "../../../components/identity/arn";
import { regionOf } from "../../../toolkit/arn";

const cluster = "arn:aws:rds:eu-central-1:111122223333:cluster:db";
const letters = (alphabet: string, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength });

describe("the connect ARN", () => {
    for (const [kind, arn, id, wanted] of [
        [
            "an Aurora cluster",
            cluster,
            "cluster-ABC1",
            "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC1/shop_app",
        ],
        [
            "an instance",
            "arn:aws-cn:rds:cn-north-1:111122223333:db:x",
            "db-ABC1",
            "arn:aws-cn:rds-db:cn-north-1:111122223333:dbuser:db-ABC1/shop_app",
        ],
        [
            "a proxy",
            "arn:aws-us-gov:rds:us-gov-west-1:111122223333:db-proxy:prx-0a1b",
            "prx-0a1b",
            "arn:aws-us-gov:rds-db:us-gov-west-1:111122223333:dbuser:prx-0a1b/shop_app",
        ],
    ] as const) {
        it(`names one user of ${kind}`, () => {
            assert.equal(connectArn(arn, id, "shop_app"), wanted);
        });
    }

    it("has five exact parts for any database and user", () => {
        const region = letters("abcdefghij-0123456789", 12);
        const account = letters("0123456789", 12);
        const id = fc
            .tuple(fc.constantFrom("cluster", "db", "prx"), letters("ABCXYZabc0123456789", 26))
            .map((parts) => parts.join("-"));
        const user = letters("abcxyz_-0123456789", 63);
        fc.assert(
            fc.property(region, account, id, user, (region, account, id, user) => {
                const arn = connectArn(`arn:aws:rds:${region}:${account}:cluster:x`, id, user);
                assert.equal(arn, `arn:aws:rds-db:${region}:${account}:dbuser:${id}/${user}`);
            }),
        );
    });

    it("refuses a user name that IAM could match with several users", () => {
        fc.assert(
            fc.property(
                fc.string(),
                fc.constantFrom("*", "?", "${aws:username}", "/", ":", ""),
                fc.string(),
                (before, wild, after) => {
                    fc.pre(!/^[A-Za-z0-9_-]+$/.test(before + wild + after));
                    assert.throws(
                        () => connectArn(cluster, "cluster-ABC1", before + wild + after),
                        /is not one database user/,
                    );
                },
            ),
        );
    });

    for (const [arn, id, user, message] of [
        [
            "arn:aws:rds:*:111122223333:cluster:db",
            "cluster-A",
            "u",
            '"arn:aws:rds:*:111122223333:cluster:db" is not the ARN of a database: allowed is arn:PARTITION:rds:REGION:ACCOUNT:…',
        ],
        [
            "arn:aws:s3:::bucket",
            "cluster-A",
            "u",
            '"arn:aws:s3:::bucket" is not the ARN of a database: allowed is arn:PARTITION:rds:REGION:ACCOUNT:…',
        ],
        [
            cluster,
            "cluster-*",
            "u",
            '"cluster-*" is not a database\'s resource id: allowed is cluster-…, db-… or prx-…',
        ],
        [cluster, "db", "u", '"db" is not a database\'s resource id: allowed is cluster-…, db-… or prx-…'],
        [cluster, "cluster-A", "*", '"*" is not one database user: allowed are letters, digits, _ and -'],
    ] as const) {
        it(`refuses ${arn} with ${id} and ${user}`, () => {
            assert.throws(() => connectArn(arn, id, user), { message });
        });
    }

    it("finds the region of an ARN", () => {
        assert.equal(regionOf(cluster), "eu-central-1");
    });
});

describe("a role and a database", () => {
    it("are in one account", () => {
        assert.equal(withinAccount("arn:aws:iam::111122223333:role/shop", cluster), cluster);
        assert.throws(() => withinAccount("arn:aws:iam::444455556666:role/shop", cluster), {
            message:
                `role arn:aws:iam::444455556666:role/shop is in another account than database ${cluster}, ` +
                "and would not be let in: name a role of the database's account, and reach that account by platform.databaseAccount or access.databaseRole",
        });
    });
});

describe("an EKS cluster's ARN", () => {
    it("ends with its name", () => {
        assert.equal(nameIn("arn:aws:eks:eu-central-1:111122223333:cluster/apps"), "apps");
    });
});
