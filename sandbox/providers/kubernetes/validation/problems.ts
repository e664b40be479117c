import type { Value } from "../../../cloud/props";
import type { Field } from "./field";

/** The errors in an object, in an API server's words. Source: apimachinery, pkg/util/validation/field/errors.go. */
export class Problems {
    private readonly found = new Set<string>();

    /** The distinct errors, in the order in which they were found. */
    get messages(): readonly string[] {
        return [...this.found];
    }

    required(field: Field, detail = ""): void {
        this.add(field, "Required value", detail);
    }

    forbidden(field: Field, detail: string): void {
        this.add(field, "Forbidden", detail);
    }

    /** One message per detail; `value` if the error is about another value than the field's own. */
    invalid(field: Field, details: string | readonly string[], value: Value | undefined = field.value): void {
        for (const detail of typeof details === "string" ? [details] : details) {
            this.add(field, `Invalid value: ${shown(value)}`, detail);
        }
    }

    unsupported(field: Field, supported: readonly string[], value: Value = field.value ?? ""): void {
        const values = supported.map((each) => `"${each}"`).join(", ");
        this.add(field, `Unsupported value: ${shown(value)}`, `supported values: ${values}`);
    }

    duplicate(field: Field, value: Value | undefined = field.value): void {
        this.add(field, `Duplicate value: ${shown(value)}`, "");
    }

    notFound(field: Field): void {
        this.add(field, `Not found: ${shown(field.value)}`, "");
    }

    tooMany(field: Field, count: number, limit: number): void {
        this.add(field, `Too many: ${count}`, `must have at most ${limit} items`);
    }

    tooLong(field: Field, bytes: number): void {
        this.add(field, "Too long", `may not be more than ${bytes} bytes`);
    }

    private add(field: Field, body: string, detail: string): void {
        this.found.add(`${field.path}: ${body}${detail === "" ? "" : `: ${detail}`}`);
    }
}

function shown(value: Value | undefined): string {
    return JSON.stringify(value ?? null);
}
