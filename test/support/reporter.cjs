// Mocha's usual report, and the numbers for cli/test.mjs in the file that KEYLESS_TEST_COUNTS names.
const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");

module.exports = class extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        runner.once("end", () => {
            const { passes, failures, pending } = runner.stats;
            writeFileSync(process.env.KEYLESS_TEST_COUNTS, JSON.stringify({ passes, failures, pending }));
        });
    }
};
