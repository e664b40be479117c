import { writeFileSync } from "node:fs";

import { reason } from "../../toolkit/shown";
import { tell } from "../../toolkit/terminal";
import { interrupt } from "../command/interrupt";
import { previewDigest } from "./digest";

/** Previews the program in a folder and writes the engine's output to a file: `revision.ts STACK FOLDER FILE [CONFIG-FILE]`. */
async function main([stack = "", root = "", file = "", configFile]: string[]): Promise<void> {
    writeFileSync(file, JSON.stringify(await previewDigest({ stack, root, configFile })));
}

void main(process.argv.slice(2)).then(
    () => process.exit(0),
    (error: unknown) => {
        if (interrupt.aborted) {
            process.exit(130);
        }
        tell(reason(error));
        process.exit(1);
    },
);
