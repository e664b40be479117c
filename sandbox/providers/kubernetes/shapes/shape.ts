/** The type of a field: a primitive, another named type, a list (`[X]`) or a map from names to values (`{X}`). */
export type Shape =
    | { readonly kind: "plain"; readonly type: PlainType }
    | { readonly kind: "named"; readonly type: string }
    | { readonly kind: "list" | "map"; readonly of: Shape };

const plainTypes = ["string", "bool", "int32", "int64", "Quantity", "IntOrString", "Time", "bytes", "object"] as const;

/** `bytes` is a base64 string; `object` is any object, for parts of the API that are not validated. */
export type PlainType = (typeof plainTypes)[number];

/** The fields of a named type. */
export type Fields = ReadonlyMap<string, Shape>;

/** Named types of the Kubernetes API, parsed on first use: start-up time counts and a run uses few types. */
export class Shapes {
    private readonly parsed = new Map<string, Fields>();

    /** @param types from a type's name to its fields' types, each `type`, `[type]` or `{type}` */
    constructor(private readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>) {}

    /** The fields of a type. A name that is not a type's is an error in the generated file. */
    fields(name: string): Fields {
        const known = this.parsed.get(name);
        if (known !== undefined) {
            return known;
        }
        const type = this.types[name];
        if (type === undefined) {
            throw new Error(`unknown shape ${name}`);
        }
        const fields = new Map(Object.entries(type).map(([field, text]): [string, Shape] => [field, shape(text)]));
        this.parsed.set(name, fields);
        return fields;
    }

    /** All type names, for the test that resolves each. */
    names(): string[] {
        return Object.keys(this.types);
    }
}

function shape(type: string): Shape {
    if (type.startsWith("[")) {
        return { kind: "list", of: shape(type.slice(1, -1)) };
    }
    if (type.startsWith("{")) {
        return { kind: "map", of: shape(type.slice(1, -1)) };
    }
    const plain = plainTypes.find((each) => each === type);
    return plain === undefined ? { kind: "named", type } : { kind: "plain", type: plain };
}
