// Runs each client's command in turn, within the environment of one workload, and prints what all of them printed:
// `keyless run WORKLOAD -- node inside.mjs PLAN`. The clients get the environment as it is.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const outcomes = Object.fromEntries(
    plan.map(({ id, cwd, command: [program, ...args] }) => {
        const { stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
        return [id, { stdout, stderr: error?.message ?? stderr }];
    }),
);
// eslint-disable-next-line keyless/one-terminal -- a program of a workload, which knows nothing of the project
console.log(JSON.stringify(outcomes));
