import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type * as Program from "../../index";
import { record, valueOf, type RecordOptions, type Recording } from "./mocks";

const load = createRequire(__filename);

/** Runs index.ts again, and returns its resources and outputs; in a preview, outputs are unknown. */
export async function runProgram(
    options: RecordOptions,
): Promise<{ recording: Recording; outputs: Record<string, unknown> }> {
    let outputs: Record<string, unknown> = {};
    const recording = await record(async () => {
        delete load.cache[load.resolve("../../index")];
        const program = load("../../index") as typeof Program;
        outputs =
            options.preview === true ? {} : await valueOf(pulumi.output({ ...program } as Record<string, unknown>));
    }, options);
    return { recording, outputs };
}
