import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../../toolkit/userError";
import { withPath } from "../../toolkit/system/userFile";
import { shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { objectsOf } from "./conformance";
import { deployedResources, exampleStacks } from "./deployedResources";
import { readOptions, userPath } from "../command/options";
import { terraformPlan } from "./terraformPlan";

export const USAGE = shown`usage: keyless documents --out DIR [--plans DIR] [--stack NAME]...

Writes every IAM document that stacks emit to a folder, one JSON file per document, named by
stack, type, resource and property, for any linter. Stacks that are not in the sandbox are
deployed first and discarded afterwards.

  --out DIR      the folder; created if missing
  --plans DIR    also write, per stack, its AWS resources as a Terraform plan and its
                 Kubernetes objects as a List, for linters of either
  --stack NAME   a stack (default: all of examples/stacks)`;

/** The parts of a resource that can hold documents. */
interface Emitting {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
}

export async function documents(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, {
        out: { type: "string" },
        plans: { type: "string" },
        stack: { type: "string", multiple: true },
    });
    if (options === undefined) {
        return 0;
    }
    if (options.out === undefined) {
        throw new UserError(shown`--out is missing\n\n${USAGE}`);
    }
    const dir = userPath(options.out);
    const plans = options.plans === undefined ? undefined : userPath(options.plans);
    [dir, plans].forEach((each) => each !== undefined && withPath(each, () => mkdirSync(each, { recursive: true })));
    let count = 0;
    for (const stack of options.stack ?? exampleStacks()) {
        const resources = await deployedResources(stack);
        for (const { name, document } of documentsOf(resources)) {
            write(join(dir, `${stack}.${name}.json`), document);
            count += 1;
        }
        if (plans !== undefined) {
            write(join(plans, `${stack}.tfplan.json`), terraformPlan(resources));
            write(join(plans, `${stack}.kubernetes.json`), {
                apiVersion: "v1",
                kind: "List",
                items: objectsOf(resources),
            });
        }
    }
    print(`${count} documents in ${dir}`);
    return 0;
}

function write(file: string, content: unknown): void {
    writeFileSync(file, `${JSON.stringify(content, undefined, 4)}\n`);
}

/** The IAM documents among the resources' inputs, each with a unique name. */
export function documentsOf(resources: readonly Emitting[]): { readonly name: string; readonly document: unknown }[] {
    return resources
        .filter(({ type }) => type.startsWith("aws:"))
        .flatMap(({ urn, type, inputs = {} }) =>
            Object.entries(inputs).flatMap(([property, value]) => {
                const document = documentIn(value);
                const kind = type.split(":").at(-1);
                return document === undefined
                    ? []
                    : [{ name: `${kind}.${urn.split("::").at(-1)}.${property}`, document }];
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
