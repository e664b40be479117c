import { crc32 } from "node:zlib";
import { UNKNOWN } from "../../cloud/props";
import { sameValue } from "../../cloud/props";
import type { Props, Value } from "../../cloud/props";
import { isProps } from "../../cloud/props";

/** One argument of a resource type, as the official provider's schema declares it. */
export interface Field {
    readonly type: "text" | "flag" | "integer" | "set" | "list" | "objects";
    readonly required?: true;
    readonly default?: boolean | number | string;
    /** The server sets it if the program does not. */
    readonly computed?: true;
    /** A change requires a new resource. */
    readonly forceNew?: true;
    /** Used, but never stored in the state. */
    readonly writeOnly?: true;
    /** The allowed strings. */
    readonly allowed?: readonly string[];
    /** The minimum number. */
    readonly least?: number;
    /** Conflicts with the other field. */
    readonly conflictsWith?: readonly string[];
    /** Requires the other field. */
    readonly requiredWith?: readonly string[];
}

export type Fields = Readonly<Record<string, Field>>;

/** The value of a field that neither the program nor the server sets. */
const zero = { text: "", flag: false, integer: 0, set: [], list: [], objects: [] } satisfies Record<
    Field["type"],
    Value
>;

/**
 * Where the official provider's bridge records which inputs are defaults, including the name; the others are the
 * program's own.
 */
export const DEFAULTS = "__defaults";

export function isDefaulted(inputs: Props | undefined, name: string): boolean {
    const defaults = inputs?.[DEFAULTS];
    return Array.isArray(defaults) && defaults.includes(name);
}

/** A resource's desired values: the program's, else the defaults, else for computed fields the server's last values. */
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

/** Whether two values of a field are equal to the provider: an absent one equals its zero value, sets are unordered. */
export function sameField(field: Field, a: Value | undefined, b: Value | undefined): boolean {
    const comparable = (value: Value | undefined): Value => {
        const given = value ?? zero[field.type];
        return field.type === "set" ? sorted(given) : given;
    };
    return sameValue(comparable(a), comparable(b));
}

/**
 * The values of one resource while it is created, read, changed or deleted: the desired ones and the previous ones. A
 * resource type reads its arguments here and stores the server's values.
 */
export class Attributes {
    constructor(
        private readonly fields: Fields,
        private readonly before: Props,
        private readonly values: Props,
        /** Empty until the resource is created. */
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

    /** A set's members in the official provider's order. */
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

    /** Stores the server's value. */
    put(name: string, value: Value): void {
        this.values[name] = value;
    }

    /** All outputs. */
    state(): Props {
        return { ...outputs(this.fields, this.values, () => null), id: this.id };
    }
}

/** The outputs that a preview knows: planned values, and unknowns for what the server computes. */
export function promised(fields: Fields, plan: Props): Props {
    return outputs(fields, plan, (field) => (field.computed === true ? UNKNOWN : null));
}

/** Empty outputs are null, because a preview takes absent ones for unknown. Sets are sorted to compare equal. */
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
    return Array.isArray(value) ? value.filter(isProps) : [];
}

/** Terraform's SDK stores a set by the decimal CRC-32 of each member and iterates in that order. */
function ordered(set: readonly string[]): string[] {
    const keys = new Map([...new Set(set)].map((member) => [member, String(crc32(member))]));
    return [...keys].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([member]) => member);
}
