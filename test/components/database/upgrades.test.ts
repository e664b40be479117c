import assert from "node:assert/strict";
import {
    compareVersions,
    notOffered,
    refusedResend,
    refusedUpgrade,
    type WantedVersion,
} from "../../../components/database/upgrades";

const wants = (wanted: string, more: Partial<WantedVersion> = {}): WantedVersion => ({
    ...{ family: "postgres", engine: "aurora-postgresql", wanted },
    ...{ allowMajorVersionUpgrade: false, replicated: false },
    ...more,
});
const copied = { replicated: true };
const allowed = { allowMajorVersionUpgrade: true };

describe("a change of the engine's version", () => {
    for (const [running, wanted, more = {}] of [
        ["16.10", "16"],
        ["16.10", "16.10"],
        ["16.10", "16.11"],
        ["16.9", "16.10"],
        ["16.10-R2", "16.10"],
        ["16.10", "17.5", allowed],
        ["17.5", "17.6", allowed],
        ["16.10", "16.10", copied],
        ["16.10", "16", copied],
        ["8.0.mysql_aurora.3.08.0", "8.0", { family: "mysql" }],
        ["8.0.mysql_aurora.3.08.0", "8.0.mysql_aurora.3.10.0", { family: "mysql" }],
        ["8.0.44", "8.4.8", { family: "mysql", ...allowed }],
    ] as const) {
        it(`from ${running} to ${wanted} ${JSON.stringify(more)} is made`, () => {
            assert.equal(refusedUpgrade(wants(wanted, more), running), undefined);
        });
    }

    const major =
        " is a major upgrade: write the full version and allowMajorVersionUpgrade: true beside it, for one run";
    const inOrder = " cannot be set here while there is a copy in another region: run ";
    for (const [running, wanted, reason, more = {}] of [
        [
            "16.10",
            "16.9",
            'RDS cannot go back from 16.10 to 16.9; write "16.10", or "16" to let AWS apply minor versions',
        ],
        ["17.5", "16", 'RDS cannot go back from 17.5 to 16; write "17.5", or "17" to let AWS apply minor versions'],
        ["16.10", "17.5", `16.10 to 17.5${major}`],
        ["16.10", "17", `16.10 to 17${major}`],
        ["16.10", "17", `16.10 to 17${major}`, allowed],
        [
            "16.10",
            "16.11",
            `16.11${inOrder}aws rds modify-db-cluster --engine-version for the copy, and then for this database, then pulumi refresh, and then write the version that runs`,
            copied,
        ],
        [
            "16.10",
            "17.5",
            `17.5${inOrder}aws rds modify-global-cluster --allow-major-version-upgrade --engine-version, which upgrades both, then pulumi refresh, and then write the version that runs`,
            { ...copied, ...allowed },
        ],
        [
            "16.10",
            "16.11",
            `16.11${inOrder}aws rds modify-db-instance --engine-version for the copy, and then for this database, then pulumi refresh, and then write the version that runs`,
            { ...copied, engine: "postgres" },
        ],
        [
            "16.10",
            "17.5",
            "17.5 cannot be set here while there is a copy in another region: remove platform.replica, upgrade, and then add it again",
            { ...copied, ...allowed, engine: "postgres" },
        ],
    ] as const) {
        it(`from ${running} to ${wanted} ${JSON.stringify(more)} is refused before AWS is asked, with the way to go`, () => {
            assert.equal(refusedUpgrade(wants(wanted, more), running), reason);
        });
    }

    it("is refused where the provider would send a major version alone that AWS takes for an older one", () => {
        assert.equal(
            refusedResend("16", "16.13", "16.10"),
            'the state holds "16", which AWS takes for 16.10, and 16.13 runs: write "16.13" for one run, and then "16" again',
        );
        assert.equal(refusedResend("16", "16.10", "16.10"), undefined);
    });

    it("to one that RDS withdrew from new databases is refused with those that it offers", () => {
        assert.equal(
            notOffered(wants("16.6"), ["16.10", "16.11"]),
            "RDS does not offer aurora-postgresql 16.6 for new databases here; it offers 16.10, 16.11",
        );
    });

    it("compares numbers, not texts", () => {
        assert.deepEqual(
            [
                ["16.9", "16.10"],
                ["17.1", "16.10"],
                ["8.0.mysql_aurora.3.08.0", "8.0.mysql_aurora.3.10.0"],
                ["16.10", "16.10"],
            ].map(([one = "", other = ""]) => Math.sign(compareVersions(one, other))),
            [-1, 1, -1, 0],
        );
    });
});
