import { UNKNOWN } from "../../../cloud/props";
import type { Props, Value } from "../../../cloud/props";
import { isProps } from "../../../cloud/props";

/**
 * A position in an object, with the path that an API server reports (`spec.containers[0].image`). Unknown values read
 * as absent, so that a preview checks what it can; {@link isSet} distinguishes them.
 */
export class Field {
    constructor(
        readonly path: string,
        readonly value: Value | undefined,
    ) {}

    static root(object: Props): Field {
        return new Field("", object);
    }

    /** The child field with this name; absent if this one is. */
    at(...names: readonly string[]): Field {
        return names.reduce<Field>(
            (parent, name) => parent.below(parent.path === "" ? name : `${parent.path}.${name}`, name),
            this,
        );
    }

    /** The entry of a map, which paths show in brackets. */
    entry(key: string): Field {
        return this.below(`${this.path}[${key}]`, key);
    }

    /** The members of a list; none if it is absent or unknown. */
    items(): Field[] {
        return Array.isArray(this.value)
            ? this.value.map((item, index) => new Field(`${this.path}[${index}]`, item))
            : [];
    }

    /** The keys of a map; none if it is absent or unknown. */
    keys(): string[] {
        return isProps(this.value) ? Object.keys(this.value) : [];
    }

    text(): string | undefined {
        return typeof this.value === "string" ? this.value : undefined;
    }

    number(): number | undefined {
        return typeof this.value === "number" ? this.value : undefined;
    }

    flag(): boolean | undefined {
        return typeof this.value === "boolean" ? this.value : undefined;
    }

    /** It has a value, known or unknown. */
    get isSet(): boolean {
        return this.value !== undefined && this.value !== null;
    }

    get isUnknown(): boolean {
        return this.value === UNKNOWN;
    }

    /** Absent, or a zero value in Go: `""`, `[]`, `{}`, `0`. */
    get isEmpty(): boolean {
        if (!this.isSet || this.value === "" || this.value === 0) {
            return true;
        }
        return typeof this.value === "object" && this.value !== null && Object.keys(this.value).length === 0;
    }

    private below(path: string, name: string): Field {
        if (this.isUnknown) {
            return new Field(path, UNKNOWN);
        }
        return new Field(path, isProps(this.value) ? this.value[name] : undefined);
    }
}

/** The value if it is a map, else an empty one. */
export function mapOf(value: Value | undefined): Props {
    return isProps(value) ? value : {};
}
