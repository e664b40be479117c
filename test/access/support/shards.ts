import type { Sketch } from "./resources";
import { exportOf, urn } from "./resources";
import { tenantStack, type, type TypeName } from "./stack";

/** The name of the stack of all sketches, which becomes the platform's. */
const PLATFORM = "test";

/** The documents of a platform's stack and of its shards, as `pulumi stack export` writes them, by the stack's name. */
export type Documents = Readonly<Record<string, unknown>>;

/** Further resources of a shard, beside those of its tenants. */
export type Planted = Readonly<Record<string, readonly Sketch[]>>;

/** A platform, and shards with these tenants. */
export function documentsOf(shards: Readonly<Record<string, readonly string[]>>, planted: Planted = {}): Documents {
    const platform = tenantStack({ tenants: [] });
    const known = new Set(platform.map(keyOf));
    const own = Object.entries(shards).map(([name, tenants]): [string, unknown] => {
        const declared = tenantStack({ tenants }).filter((sketch) => !known.has(keyOf(sketch)));
        return [name, inStack(name, [...declared, ...(planted[name] ?? [])])];
    });
    return { [PLATFORM]: exportOf(platform), ...Object.fromEntries(own) };
}

/** A resource of a provider of the platform. */
export function planted(kind: TypeName, name: string, inputs: object): Sketch {
    const provider = kind === "account" ? "kubeProvider" : "pgProvider";
    return {
        type: type(kind),
        name,
        id: name,
        inputs: { ...inputs },
        outputs: { ...inputs },
        ...(/^(pg|grant|defaults|schema|account)/.test(kind) && { provider: urn(type(provider), "main") }),
    };
}

/** The export of resources of another stack, which use the platform's providers and clusters. */
function inStack(stack: string, sketches: readonly Sketch[]): unknown {
    const { deployment } = exportOf(sketches) as { deployment: { resources: { urn: string }[] } };
    const own = new Set(deployment.resources.map((one) => one.urn));
    const text = JSON.stringify({ version: 3, deployment }, (_, value: unknown) =>
        typeof value === "string" && own.has(value) ? value.replace(`:${PLATFORM}::`, `:${stack}::`) : value,
    );
    return JSON.parse(text) as unknown;
}

function keyOf({ type: of, name }: Sketch): string {
    return `${of} ${name}`;
}
