import { UserError } from "../../toolkit/userError";
import { shown } from "../../toolkit/shown";
import { tell } from "../../toolkit/terminal";
import { foreground } from "../command/foreground";
import { adviseOn, inPlace, readCommandLine, workloadUsage } from "./workload";

export const USAGE = shown`usage: keyless run WORKLOAD [OPTIONS] -- COMMAND [ARGUMENTS…]

Runs a program in the sandbox as it would run on AWS: with the environment, the token
files and the certificate authorities of a pod, an instance, a task, a function or a
person. The AWS SDKs find its credentials, libpq and Node find its database, under its
real name. What the program may is what its role's trust and policies say.

${workloadUsage}`;

export async function run(args: string[]): Promise<number> {
    const choice = readCommandLine(args, USAGE);
    if (choice === undefined) {
        return 0;
    }
    const [command, ...rest] = choice.command;
    if (command === undefined) {
        throw new UserError(shown`name a command after --\n\n${USAGE}`);
    }
    return inPlace(choice, ({ environment, target, names }) => {
        if (target === undefined) {
            tell(
                `the role of ${choice.name} cannot connect to any database of the sandbox, so no PG… variables are set`,
            );
        }
        adviseOn(names, command);
        return foreground(...names.launch(command, rest), environment);
    });
}
