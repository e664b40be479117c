import { relative } from "node:path";

import { shown } from "../../../toolkit/shown";
import { print, printJson } from "../../../toolkit/terminal";
import { usesOf } from "../limits";
import { common } from "../options";
import { filesOf } from "../plan";
import { readFleet, writeFleet } from "../shards";
import { verb } from "../verb";

export const plan = verb(common, async (path, { json }) => {
    const read = readFleet(path);
    writeFleet(path, read);
    const { placement, shards } = read;
    const cells = read.plan.cells.map((cell) => {
        const own = shards.filter((shard) => shard.cell === cell);
        const units = own.flatMap((shard) => shard.units);
        return { cell: cell.name, shards: own.length, uses: usesOf(cell, units) };
    });
    if (json) {
        printJson({ placement, cells });
        return 0;
    }
    for (const { cell, shards: number, uses } of cells) {
        print(`${cell}: ${number} shards`);
        uses.forEach(({ what, used, most, source }) => print(shown`  ${used} of ${most} ${what} (${source})`));
    }
    print(
        `written: ${relative(process.cwd(), filesOf(path).placement)} and ${read.stacks.length} config files of shards`,
    );
    return 0;
});
