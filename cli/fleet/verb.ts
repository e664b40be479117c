import type { ParseArgsConfig } from "node:util";

import type { Shown } from "../../toolkit/shown";
import { readOptions, userPath } from "../command/options";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<T extends Options> = NonNullable<ReturnType<typeof readOptions<T>>>;

/** One verb of `keyless fleet`. */
export type Verb = (args: string[], usage: Shown) => Promise<number>;

/**
 * Makes a verb of its options, which include `file`, and its work.
 *
 * @param work given the plan's path; returns the exit code
 */
export function verb<T extends Options>(
    options: T,
    work: (path: string, values: Values<T>, usage: Shown) => Promise<number>,
): Verb {
    return async (args, usage) => {
        const values = readOptions(args, usage, options);
        return values === undefined ? 0 : work(userPath(String(values["file" as keyof typeof values])), values, usage);
    };
}
