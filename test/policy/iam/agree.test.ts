import assert from "node:assert/strict";
import { parseDocument, reach } from "../../../policy/iam";
import { difference } from "./agree";
import { numbers, randomDocument } from "./random";

describe("the reach of identity documents, compared with an oracle that tries every user of a small world", () => {
    it("agrees on 3,000 random documents", () => {
        const next = numbers(20261123);
        const differences: string[] = [];
        for (let count = 0; count < 3000; count += 1) {
            const document = randomDocument(next);
            const found = difference(document);
            if (found !== undefined) {
                differences.push(`${JSON.stringify(document)}: ${found}`);
            }
        }
        assert.deepEqual(differences, []);
    });

    it("covers documents of every verdict", () => {
        const next = numbers(7);
        const verdicts = new Set(
            Array.from(
                { length: 500 },
                () => reach([parseDocument(JSON.stringify(randomDocument(next)), "identity")]).verdict,
            ),
        );
        assert.deepEqual([...verdicts].sort(), ["exact", "excess", "invalid", "none"]);
    });
});
