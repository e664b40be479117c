import { UNKNOWN } from "../../protocol/types";
import type { Props, Value } from "../../protocol/types";

/**
 * A place in an object, with the path by which an API server names it (`spec.containers[0].image`). Values that are not
 * known yet read as absent, so that a preview checks what it can; {@link isSet} tells them apart.
 */
export class Field {
    constructor(
        readonly path: string,
        readonly value: Value | undefined,
    ) {}

    static root(object: Props): Field {
        return new Field("", object);
    }

    /** The field of this name below; absent where this one is. */
    at(...names: readonly string[]): Field {
        return names.reduce<Field>((parent, name) => parent.below(parent.path === "" ? name : `${parent.path}.${name}`, name), this);
    }

    /** The entry of a map, which paths show in brackets. */
    entry(key: string): Field {
        return this.below(`${this.path}[${key}]`, key);
    }

    /** The members of a list; none where it is absent or unknown. */
    items(): Field[] {
        return Array.isArray(this.value) ? this.value.map((item, index) => new Field(`${this.path}[${index}]`, item)) : [];
    }

    /** The names in a map; none where it is absent or unknown. */
    keys(): string[] {
        return isMap(this.value) ? Object.keys(this.value) : [];
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

    /** There is something, known or not. */
    get isSet(): boolean {
        return this.value !== undefined && this.value !== null;
    }

    get isUnknown(): boolean {
        return this.value === UNKNOWN;
    }

    /** Absent, or what Go calls a zero value: `""`, `[]`, `{}`, `0`. */
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
        return new Field(path, isMap(this.value) ? this.value[name] : undefined);
    }
}

export function isMap(value: Value | undefined): value is Props {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value where it is a map, else an empty one. */
export function mapOf(value: Value | undefined): Props {
    return isMap(value) ? value : {};
}
