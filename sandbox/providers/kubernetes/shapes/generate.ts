import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { kinds } from "../kinds";
import { securityGroupPolicy } from "./securityGroupPolicy";

/** A schema of Kubernetes' OpenAPI document, as far as the shapes need it. */
interface Schema {
    readonly $ref?: string;
    readonly type?: string;
    readonly format?: string;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly additionalProperties?: Schema;
    readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
}

/**
 * Writes kubernetes.json: the types that the stand-in's kinds consist of, from Kubernetes' published OpenAPI document.
 * The document does not contain the version it belongs to: https://github.com/kubernetes/kubernetes/tree/master/api/openapi-spec
 */
function generate(version: string, file: string): void {
    const { definitions } = JSON.parse(readFileSync(file, "utf8")) as { definitions: Record<string, Schema> };
    const types: Record<string, Record<string, string>> = {};
    const origins = new Map<string, string>();

    const typeOf = ({ $ref, type, format, items, additionalProperties }: Schema): string => {
        if ($ref !== undefined) {
            return referenced($ref.replace("#/definitions/", ""));
        }
        if (items !== undefined) {
            return `[${typeOf(items)}]`;
        }
        if (additionalProperties !== undefined) {
            return `{${typeOf(additionalProperties)}}`;
        }
        const plain = plainTypes[`${type} ${format ?? ""}`.trim()];
        if (plain === undefined) {
            throw new Error(`no shape for type ${type} and format ${format}`);
        }
        return plain;
    };
    const referenced = (id: string): string => {
        const name = id.slice(id.lastIndexOf(".") + 1);
        const schema = definitions[id] ?? {};
        if (schema.properties === undefined) {
            return wrappers[name] ?? typeOf(schema);
        }
        if ((origins.get(name) ?? id) !== id) {
            throw new Error(`two types are called ${name}: ${origins.get(name)} and ${id}`);
        }
        if (!origins.has(name)) {
            origins.set(name, id);
            types[name] = Object.fromEntries(
                Object.entries(schema.properties).map(([field, below]) => [field, typeOf(below)]),
            );
        }
        return name;
    };

    for (const { apiVersion, kind } of kinds.values()) {
        if (kind in securityGroupPolicy) {
            continue;
        }
        const [root] = Object.entries(definitions).find(([, { "x-kubernetes-group-version-kind": names = [] }]) =>
            names.some(
                (name) => name.kind === kind && [name.group, name.version].filter(Boolean).join("/") === apiVersion,
            ),
        ) ?? [`${apiVersion} ${kind}`];
        referenced(root);
    }
    const source = `https://github.com/kubernetes/kubernetes/blob/v${version}/api/openapi-spec/swagger.json`;
    const sorted = Object.fromEntries(Object.entries(types).sort(([one], [other]) => (one < other ? -1 : 1)));
    writeFileSync(
        join(__dirname, "kubernetes.json"),
        `${JSON.stringify({ kubernetes: version, source, types: sorted }, null, 4)}\n`,
    );
}

const plainTypes: Readonly<Record<string, string>> = {
    string: "string",
    boolean: "bool",
    "integer int32": "int32",
    "integer int64": "int64",
    "string byte": "bytes",
    "string date-time": "Time",
    "string int-or-string": "IntOrString",
    object: "object",
};

/** Types that are a string in JSON and more than that to an API server. */
const wrappers: Readonly<Record<string, string>> = { Quantity: "Quantity" };

const [version, file] = process.argv.slice(2);
if (version === undefined || file === undefined) {
    throw new Error("usage: npm run kubernetes:shapes -- VERSION SWAGGER_JSON");
}
generate(version, file);
