// The entry that the engine's runner requires. It would compile index.ts with an old ts-node that checks every type on
// each start; tsx only strips them, and is a dependency of the pack, so this works wherever the pack is installed.
require("tsx/cjs");
module.exports = require("./index.ts");
