import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../sandbox/problem";
import { emitted, exampleStacks } from "./emitted";
import { readOptions, userPath } from "./options";

const USAGE = `usage: keyless documents --out DIR [--stack NAME]...

Writes every IAM document that stacks emit to a folder, one JSON file a document, named by
stack, type, resource and property, for any linter to read. Stacks that are not in the
sandbox are brought up for it and thrown away.

  --out DIR      the folder; made if it is not there
  --stack NAME   a stack (default: all of examples/stacks)`;

/** A resource as far as its documents go. */
interface Emitting {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
}

export async function documents(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, { out: { type: "string" }, stack: { type: "string", multiple: true } });
    if (options === undefined) {
        return 0;
    }
    if (options.out === undefined) {
        throw new UserError(`--out is missing\n\n${USAGE}`);
    }
    const dir = userPath(options.out);
    mkdirSync(dir, { recursive: true });
    let count = 0;
    for (const stack of options.stack ?? exampleStacks()) {
        for (const { name, document } of documentsOf(await emitted(stack))) {
            writeFileSync(join(dir, `${stack}.${name}.json`), `${JSON.stringify(document, undefined, 4)}\n`);
            count += 1;
        }
    }
    console.log(`${count} documents in ${dir}`);
    return 0;
}

/** The IAM documents among what resources were asked for, each with a name that no other has. */
export function documentsOf(resources: readonly Emitting[]): { readonly name: string; readonly document: unknown }[] {
    return resources
        .filter(({ type }) => type.startsWith("aws:"))
        .flatMap(({ urn, type, inputs = {} }) =>
            Object.entries(inputs).flatMap(([property, value]) => {
                const document = documentIn(value);
                const kind = type.split(":").at(-1);
                return document === undefined ? [] : [{ name: `${kind}.${urn.split("::").at(-1)}.${property}`, document }];
            }),
        );
}

/** A policy document, if a property holds one as text. */
function documentIn(value: unknown): unknown {
    if (typeof value !== "string" || !value.startsWith("{") || !value.includes('"Statement"')) {
        return undefined;
    }
    try {
        return JSON.parse(value);
    } catch {
        return undefined;
    }
}
