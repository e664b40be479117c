import { runProgram } from "../../test/support/program";
import { runOf, type TenantStack } from "../../test/support/tenantStacks";

/** One run of the program. */
export interface Measured {
    readonly resources: number;
    /** Of CPU, in an update. */
    readonly seconds: number;
    /** The peak memory of the process, in megabytes. */
    readonly megabytes: number;
    /** The same before that run: what Node and the modules take. */
    readonly atStart: number;
}

/** Runs the program for so many tenants, after a small run that loads the modules and is not measured. */
export async function measure(stack: TenantStack, tenants: number): Promise<Measured> {
    await runProgram(runOf(stack, 10));
    const atStart = peak();
    const before = process.cpuUsage();
    const { recording } = await runProgram(runOf(stack, tenants));
    const { user, system } = process.cpuUsage(before);
    return { resources: recording.resources.length, seconds: (user + system) / 1e6, megabytes: peak(), atStart };
}

function peak(): number {
    return process.resourceUsage().maxRSS / 1024;
}
