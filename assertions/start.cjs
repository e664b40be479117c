// The entry that the engine's runner requires; tsx lets the rest be TypeScript, without a look at its types.
require("tsx/cjs");
module.exports = require("./index.ts");
