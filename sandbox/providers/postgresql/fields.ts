import { crc32 } from "node:zlib";
import { UNKNOWN } from "../protocol/types";
import { sameValue } from "../protocol/values";
import type { Props, Value } from "../protocol/types";

/** One argument of a resource type, as the official provider's schema declares it. */
export interface Field {
    readonly type: "text" | "flag" | "integer" | "set" | "list" | "objects";
    readonly required?: true;
    readonly default?: boolean | number | string;
    /** The server fills it in where the program leaves it out. */
    readonly computed?: true;
    /** Only a new resource can take another value. */
    readonly forceNew?: true;
    /** Used, but never kept in the state. */
    readonly writeOnly?: true;
    /** The texts that are allowed. */
    readonly allowed?: readonly string[];
    /** The least number that is allowed. */
    readonly least?: number;
    /** Neither is given with the other. */
    readonly conflictsWith?: readonly string[];
    /** Not given without the other. */
    readonly requiredWith?: readonly string[];
}

export type Fields = Readonly<Record<string, Field>>;

/** What a field holds where neither the program nor the server says anything. */
const zero = { text: "", flag: false, integer: 0, set: [], list: [], objects: [] } satisfies Record<Field["type"], Value>;

/**
 * Where the bridge of the official provider notes which inputs are defaults, the name among them; the program's own
 * inputs are the others.
 */
export const DEFAULTS = "__defaults";

export function isDefaulted(inputs: Props | undefined, name: string): boolean {
    const defaults = inputs?.[DEFAULTS];
    return Array.isArray(defaults) && defaults.includes(name);
}

/** What a resource is to hold: what the program says, else the default, else for computed fields what the server said last. */
export function planned(fields: Fields, state: Props | undefined, news: Props): Props {
    const props: Props = {};
    for (const [name, field] of Object.entries(fields)) {
        const value = news[name] ?? field.default ?? (field.computed === undefined ? undefined : state?.[name]);
        if (value !== undefined) {
            props[name] = value;
        }
    }
    return props;
}

/** Whether two values of a field are the same to the provider: an absent one is its zero, a set has no order. */
export function sameField(field: Field, a: Value | undefined, b: Value | undefined): boolean {
    const comparable = (value: Value | undefined): Value => {
        const given = value ?? zero[field.type];
        return field.type === "set" ? sorted(given) : given;
    };
    return sameValue(comparable(a), comparable(b));
}

/**
 * The values of one resource while it is made, read, changed or removed: those that it is to have, and those that it
 * had before. A resource type reads its arguments here and puts back what the server says.
 */
export class Attributes {
    constructor(
        private readonly fields: Fields,
        private readonly before: Props,
        private readonly values: Props,
        /** Empty until the resource is made. */
        public id: string,
    ) {}

    text(name: string): string {
        const value = this.values[name];
        return typeof value === "string" ? value : "";
    }

    flag(name: string): boolean {
        return this.values[name] === true;
    }

    integer(name: string): number {
        const value = this.values[name];
        return typeof value === "number" ? value : 0;
    }

    list(name: string): string[] {
        return texts(this.values[name]);
    }

    /** A set's members in the order in which the official provider goes through them. */
    set(name: string): string[] {
        return ordered(texts(this.values[name]));
    }

    objects(name: string): Props[] {
        return propsList(this.values[name]);
    }

    /** These fields with the values from before the change. */
    previous(): Attributes {
        return new Attributes(this.fields, this.before, this.before, this.id);
    }

    changed(name: string): boolean {
        const field = this.fields[name];
        return field !== undefined && !sameField(field, this.before[name], this.values[name]);
    }

    /** What the server says. */
    put(name: string, value: Value): void {
        this.values[name] = value;
    }

    /** All outputs. */
    state(): Props {
        return { ...outputs(this.fields, this.values, () => null), id: this.id };
    }
}

/** The outputs that a preview can promise: what is planned, and unknown where the server will have its say. */
export function promised(fields: Fields, plan: Props): Props {
    return outputs(fields, plan, (field) => (field.computed === true ? UNKNOWN : null));
}

/** Outputs that hold nothing are null, or a preview would take them for unknown. Sets are sorted: equal ones look equal. */
function outputs(fields: Fields, values: Props, otherwise: (field: Field) => Value): Props {
    const entries = Object.entries(fields).map(([name, field]): [string, Value] => {
        const value = field.writeOnly === true ? null : (values[name] ?? otherwise(field));
        return [name, field.type === "set" ? sorted(value) : value];
    });
    return Object.fromEntries(entries);
}

function sorted(set: Value): Value {
    return Array.isArray(set) && set.every((member) => typeof member === "string") ? [...new Set(set)].sort() : set;
}

export function texts(value: Value | undefined): string[] {
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function propsList(value: Value | undefined): Props[] {
    return Array.isArray(value) ? value.filter((item): item is Props => typeof item === "object" && item !== null && !Array.isArray(item)) : [];
}

/** Terraform's SDK keeps a set by the decimal text of each member's CRC-32 and goes through it in that order. */
function ordered(set: readonly string[]): string[] {
    const keys = new Map([...new Set(set)].map((member) => [member, String(crc32(member))]));
    return [...keys].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([member]) => member);
}
