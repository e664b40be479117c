// Mocha's usual report, and for cli/test.mjs, in the file that KEYLESS_TEST_COUNTS names: the numbers, what failed, and of each
// test file how long it took and what was left after it in the folders of this process.
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const Mocha = require("mocha");
const { leftIn } = require("./leftovers.cjs");

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
        const leftBy = {};
        runner.once("start", () => {
            for (const left of leftIn(process.env.KEYLESS_SERVERS)) {
                leftBy[left] = "a file while it was loaded";
            }
        });
        runner.on(
            "suite end",
            ofFile((file) => {
                seconds[file] = (seconds[file] ?? 0) + (Date.now() - began) / 1000;
                for (const left of leftIn(process.env.KEYLESS_SERVERS)) {
                    leftBy[left] ??= file;
                }
            }),
        );
        runner.once("end", () => {
            const { passes, failures, pending } = runner.stats;
            const counts = { passes, failures, pending, failed, seconds, leftBy };
            writeFileSync(process.env.KEYLESS_TEST_COUNTS, JSON.stringify(counts));
        });
    }
};
