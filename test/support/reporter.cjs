// Mocha's usual report, and for cli/test.mjs, in the file that KEYLESS_TEST_COUNTS names: the numbers, and what failed.
const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");

module.exports = class extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const failed = [];
        runner.on("fail", (test, error) => {
            const reason = String(error?.message ?? error)
                .trim()
                .split("\n", 1)[0];
            failed.push(`${test.fullTitle()}: ${reason}`);
        });
        runner.once("end", () => {
            const { passes, failures, pending } = runner.stats;
            writeFileSync(process.env.KEYLESS_TEST_COUNTS, JSON.stringify({ passes, failures, pending, failed }));
        });
    }
};
