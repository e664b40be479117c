import assert from "node:assert/strict";
import { files, read } from "../../docs/generate/files";

describe("the generated reference", () => {
    for (const [path, content] of files()) {
        it(`has ${path} as \`npm run reference\` writes it`, () => {
            assert.equal(read(path), content, `${path} is stale; run \`npm run reference\``);
        });
    }
});
