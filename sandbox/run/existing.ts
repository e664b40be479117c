import { readFileSync } from "node:fs";
import { relative } from "node:path";

import { Store } from "../cloud/store";
import { projectDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { Cloud } from "../cloud/aws/cloud";
import { putExisting, type Existing } from "../providers/aws/existing";
import { fileBeside } from "../../toolkit/system/stackFile";

/**
 * Creates in the stand-in cloud the objects that a stack expects to exist, such as a security group that it references
 * by id or another team's network. `NAME.existing.json` beside the stack's file lists them: each has a type, an id and
 * inputs, and is in the stack's region.
 *
 * @throws UserError that describes what is wrong with the list
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
