import { resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";

import { UserError } from "../../toolkit/userError";
import { type Shown, reason, shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";

type OptionsConfig = NonNullable<ParseArgsConfig["options"]>;
type Values<T extends OptionsConfig> = ReturnType<typeof parseArgs<{ options: T }>>["values"];

/**
 * Reads a command's options. With `--help`, prints the usage and returns undefined.
 *
 * @throws UserError that names an unknown option and shows the usage
 */
export function readOptions<T extends OptionsConfig>(args: string[], usage: Shown, options: T): Values<T> | undefined {
    if (args.includes("--help")) {
        print(usage);
        return undefined;
    }
    try {
        return parseArgs({ args, options }).values;
    } catch (error) {
        throw new UserError(shown`${reason(error)}\n\n${usage}`);
    }
}

/** The options of every command that works on a stack. */
export const stackOptions = {
    stack: { type: "string", default: "local" },
    "config-file": { type: "string" },
} as const;

export const stackUsage = shown`  --stack NAME         the stack; its config is Pulumi.NAME.yaml, or examples/stacks/NAME.yaml (default: local)
  --config-file PATH   read the stack's config from this file instead`;

/** Resolves a path against the user's working directory: npm and main.ts change to the project's folder. */
export function userPath(path: string): string {
    return resolve(process.env["INIT_CWD"] ?? "", path);
}
