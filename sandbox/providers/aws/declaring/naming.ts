import { createHash } from "node:crypto";

import { bytes, now } from "../../protocol/chance";
import type { Props } from "../../../cloud/props";
import type { Context } from "../../protocol/types";

/** How a resource is named if the program gives no name. */
export interface Naming {
    /** The property with the name. */
    readonly property: string;
    /** `random`: derived from the resource's name in the program, in Check; `late`: generated on creation. */
    readonly made: "random" | "late";
    /** The longest name in characters. */
    readonly max: number;
    /** The part of a random name before its suffix: the resource's name and a hyphen by default. */
    readonly stem: (name: string) => string;
    /** The prefix of a late name, unless `<property>Prefix` sets it. */
    readonly prefix: string;
}

const usual: Naming = { property: "name", made: "random", max: 255, stem: (name) => `${name}-`, prefix: "terraform-" };

/** Types whose naming differs from the default. */
export function naming(differences: Partial<Naming> = {}): Naming {
    return { ...usual, ...differences };
}

/** Seven hex digits at the end mean that the provider generated the name. */
export function looksRandom(name: unknown): boolean {
    return typeof name === "string" && /[0-9a-f]{7}$/.test(name);
}

/**
 * The arguments with a name. Equal in preview and update, because the engine gives the same seed to both; an earlier
 * generated name is kept. Throws an Error if the name cannot be made short enough.
 */
export function named(inputs: Props, olds: Props | undefined, how: Naming, context: Context): Props {
    const { property } = how;
    if (how.made === "late" || inputs[property] !== undefined || inputs[`${property}Prefix`] !== undefined) {
        return inputs;
    }
    if (looksRandom(olds?.[property])) {
        return { ...inputs, [property]: olds?.[property] ?? null };
    }
    const stem = how.stem(context.name);
    if (stem.length + 7 > how.max) {
        throw new Error(`name '${stem}' plus 7 random chars is longer than maximum length ${how.max}`);
    }
    const seed = context.randomSeed?.length ? context.randomSeed : bytes(32);
    return { ...inputs, [property]: stem + createHash("sha256").update(seed).digest("hex").slice(0, 7) };
}

/** A name in Terraform's format: a prefix, the time to a tenth of a millisecond, eight hex digits. */
export function lateName(prefix: string): string {
    const time = now().toISOString().replace(/\D/g, "").slice(0, 17);
    return `${prefix}${time}0${hex(8)}`;
}

/** Random characters of an alphabet. */
export function random(length: number, alphabet: string): string {
    return [...bytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

export const hex = (length: number): string => random(length, "0123456789abcdef");
export const capitals = (length: number): string => random(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
