import type { Created, Registered } from "../../test/support/mocks";

/** As much of a provider's schema as decides how a value is written (`tofu providers schema -json`). */
export interface Block {
    readonly attributes?: Readonly<Record<string, { readonly type?: unknown }>>;
    readonly block_types?: Readonly<Record<string, { readonly block: Block }>>;
}

export interface ProviderSchema {
    readonly provider: { readonly block: Block };
    readonly resource_schemas: Readonly<Record<string, { readonly block: Block }>>;
}

/** The provider that Pulumi's is made from: https://github.com/pulumi/pulumi-postgresql */
export const SOURCE = "cyrilgdn/postgresql";
const PROVIDER = "pulumi:providers:postgresql";

/** What a program registers with Postgres, as far as it is written. */
export type Resources = readonly Resource[];
/** Of Postgres, or what one of those depends on. */
type Resource = Pick<Registered, "type" | "name" | "inputs" | "urn" | "dependencies"> & Pick<Created, "provider">;

/**
 * The Postgres resources of a program as a configuration of Terraform's language in JSON: the same types, inputs,
 * providers and dependencies. A dependency on something else (AWS) becomes one on what that depends on.
 *
 * @throws Error if the schema lacks a type or an input
 */
export function configuration(resources: Resources, schema: ProviderSchema): object {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const written = resources.filter(({ type }) => type.startsWith("postgresql:"));
    const resource: Record<string, Record<string, object>> = {};
    for (const one of written) {
        const { type, name } = addressOf(one);
        const block = schema.resource_schemas[type]?.block;
        if (block === undefined) {
            throw new Error(`the provider has no type ${type}`);
        }
        const needed = [...reached(one, byUrn)].map(addressOf).map((address) => `${address.type}.${address.name}`);
        (resource[type] ??= {})[name] = {
            provider: `postgresql.${providerOf(one.provider)}`,
            ...values(one.inputs, block, type),
            ...(needed.length === 0 ? {} : { depends_on: needed.sort() }),
        };
    }
    const provider = resources
        .filter(({ type }) => type === PROVIDER)
        .map(({ name, inputs }) => ({ alias: name, ...values(inputs, schema.provider.block, "the provider") }));
    return {
        terraform: { required_providers: { postgresql: { source: SOURCE } } },
        provider: { postgresql: provider },
        resource,
    };
}

/** The Postgres resources that it depends on, through others too. */
function reached(
    { dependencies }: Resource,
    byUrn: ReadonlyMap<string, Resource>,
    seen = new Set<string>(),
): Set<Resource> {
    const found = new Set<Resource>();
    for (const urn of dependencies.filter((each) => !seen.has(each))) {
        seen.add(urn);
        const needed = byUrn.get(urn);
        if (needed?.type.startsWith("postgresql:") === true) {
            found.add(needed);
        } else if (needed !== undefined) {
            reached(needed, byUrn, seen).forEach((one) => found.add(one));
        }
    }
    return found;
}

/** `postgresql:index/defaultPrivileges:DefaultPrivileges` is `postgresql_default_privileges`. */
function addressOf({ type, name }: Pick<Resource, "type" | "name">) {
    return { type: `postgresql${snake(type.slice(type.lastIndexOf(":") + 1))}`, name };
}

/** A resource refers to its provider by URN and id. */
function providerOf(reference: string): string {
    return reference.split("::").at(-2) ?? "";
}

function values(inputs: object, block: Block, where: string): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(inputs)
            .filter(([, value]) => value !== undefined && value !== null)
            .map(([name, value]) => written(name, value, block, where)),
    );
}

/** The bridge calls lists by the plural: https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/names.go */
function written(name: string, value: unknown, { attributes = {}, block_types: blocks = {} }: Block, where: string) {
    const plain = snake(name).replace(/^_/, "");
    const names = [plain, plain.replace(/ies$/, "y"), plain.replace(/s$/, "")];
    const attribute = names.find((one) => attributes[one] !== undefined);
    if (attribute !== undefined) {
        return [attribute, typed(value, attributes[attribute]?.type)] as const;
    }
    const nested = names.find((one) => blocks[one] !== undefined);
    if (nested === undefined) {
        throw new Error(`${where} has no ${names.join(" or ")}`);
    }
    const inner = blocks[nested]?.block ?? {};
    const all = [typed(value, "object")].flat() as object[];
    return [nested, all.map((one) => values(one, inner, `${where}.${nested}`))] as const;
}

/** The SDK passes whatever is not text to providers as JSON in a text. */
function typed(value: unknown, type: unknown): unknown {
    if (typeof value === "string") {
        return type === "string" ? value : (JSON.parse(value) as unknown);
    }
    const fields = fieldsOf(type);
    return fields === undefined || !Array.isArray(value)
        ? value
        : value.map((one: object) => ({
              ...Object.fromEntries(Object.keys(fields).map((name) => [name, null])),
              ...values(one, { attributes: fields }, "an object"),
          }));
}

/**
 * The fields of the objects in a list: a block that the provider may fill is an attribute, in which none may be left out.
 * https://developer.hashicorp.com/terraform/language/attr-as-blocks
 */
function fieldsOf(type: unknown): Block["attributes"] {
    const [, element] = Array.isArray(type) ? (type as unknown[]) : [];
    const [kind, fields] = Array.isArray(element) ? (element as unknown[]) : [];
    if (kind !== "object") {
        return undefined;
    }
    return Object.fromEntries(Object.entries(fields as object).map(([name, of]) => [name, { type: of as unknown }]));
}

function snake(name: string): string {
    return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
