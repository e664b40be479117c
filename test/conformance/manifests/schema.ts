import { readFileSync } from "node:fs";
import { join } from "node:path";

import Ajv from "ajv";
import { parse } from "yaml";

import type { Manifest } from "./server";

type Schema = Record<string, unknown>;

interface Definition {
    readonly spec: {
        readonly versions: readonly { readonly name: string; readonly schema: { openAPIV3Schema: Schema } }[];
    };
}

/** A custom resource definition, as the operator publishes it. */
export function definitionIn(crds: string, name: string): Definition {
    return parse(readFileSync(join(crds, name), "utf8"), { maxAliasCount: -1 }) as Definition;
}

/** What the operator's published schema refuses of its Stacks, unknown fields included. */
export function bySchema(crds: string, objects: readonly Manifest[]): readonly string[] {
    const { versions } = definitionIn(crds, "pulumi.com_stacks.yaml").spec;
    const schema = versions.find(({ name }) => name === "v1")?.schema.openAPIV3Schema ?? {};
    const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile<unknown>(closed(schema));
    const stacks = objects.filter(({ kind }) => kind === "Stack");
    return stacks.flatMap((stack) =>
        validate(stack as unknown)
            ? []
            : (validate.errors ?? []).map(
                  ({ instancePath, message = "", params }) =>
                      `${stack.metadata.name}${instancePath}: ${message} ${JSON.stringify(params)}`,
              ),
    );
}

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
