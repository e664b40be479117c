import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { UserError } from "../sandbox/problem";
import { foreground, inPlace, readCommandLine, tokenIn, workloadUsage } from "./workload";

const USAGE = `usage: keyless psql WORKLOAD [OPTIONS] [-- PSQL'S ARGUMENTS…]

Opens psql as a workload of the sandbox, signed in with a token. A token is good for 15
minutes; the session outlives it, but \\connect then needs a new one: start again.

${workloadUsage}`;

export async function psql(args: string[]): Promise<number> {
    const choice = readCommandLine(args, USAGE);
    if (choice === undefined) {
        return 0;
    }
    const program = findPsql();
    return inPlace(choice, async (place) => {
        const PGPASSWORD = await tokenIn(place, choice.name);
        return foreground(program, choice.command, { ...place.environment, PGPASSWORD });
    });
}

function findPsql(): string {
    const found = (process.env["PATH"] ?? "")
        .split(delimiter)
        .map((dir) => join(dir, "psql"))
        .find(isProgram);
    if (found === undefined) {
        throw new UserError(
            "there is no psql on the PATH, and the sandbox's Postgres comes without one: install PostgreSQL's client (apt install postgresql-client, brew install libpq)",
        );
    }
    return found;
}

function isProgram(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
