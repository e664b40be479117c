// Entry point that the engine's runner requires; tsx loads the rest as TypeScript, without type checking.
require("tsx/cjs");
module.exports = require("./index.ts");
