import { join } from "node:path";

import { readResources, UnreadableResources } from "../../../access";
import { reason, shown } from "../../../toolkit/shown";
import { readIfThere, writeWhole } from "../../../toolkit/system/files";
import { UserError } from "../../../toolkit/userError";
import { ownName } from "../../command/stackName";

/** Where a stack's document comes from: its export, or its preview. Undefined if there is no such stack. */
export type StackSource = (stack: string) => Promise<unknown>;

/** A stack's resources, and those before if the document is a preview; undefined for a stack that does not exist. */
export type Read = ReturnType<typeof readResources>;

/** @throws UserError when the document cannot be read */
export async function readStack(source: StackSource, stack: string): Promise<Read | undefined> {
    const document = await source(stack);
    try {
        return document === undefined ? undefined : readResources(document);
    } catch (error) {
        if (error instanceof UnreadableResources) {
            throw new UserError(shown`${stack}: ${reason(error)}`);
        }
        throw error;
    }
}

/** Documents in a folder, as {@link saving} writes them. */
export function savedIn(folder: string): StackSource {
    return async (stack) => {
        const path = fileIn(folder, stack);
        const found = readIfThere(path);
        try {
            return found === undefined ? undefined : (JSON.parse(found) as unknown);
        } catch (error) {
            throw new UserError(shown`${path} can't be read as JSON: ${reason(error)}`);
        }
    };
}

/** The source, which also writes each document to a folder. */
export function saving(source: StackSource, folder: string): StackSource {
    return async (stack) => {
        const document = await source(stack);
        if (document !== undefined) {
            writeWhole(fileIn(folder, stack), JSON.stringify(document));
        }
        return document;
    };
}

/** A platform's stack is named with its organization and project. */
function fileIn(folder: string, stack: string): string {
    return join(folder, `${ownName(stack)}.json`);
}
