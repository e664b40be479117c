import { shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { inPlace, readCommandLine, tokenIn, workloadUsage } from "./workload";

export const USAGE = shown`usage: keyless token WORKLOAD [OPTIONS]

Prints a token, which is the password of a workload's database user for 15 minutes. The AWS
SDK signs it with the workload's credentials in the sandbox.

${workloadUsage}`;

export async function token(args: string[]): Promise<number> {
    const choice = readCommandLine(args, USAGE);
    if (choice === undefined) {
        return 0;
    }
    print(await inPlace(choice, (place) => tokenIn(place, choice.name)));
    return 0;
}
