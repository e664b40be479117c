import { UNKNOWN } from "../../protocol/types";
import type { Props, Value } from "../../protocol/types";
import type { PlainType, Shape, Shapes } from "./shape";

const quantity = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+|[EPTGMkmun]|[EPTGMK]i)?$/;
const quantityText = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/**
 * What an API server with `fieldValidation=Strict` says of an object that it cannot read: values of a wrong type (their
 * Go names as in its messages), or fields that it does not know. Nothing where it can; what is unknown yet fits anywhere.
 */
export function decodingProblems(shapes: Shapes, type: string, object: Props): string[] {
    const decoder = new Decoder(shapes);
    decoder.named(type, object, "", type);
    const unknown = decoder.unknown.map((path) => `unknown field "${path}"`).join(", ");
    return decoder.wrong.length > 0 ? decoder.wrong : unknown === "" ? [] : [`strict decoding error: ${unknown}`];
}

class Decoder {
    readonly wrong: string[] = [];
    readonly unknown: string[] = [];

    constructor(private readonly shapes: Shapes) {}

    /** `path` as strict decoding writes it (`spec.containers[0].image`), `field` as type errors do (`X.spec.containers.image`). */
    named(type: string, value: Value, path: string, field: string): void {
        if (value === UNKNOWN) {
            return;
        }
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            this.mismatch(value, field, `v1.${type}`);
            return;
        }
        const fields = this.shapes.fields(type);
        for (const [name, below] of Object.entries(value)) {
            const shape = fields.get(name);
            const belowPath = path === "" ? name : `${path}.${name}`;
            if (shape === undefined) {
                this.unknown.push(belowPath);
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
                this.plain(shape.type, value, field);
                return;
            case "named":
                this.named(shape.type, value, path, field);
                return;
            case "list":
                if (Array.isArray(value)) {
                    value.forEach((item, index) => this.shaped(shape.of, item, `${path}[${index}]`, field));
                } else {
                    this.mismatch(value, field, `[]${goType(shape.of)}`);
                }
                return;
            case "map":
                if (typeof value === "object" && !Array.isArray(value)) {
                    Object.entries(value).forEach(([name, below]) => this.shaped(shape.of, below, `${path}.${name}`, field));
                } else {
                    this.mismatch(value, field, `map[string]${goType(shape.of)}`);
                }
        }
    }

    private plain(type: PlainType, value: Value, field: string): void {
        if (type === "Quantity") {
            if ((typeof value !== "string" && typeof value !== "number") || !quantity.test(String(value))) {
                this.wrong.push(quantityText);
            }
        } else if (type === "bytes" && typeof value === "string") {
            this.base64(value);
        } else if (!fits(type, value)) {
            this.mismatch(value, field, goTypes[type]);
        }
    }

    /** Go names the byte at which reading stopped. */
    private base64(text: string): void {
        const read = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text)?.[0].length ?? 0;
        if (read < text.length) {
            const bad = text.slice(read).search(/[^A-Za-z0-9+/]/);
            this.wrong.push(`illegal base64 data at input byte ${bad === -1 ? Math.floor(text.length / 4) * 4 : read + bad}`);
        }
    }

    private mismatch(value: Value, field: string, type: string): void {
        const given = typeof value === "boolean" ? "bool" : Array.isArray(value) ? "array" : typeof value;
        const shown = given === "number" && !Number.isInteger(value) ? `number ${String(value)}` : given;
        this.wrong.push(`json: cannot unmarshal ${shown} into Go struct field ${field} of type ${type}`);
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
            return typeof value === "object" && value !== null && !Array.isArray(value);
        default:
            return typeof value === "string";
    }
}

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
