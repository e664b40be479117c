import type { RunResult } from "../../sandbox/run";
import { type Shown, inLines, json, shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { describeChanges, tellProblems } from "./report";
import { readOptions, stackOptions, stackUsage } from "../command/options";
import { deployerOption, deployerUsage, inSession } from "./session";

export const USAGE = shown`usage: keyless preview [OPTIONS]

Shows what start would change, and enforces the policy pack. Changes nothing.

${stackUsage}
${deployerUsage}
  --json               print one JSON object: each resource with its type, name and inputs`;

export async function preview(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, {
        ...stackOptions,
        ...deployerOption,
        json: { type: "boolean", default: false },
    });
    if (options === undefined) {
        return 0;
    }
    const { stack } = options;
    const result = await inSession(options, (session) => session.run("preview"));
    print(options.json ? json(asJson(stack, result)) : asText(stack, result));
    tellProblems(result.log);
    return result.ok ? 0 : 1;
}

function asJson(stack: string, { log }: RunResult): object {
    const { changes, violations, resources } = log;
    return { stack, changes, policy: { violations }, resources };
}

function asText(stack: string, { log }: RunResult): Shown {
    const changing = log.resources.filter(({ op }) => op !== "same");
    return inLines([
        ...changing.map(({ op, type, name }) => shown`  ${op} ${type} ${name}`),
        `${stack}: ${describeChanges(log.changes)}`,
    ]);
}
