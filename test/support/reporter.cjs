// Mocha's usual report, and for cli/test.mjs, in the file that KEYLESS_TEST_COUNTS names: the numbers, what failed, and how long each file took.
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
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
        const seconds = {};
        let began;
        const ofFile = (work) => (suite) => {
            if (suite.parent?.root) {
                work(relative(process.cwd(), suite.file));
            }
        };
        runner.on(
            "suite",
            ofFile(() => (began = Date.now())),
        );
        runner.on(
            "suite end",
            ofFile((file) => (seconds[file] = (seconds[file] ?? 0) + (Date.now() - began) / 1000)),
        );
        runner.once("end", () => {
            const { passes, failures, pending } = runner.stats;
            const counts = { passes, failures, pending, failed, seconds };
            writeFileSync(process.env.KEYLESS_TEST_COUNTS, JSON.stringify(counts));
        });
    }
};
