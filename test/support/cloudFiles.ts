import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The files of everything in the stand-in cloud, by their paths below its folder. */
export function cloudFiles(cloud: string): Readonly<Record<string, string>> {
    const files = readdirSync(cloud, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    return Object.fromEntries(
        files.map(({ parentPath, name }) => {
            const path = join(parentPath, name);
            return [path.slice(cloud.length), readFileSync(path, "utf8")];
        }),
    );
}
