import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { digestsOf, life, officialFile, type Digests } from "../support/conformance";
import { withOwnState } from "./postgres-support";

for (const major of [15, 18]) {
    describe(`the postgresql stand-in on Postgres ${major}, compared with the official provider`, () => {
        withOwnState();

        it("produces the same roles, settings, memberships, owners, access lists and default privileges after every step", async () => {
            const official = (JSON.parse(readFileSync(officialFile, "utf8")) as Digests)[major];
            // After an intended change of the program: KEYLESS_WRITE=1 npm run conformance, with the official plugin, prints both.
            assert.deepEqual(digestsOf(await life(major, "stand-in")), official);
        });
    });
}
