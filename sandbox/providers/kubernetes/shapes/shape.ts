/** The type of a field: a primitive, another named type, a list (`[X]`) or a map from names to values (`{X}`). */
export type Shape =
    | { readonly kind: "plain"; readonly type: PlainType }
    | { readonly kind: "named"; readonly type: string }
    | { readonly kind: "list" | "map"; readonly of: Shape };

const plainTypes = ["string", "bool", "int32", "int64", "Quantity", "IntOrString", "Time", "bytes", "object"] as const;

/** `bytes` is a base64 string; `object` is any object, for parts of the API that are not validated. */
export type PlainType = (typeof plainTypes)[number];

/** The fields of a named type, in alphabetical order. */
export type Fields = ReadonlyMap<string, Shape>;

/** Named types of the Kubernetes API, parsed on first use: start-up time counts and a run uses few types. */
export class Shapes {
    private readonly lines = new Map<string, string>();
    private readonly parsed = new Map<string, Fields>();

    /** One type per line: `Name: field type, field [type], field {type}`; indented lines continue the previous one. */
    constructor(...texts: readonly string[]) {
        for (const line of texts.flatMap((text) => text.trim().replaceAll(/\n\s+/g, " ").split("\n"))) {
            const colon = line.indexOf(":");
            this.lines.set(line.slice(0, colon), line.slice(colon + 1));
        }
    }

    /** The fields of a type. An unknown type is an error in the text. */
    fields(name: string): Fields {
        const known = this.parsed.get(name);
        if (known !== undefined) {
            return known;
        }
        const line = this.lines.get(name);
        if (line === undefined) {
            throw new Error(`unknown shape ${name}`);
        }
        const fields = new Map(
            line.split(",").map((entry): [string, Shape] => {
                const [field = "", type = ""] = entry.trim().split(" ");
                return [field, shape(type)];
            }),
        );
        this.parsed.set(name, fields);
        return fields;
    }

    /** All type names, for the test that resolves each. */
    names(): string[] {
        return [...this.lines.keys()];
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
