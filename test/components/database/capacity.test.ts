import assert from "node:assert/strict";
import { leastConnections, shareOf, temporaryFiles } from "../../../components/database/capacity";

describe("the number of sessions that a server accepts", () => {
    // AWS' tables (Aurora's classes, Serverless v2) and measurements: https://gist.github.com/guizmaii/1cacffef793c2ba9645083c3e18b3d8c
    const measured: [string, Parameters<typeof leastConnections>[0], number][] = [
        ["db.t2.small", { kind: "instance", instanceClass: "db.t2.small" }, 198],
        ["RDS' default class", { kind: "instance" }, 405],
        ["db.m4.large", { kind: "instance", instanceClass: "db.m4.large" }, 856],
        ["Aurora's db.t4g.medium", { instanceClass: "db.t4g.medium" }, 405],
        ["Aurora's db.r4.large", { instanceClass: "db.r4.large" }, 1600],
        ["Aurora's db.r4.xlarge", { instanceClass: "db.r4.xlarge" }, 3200],
        ["Aurora's db.r6g.4xlarge", { instanceClass: "db.r6g.4xlarge" }, 5000],
        ["Serverless, up to 1 unit", { minCapacity: 0.5, maxCapacity: 1 }, 189],
        ["Serverless, up to 4 units", {}, 823],
        ["Serverless, up to 16 units", { minCapacity: 1, maxCapacity: 16 }, 3360],
        ["Serverless, from 0.5 to 16 units", { minCapacity: 0.5, maxCapacity: 16 }, 2000],
    ];
    for (const [title, size, real] of measured) {
        it(`is never overestimated, nor underestimated by a fifth: ${title}`, () => {
            const found = leastConnections(size) ?? 0;
            assert.ok(found <= real && found > 0.8 * real, `${found} of ${real}`);
        });
    }

    it("is unknown for a class with unknown memory", () => {
        assert.deepEqual(
            ["db.q9.large", "db.r6g.metal"].map((instanceClass) => leastConnections({ instanceClass })),
            [undefined, undefined],
        );
    });
});

describe("a tenant's share of the sessions", () => {
    it("leaves a quarter of them to others, for up to a hundred tenants", () => {
        for (let tenants = 1; tenants <= 100; tenants += 1) {
            assert.ok(shareOf(788, tenants) * tenants <= 0.75 * 788, String(tenants));
        }
    });

    it("changes only where the number of tenants passes a power of two", () => {
        const shares = Array.from({ length: 32 }, (_, index) => shareOf(788, index + 1));
        assert.deepEqual([...new Set(shares)], [147, 73, 36, 18]);
        assert.deepEqual(
            [4, 5, 8, 9, 16, 17].map((tenants) => shareOf(788, tenants)),
            [147, 73, 73, 36, 36, 18],
        );
    });

    it("is never less than five", () => {
        assert.equal(shareOf(788, 1000), 5);
    });
});

describe("the temporary files of one process", () => {
    it("are at most a quarter of an instance's storage, or as much as Aurora's memory", () => {
        const sizes = [
            { kind: "instance" },
            { kind: "instance", storage: 400 },
            {},
            { maxCapacity: 1 },
            { instanceClass: "db.r7g.large" },
            { instanceClass: "db.q9.large" },
        ] as const;
        assert.deepEqual(sizes.map(temporaryFiles), [5, 100, 8, 4, 16, 4]);
    });

    it("never exceed the parameter's maximum", () => {
        assert.equal(temporaryFiles({ kind: "instance", storage: 65_536 }), 2047);
    });
});
