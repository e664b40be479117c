import { UNKNOWN } from "../../../cloud/props";
import type { Props, Value } from "../../../cloud/props";
import type { PlainType, Shape, Shapes } from "./shape";
import { isProps } from "../../../cloud/props";

const quantity = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+|[EPTGMkmun]|[EPTGMK]i)?$/;
const quantityText = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** A value that cannot be decoded: Go's message, and the path and type in OpenAPI's terms. */
export interface Unreadable {
    readonly text: string;
    readonly path: string;
    readonly given: string;
    readonly wanted: string;
}

export interface Decoding {
    readonly unreadable: readonly Unreadable[];
    /** Paths of fields that the type does not have. */
    readonly unknownFields: readonly string[];
}

/** Decodes an object as an API server with `fieldValidation=Strict` does. Unknown values match every type. */
export function decode(shapes: Shapes, type: string, object: Props): Decoding {
    const decoder = new Decoder(shapes);
    decoder.named(type, object, "", type);
    return decoder;
}

class Decoder implements Decoding {
    readonly unreadable: Unreadable[] = [];
    readonly unknownFields: string[] = [];

    constructor(private readonly shapes: Shapes) {}

    /** `path` is for strict decoding errors (`spec.containers[0].image`), `field` for type errors (`X.spec.containers.image`). */
    named(type: string, value: Value, path: string, field: string): void {
        if (value === UNKNOWN) {
            return;
        }
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            this.mismatch(value, path, field, `v1.${type}`, "object");
            return;
        }
        const fields = this.shapes.fields(type);
        for (const [name, below] of Object.entries(value)) {
            const shape = fields.get(name);
            const belowPath = path === "" ? name : `${path}.${name}`;
            if (shape === undefined) {
                this.unknownFields.push(belowPath);
            } else {
                this.shaped(shape, below, belowPath, `${type}.${[...field.split(".").slice(1), name].join(".")}`);
            }
        }
    }

    private shaped(shape: Shape, value: Value, path: string, field: string): void {
        if (value === UNKNOWN || value === null) {
            return;
        }
        switch (shape.kind) {
            case "plain":
                this.plain(shape.type, value, path, field);
                return;
            case "named":
                this.named(shape.type, value, path, field);
                return;
            case "list":
                if (Array.isArray(value)) {
                    value.forEach((item, index) => this.shaped(shape.of, item, `${path}[${index}]`, field));
                } else {
                    this.mismatch(value, path, field, `[]${goType(shape.of)}`, "array");
                }
                return;
            case "map":
                if (typeof value === "object" && !Array.isArray(value)) {
                    Object.entries(value).forEach(([name, below]) =>
                        this.shaped(shape.of, below, `${path}.${name}`, field),
                    );
                } else {
                    this.mismatch(value, path, field, `map[string]${goType(shape.of)}`, "object");
                }
        }
    }

    private plain(type: PlainType, value: Value, path: string, field: string): void {
        if (type === "Quantity") {
            if ((typeof value !== "string" && typeof value !== "number") || !quantity.test(`${value}`)) {
                this.unreadable.push({ text: quantityText, path, given: openApiType(value), wanted: "string" });
            }
        } else if (type === "bytes" && typeof value === "string") {
            this.base64(value, path);
        } else if (!fits(type, value)) {
            this.mismatch(value, path, field, goTypes[type], openApiTypes[type]);
        }
    }

    /** Go reports the byte at which decoding stopped. */
    private base64(text: string, path: string): void {
        const read = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text)?.[0].length ?? 0;
        if (read < text.length) {
            const bad = text.slice(read).search(/[^A-Za-z0-9+/]/);
            const byte = bad === -1 ? Math.floor(text.length / 4) * 4 : read + bad;
            this.unreadable.push({
                text: `illegal base64 data at input byte ${byte}`,
                path,
                given: "string",
                wanted: "string",
            });
        }
    }

    private mismatch(value: Value, path: string, field: string, type: string, wanted: string): void {
        const given = typeof value === "boolean" ? "bool" : Array.isArray(value) ? "array" : typeof value;
        const shown = typeof value === "number" && !Number.isInteger(value) ? `number ${value}` : given;
        const text = `json: cannot unmarshal ${shown} into Go struct field ${field} of type ${type}`;
        this.unreadable.push({ text, path, given: openApiType(value), wanted });
    }
}

function fits(type: PlainType, value: Value): boolean {
    switch (type) {
        case "bool":
            return typeof value === "boolean";
        case "int32":
        case "int64":
            return Number.isInteger(value);
        case "IntOrString":
            return typeof value === "string" || Number.isInteger(value);
        case "object":
            return isProps(value);
        default:
            return typeof value === "string";
    }
}

function openApiType(value: Value): string {
    return Number.isInteger(value) ? "integer" : Array.isArray(value) ? "array" : typeof value;
}

const openApiTypes: Record<PlainType, string> = {
    string: "string",
    bool: "boolean",
    int32: "integer",
    int64: "integer",
    Quantity: "string",
    IntOrString: "string",
    Time: "string",
    bytes: "string",
    object: "object",
};

const goTypes: Record<PlainType, string> = {
    string: "string",
    bool: "bool",
    int32: "int32",
    int64: "int64",
    Quantity: "resource.Quantity",
    IntOrString: "intstr.IntOrString",
    Time: "v1.Time",
    bytes: "[]uint8",
    object: "map[string]interface {}",
};

function goType(shape: Shape): string {
    switch (shape.kind) {
        case "plain":
            return goTypes[shape.type];
        case "named":
            return `v1.${shape.type}`;
        case "list":
            return `[]${goType(shape.of)}`;
        case "map":
            return `map[string]${goType(shape.of)}`;
    }
}
