import { shown } from "../../toolkit/shown";
import { clientProgram } from "../command/clientProgram";
import { foreground } from "../command/foreground";
import { inPlace, readCommandLine, tokenIn, workloadUsage } from "./workload";

export const USAGE = shown`usage: keyless psql WORKLOAD [OPTIONS] [-- PSQL'S ARGUMENTS…]

Opens psql as a workload of the sandbox, signed in with a token. A token is valid for 15
minutes; the session outlives it, but \\connect then needs a new one: run the command again.

${workloadUsage}`;

export async function psql(args: string[]): Promise<number> {
    const choice = readCommandLine(args, USAGE);
    if (choice === undefined) {
        return 0;
    }
    const program = clientProgram("psql");
    return inPlace(choice, async (place) => {
        const PGPASSWORD = await tokenIn(place, choice.name);
        return foreground(...place.names.launch(program, choice.command), { ...place.environment, PGPASSWORD });
    });
}
