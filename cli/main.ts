import { inspect } from "node:util";

import { SettingsError } from "../config/problems";
import { projectDir } from "../toolkit/paths";
import { UserError } from "../toolkit/userError";
import { type Shown, inLines, padded, quoted, shown } from "../toolkit/shown";
import { drained, print, tell } from "../toolkit/terminal";
import { commands } from "./commands";
import { requireSandbox } from "./command/fromSandbox";
import { interrupt } from "./command/interrupt";

/** Former names of commands. */
const formerNames: ReadonlyMap<string, string> = new Map([["audit", "drift"]]);

async function main([name, ...args]: string[]): Promise<number> {
    if (name === undefined || name === "--help" || name === "help") {
        print(help());
        return name === undefined ? 2 : 0;
    }
    const current = formerNames.get(name) ?? name;
    const command = Object.hasOwn(commands, current) ? commands[current] : undefined;
    if (command === undefined) {
        throw new UserError(`unknown command ${JSON.stringify(name)}; allowed are ${Object.keys(commands).join(", ")}`);
    }
    if (command.sandbox) {
        requireSandbox();
    }
    return command.load().run(args);
}

function help(): Shown {
    const width = Math.max(...Object.keys(commands).map((name) => name.length));
    const lines = Object.entries(commands).map(([name, { summary }]) => shown`  ${padded(name, width)}  ${summary}`);
    return inLines([
        shown`usage: keyless COMMAND [OPTIONS]    (keyless COMMAND --help lists the options)`,
        "",
        ...lines,
    ]);
}

/** Reports an error to the user: without a stack trace if the user can fix it. */
function tellWhy(error: unknown): number {
    if (interrupt.aborted) {
        tell("Interrupted. Run the same command again to resume.");
        return 130;
    }
    if (error instanceof UserError || error instanceof SettingsError) {
        tell(error.shown);
        return 2;
    }
    tell(quoted(inspect(error)));
    return 1;
}

// The program's paths are relative to the project's folder, wherever the command runs.
process.chdir(projectDir);
process.on("uncaughtException", (error) => void endWith(tellWhy(error)));
void main(process.argv.slice(2)).catch(tellWhy).then(endWith);

async function endWith(code: number): Promise<void> {
    await drained();
    process.exit(code);
}
