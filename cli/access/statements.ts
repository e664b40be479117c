import { parse } from "yaml";

import { parseAssertions, UnreadableAssertions } from "../../access";
import type { Assertion } from "../../access";
import { UserError } from "../../toolkit/userError";
import { quoted, reason, shown } from "../../toolkit/shown";
import { readUserFile } from "../../toolkit/system/userFile";
import { userPath } from "../command/options";

/** Reads a file of assertions. */
export function statementsIn(file: string): readonly Assertion[] {
    return statementsOf([readYaml(readUserFile(userPath(file)), file)], file);
}

/**
 * Reads configs' assertions under keyless:assertions: each a list or, as the engine passes lists on, its text.
 *
 * @param source for messages: where the configs come from
 */
export function statementsOf(stated: readonly unknown[], source: string): readonly Assertion[] {
    try {
        return stated.flatMap((one) => parseAssertions(typeof one === "string" ? readYaml(one, source) : one));
    } catch (error) {
        throw error instanceof UnreadableAssertions ? new UserError(quoted(error.message)) : error;
    }
}

function readYaml(text: string, source: string): unknown {
    try {
        return parse(text) as unknown;
    } catch (error) {
        throw new UserError(shown`${source}: the assertions can't be read as YAML: ${reason(error)}`);
    }
}
