import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterPlatform, serverPlatform } from "../config/platform";
import { settingsSchema } from "../config/settings";

const root = join(__dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The part of zod's own description of a schema that this looks at. */
interface Schema {
    readonly _zod: {
        readonly def: {
            readonly type: string;
            readonly shape?: Readonly<Record<string, Schema>>;
            readonly innerType?: Schema;
            readonly element?: Schema;
            readonly in?: Schema;
            readonly out?: Schema;
            readonly options?: readonly Schema[];
        };
    };
}

/** Every key that a stack's config may have, with the groups that it is in. */
function keysOf(schema: Schema, path: readonly string[] = []): string[] {
    const { shape = {}, innerType, element, in: given, out, options = [] } = schema._zod.def;
    const inside = [innerType, element, given, out, ...options].filter((one) => one !== undefined);
    return [
        ...Object.entries(shape).flatMap(([key, value]) => [[...path, key].join("."), ...keysOf(value, [...path, key])]),
        ...inside.flatMap((one) => keysOf(one, path)),
    ];
}

describe("the README", () => {
    it("has every key of a stack's config in its table", () => {
        const rows = readme.split("\n").filter((line) => line.startsWith("| `"));
        const written = new Set(rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) => code.split(/[^A-Za-z-]+/))));
        const all = [keysOf(settingsSchema), ...[clusterPlatform, serverPlatform].map((one) => keysOf(one, ["platform"]))];
        const keys = [...new Set(all.flat())];
        assert.ok(keys.length > 50);
        assert.deepEqual(keys.filter((key) => !written.has(key.slice(key.lastIndexOf(".") + 1))), []);
    });

    it("links to files that are there, and to every example", () => {
        const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = ""]) => path);
        assert.deepEqual(links.filter((path) => !existsSync(join(root, path))), []);
        const examples = readdirSync(join(root, "examples", "stacks")).filter((name) => name.endsWith(".yaml")).map((name) => `examples/stacks/${name}`);
        assert.deepEqual(examples.filter((path) => !links.includes(path)), []);
    });
});
