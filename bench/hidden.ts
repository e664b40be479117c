import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execFileSync } from "node:child_process";

import { readResources } from "../access";
import { hideEach } from "../test/access/support/hide";
import { exampleStacks } from "../test/support/examples";
import { projectDir } from "../toolkit/paths";
import { asShown, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";

/**
 * Hides each resource of each example stack, as if another stack had made it, and counts the cells of the matrix that disappear: none
 * may. The resources are those of previews in the sandbox, or of files in a folder.
 *
 *     npm run bench:hidden [-- FOLDER]
 */
function main(folder: string | undefined): number {
    const previews = folder ?? mkdtempSync(join(tmpdir(), "keyless-hidden-"));
    try {
        if (folder === undefined) {
            exampleStacks.forEach(({ name }) => preview(basename(name, ".yaml").replace("Pulumi.", ""), previews));
        }
        const [total, own] = [{ hidden: 0, compared: 0, lost: 0 }, {} as Record<string, number>];
        for (const file of readdirSync(previews).filter((name) => name.endsWith(".json"))) {
            const { after } = readResources(JSON.parse(readFileSync(join(previews, file), "utf8")));
            const found = hideEach(after);
            total.hidden += found.hidden;
            total.compared += found.compared;
            total.lost += found.lost.length;
            Object.entries(found.own).forEach(([type, count]) => (own[type] = (own[type] ?? 0) + count));
            print(shown`${file}: ${found.hidden} hidden, ${found.compared} cells compared, ${found.lost.length} lost`);
            found.lost.slice(0, 20).forEach((line) => print(shown`  ${asShown(line)}`));
        }
        print(shown`all: ${total.hidden} hidden, ${total.compared} cells compared, ${total.lost} lost`);
        print(shown`went with the permission, row or column that was hidden:`);
        Object.entries(own).forEach(([type, count]) => print(shown`  ${count} ${asShown(type)}`));
        return total.lost === 0 ? 0 : 1;
    } finally {
        if (folder === undefined) {
            rmSync(previews, { recursive: true });
        }
    }
}

function preview(stack: string, folder: string): void {
    const command = join(projectDir, "cli", "keyless.mjs");
    const args = [command, "access", "--stack", stack, "--save", join(folder, `${stack}.json`)];
    execFileSync(process.execPath, args, { env: { ...process.env, KEYLESS_STATE: join(folder, "state") } });
}

process.exitCode = main(process.argv[2]);
