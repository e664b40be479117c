import { readFileSync } from "node:fs";
import { relative } from "node:path";

import { Store } from "../cloud/store";
import { projectDir } from "../paths";
import { UserError } from "../userError";
import { Cloud } from "../providers/aws/cloud";
import { putExisting, type Existing } from "../providers/aws/existing";
import { fileBeside } from "./stackFile";

/**
 * Puts into the stand-in cloud what a stack expects to find there, a security group by its id or another team's network, as
 * `NAME.existing.json` beside the stack's file lists it: objects of a type, an id and inputs, in the region of the stack.
 *
 * @throws UserError that says what is wrong with the list
 */
export function putWhatExists(stack: string, region: string): void {
    const file = fileBeside(stack, "existing.json");
    if (file === undefined) {
        return;
    }
    try {
        putExisting(new Cloud(new Store(), region), JSON.parse(readFileSync(file, "utf8")) as Existing[]);
    } catch (error) {
        throw new UserError(`${relative(projectDir, file)}: ${error instanceof Error ? error.message : String(error)}`);
    }
}
