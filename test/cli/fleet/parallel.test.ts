import assert from "node:assert/strict";
import { parallelOf } from "../../../cli/fleet/parallel";
import type { ShardStack } from "../../../cli/fleet/shards";
import { shard } from "./support";

const shards = (count: number, databases = 1): readonly ShardStack[] =>
    Array.from({ length: count }, (_, index) => {
        return { ...shard(`prod-eu1-${index}`, "eu1"), databases };
    });

describe("what a fleet's runs do at once", () => {
    for (const [title, count, given, expected] of [
        ["leaves the engine its own choice", 9, { parallel: "4" }, { shards: 4, operations: undefined }],
        [
            "divides the operations among the shards",
            9,
            { parallel: "4", operations: "20" },
            { shards: 4, operations: 5 },
        ],
        ["rounds down", 9, { parallel: "4", operations: "19" }, { shards: 4, operations: 4 }],
        ["runs fewer shards than operations", 9, { parallel: "4", operations: "3" }, { shards: 3, operations: 1 }],
        ["gives them all to the only shard", 1, { parallel: "4", operations: "20" }, { shards: 1, operations: 20 }],
        ["has none to divide where nothing runs", 0, { parallel: "4", operations: "2" }, { shards: 1, operations: 2 }],
        [
            "bounds connections first",
            9,
            { parallel: "4", connections: "50", operations: "9" },
            { shards: 2, operations: 4 },
        ],
    ] as const) {
        it(title, () => assert.deepEqual(parallelOf(shards(count), given), expected));
    }

    it("refuses less than one operation, and fewer connections than one run takes", () => {
        assert.throws(() => parallelOf(shards(2), { parallel: "4", operations: "0" }), {
            message: "--operations is 0; allowed is a whole number from 1",
        });
        assert.throws(() => parallelOf(shards(2, 2), { parallel: "4", connections: "45" }), {
            message: "--connections is 45, and one run can take 46; allowed is at least 46",
        });
    });
});
