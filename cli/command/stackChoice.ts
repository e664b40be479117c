import { findStackFile } from "../../toolkit/system/stackFile";
import { userPath } from "./options";

/** The command line's choice of a stack. */
export interface StackChoice {
    readonly stack: string;
    readonly "config-file"?: string | undefined;
}

/** The path of the stack's config file. */
export function stackFileOf({ stack, "config-file": file }: StackChoice): string {
    return file === undefined ? findStackFile(stack) : userPath(file);
}

/** The project's own keys, without the project's name. */
export function ofProject(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const prefix = "keyless:";
    const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}
