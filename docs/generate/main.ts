import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { files, root } from "./files";

for (const [path, content] of files()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
}
