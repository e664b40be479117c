import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { settingsSchema } from "../../config/settings";
import { configKeys, type Key } from "../../docs/generate/configKeys";
import { jsonSchema } from "../../docs/generate/jsonSchema";
import { root } from "../../docs/generate/files";
import { wrongsOf } from "../support/configProblems";

const validate = new Ajv({ strict: false }).compile(JSON.parse(jsonSchema()) as object);
const least = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };

/** Where an editor shows an error in a stack's file; `config` has its keys without the prefix. */
function errorsIn(config: Record<string, unknown>): string[] {
    const entries = Object.entries(config).map(([key, value]) => [`keyless:${key}`, value] as const);
    validate({ config: Object.fromEntries(entries) });
    return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

/** The part of zod's own description of a schema that this looks at. */
interface Schema {
    meta(): { readonly examples?: readonly unknown[] } | undefined;
    safeParse(value: unknown): { readonly success: boolean };
    readonly _zod: {
        readonly def: {
            readonly shape?: Readonly<Record<string, unknown>>;
            readonly innerType?: unknown;
            readonly element?: unknown;
            readonly in?: unknown;
            readonly options?: readonly unknown[];
        };
    };
}

function isSchema(value: unknown): value is Schema {
    return typeof value === "object" && value !== null && "_zod" in value;
}

/** A schema with all those in it. */
function within(schema: Schema): Schema[] {
    const { shape = {}, innerType, element, in: given, options = [] } = schema._zod.def;
    const inner = [innerType, element, given, ...Object.values(shape), ...options];
    return [schema, ...inner.filter(isSchema).flatMap(within)];
}

describe("the schema for editors", () => {
    const stacks = readdirSync(join(root, "examples/stacks")).filter((name) => name.endsWith(".yaml"));
    for (const file of ["Pulumi.dev.yaml", "Pulumi.local.yaml", ...stacks.map((name) => `examples/stacks/${name}`)]) {
        it(`takes ${file}`, () => {
            validate(parse(readFileSync(join(root, file), "utf8")));
            assert.deepEqual(validate.errors ?? [], []);
        });
    }

    for (const [config, path] of [
        [{ platform: least, acess: {} }, "/config/keyless:acess"],
        [{ platform: least, deploy: "data" }, "/config/keyless:deploy"],
        [{ platform: { ...least, cluster: { version: 1.33 } } }, "/config/keyless:platform/cluster/version"],
        [{ platform: { ...least, network: { zones: 9 } } }, "/config/keyless:platform/network/zones"],
        [{ platform: { ...least, netwerk: {} } }, "/config/keyless:platform"],
        [{ platform: { ...least, logDays: 100 } }, "/config/keyless:platform/logDays"],
        [
            { platform: least, access: { tenants: [{ name: "shop", identity: "iam" }] } },
            "/config/keyless:access/tenants/0/identity",
        ],
        [{ platform: least, access: { tenants: [{ namespace: "shop" }] } }, "/config/keyless:access/tenants/0"],
        [{ platform: least, permissionsBoundary: "boundary" }, "/config/keyless:permissionsBoundary"],
        [{ platform: least, assertions: [{ never: "a reads b", only: "a reads b" }] }, "/config/keyless:assertions/0"],
        [{ platform: least, assertions: [{ isolated: ["shop"] }] }, "/config/keyless:assertions/0/isolated"],
    ] as const) {
        it(`refuses, like the program, ${JSON.stringify(config)}`, () => {
            assert.ok(errorsIn(config).includes(path), errorsIn(config).join(", "));
            assert.notDeepEqual(wrongsOf(config), []);
        });
    }

    it("has examples that the program accepts", () => {
        const all = within(settingsSchema);
        const examples = all.flatMap((schema) =>
            (schema.meta()?.examples ?? []).map((example) => [schema, example] as const),
        );
        assert.ok(examples.length > 20);
        assert.deepEqual(
            examples.filter(([schema, example]) => !schema.safeParse(example).success).map(([, example]) => example),
            [],
        );
    });
});

describe("the config's keys", () => {
    it("all have a description", () => {
        const keys = keysOf(configKeys);
        assert.ok(keys.length > 100);
        assert.deepEqual(
            keys.filter(([, { description }]) => description === undefined).map(([path]) => path),
            [],
        );
    });
});

/** Every key in a group, with its path. */
function keysOf({ properties = {}, items, anyOf = [] }: Key, path = ""): [string, Key][] {
    const own = Object.entries(properties).flatMap(([name, key]): [string, Key][] => [
        [`${path}.${name}`, key],
        ...keysOf(key, `${path}.${name}`),
    ]);
    return [...own, ...[...(items === undefined ? [] : [items]), ...anyOf].flatMap((inner) => keysOf(inner, path))];
}
