// The entry point that the engine's runner requires. The runner would compile index.ts with an old ts-node that checks
// all types on each start; tsx only strips them, and as a dependency of the pack it works wherever the pack is installed.
require("tsx/cjs");
module.exports = require("./index.ts");
