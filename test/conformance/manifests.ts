// `npm run conformance:manifests -- --crds DIR`: validates what `keyless fleet manifests --for operator` writes against the operator's own
// schema, with unknown fields refused. DIR is deploy/crds of https://github.com/pulumi/pulumi-kubernetes-operator.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import Ajv from "ajv";
import { parse, parseAllDocuments } from "yaml";

import { operatorManifest } from "../../cli/fleet/manifests/operator";
import { quoted, shown } from "../../toolkit/shown";
import { print, tell } from "../../toolkit/terminal";
import { described } from "../cli/fleet/support";

type Schema = Record<string, unknown>;

interface Definition {
    readonly spec: {
        readonly versions: readonly { readonly name: string; readonly schema: { openAPIV3Schema: Schema } }[];
    };
}

const { crds } = parseArgs({ options: { crds: { type: "string" } } }).values;
if (crds === undefined) {
    tell("usage: npm run conformance:manifests -- --crds DIR");
    process.exit(2);
}
const definition = parse(readFileSync(join(crds, "pulumi.com_stacks.yaml"), "utf8"), {
    maxAliasCount: -1,
}) as Definition;
const schema = definition.spec.versions.find(({ name }) => name === "v1")?.schema.openAPIV3Schema ?? {};
const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(closed(schema));

const all = described();
let refused = 0;
for (const cell of all.plan.cells) {
    for (const document of parseAllDocuments(operatorManifest(all, cell))) {
        const object = document.toJS() as { readonly kind: string; readonly metadata: { readonly name: string } };
        if (object.kind === "Stack" && !validate(document.toJS())) {
            refused += 1;
            (validate.errors ?? []).forEach(({ instancePath, message = "", params }) =>
                print(
                    shown`${object.metadata.name}${instancePath}: ${quoted(message)} ${quoted(JSON.stringify(params))}`,
                ),
            );
        }
    }
}
print(`${refused} Stacks refused`);
process.exitCode = refused === 0 ? 0 : 1;

/** The schema with unknown fields refused, as the API server does with strict field validation. */
function closed(value: unknown): Schema {
    const entries = Object.entries(value as Schema).map(
        ([key, each]) =>
            [key, typeof each === "object" && each !== null && !Array.isArray(each) ? closed(each) : each] as const,
    );
    const made = Object.fromEntries(entries);
    const isObject = made["type"] === "object" && typeof made["properties"] === "object";
    const open = made["x-kubernetes-preserve-unknown-fields"] === true || "additionalProperties" in made;
    // The API server itself knows an object's metadata.
    return isObject && !open ? { ...made, additionalProperties: false } : made;
}
