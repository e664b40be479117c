/**
 * Property values as the model sees them: plain JSON, with a marker for unknown or hidden values.
 */

import { UnreadableResources } from "./unreadable";
import { isRecord } from "../../toolkit/record";

/** A value that cannot be read here. Never equal to anything, including itself, when compared as data. */
export class Unknown {
    constructor(
        /** `later`: the engine will know it once another resource exists; `secret`: the engine hides it. */
        readonly why: "later" | "secret",
    ) {}
}

export type Value = null | boolean | number | string | Unknown | Value[] | Values;
export interface Values {
    [name: string]: Value;
}

/** What the engine writes for a value that is computed later (pulumi: `plugin.UnknownStringValue` and its siblings). */
const LATER = new Set([
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
/** The key that marks a special value in a state, and the kinds of it (pulumi: sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** No resource's argument is nested this deep; beyond it, reading would exhaust the stack. */
const DEEPEST = 200;

/**
 * A value from a state or a preview, without the engine's markers.
 *
 * @throws {@link UnreadableResources} if it is nested too deep
 */
export function decode(raw: unknown, depth = 0): Value {
    if (depth > DEEPEST) {
        throw new UnreadableResources(`a value is nested more than ${DEEPEST} levels deep`);
    }
    if (typeof raw === "string") {
        return raw === "[secret]" ? new Unknown("secret") : LATER.has(raw) ? new Unknown("later") : raw;
    }
    if (Array.isArray(raw)) {
        return raw.map((entry) => decode(entry, depth + 1));
    }
    if (typeof raw === "object" && raw !== null) {
        return decodeObject(raw as Record<string, unknown>, depth);
    }
    return typeof raw === "number" || typeof raw === "boolean" ? raw : null;
}

function decodeObject(raw: Record<string, unknown>, depth: number): Value {
    if (raw[SIGNATURE] === SECRET) {
        return typeof raw["plaintext"] === "string"
            ? decode(parsed(raw["plaintext"]), depth + 1)
            : new Unknown("secret");
    }
    if (raw[SIGNATURE] === REFERENCE) {
        return decode(raw["id"] ?? raw["urn"] ?? null, depth + 1);
    }
    return decodeAll(raw, depth);
}

/** An object's members, each decoded. */
export function decodeAll(raw: Readonly<Record<string, unknown>>, depth = 0): Values {
    return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, decode(value, depth + 1)]));
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return text;
    }
}

/** True for an object that is neither a list nor unknown. */
export function isValues(value: Value | undefined): value is Values {
    return isRecord(value) && !(value instanceof Unknown);
}

/** True if the value or any part of it is unknown. */
export function hasUnknown(value: Value | undefined): boolean {
    if (value instanceof Unknown) {
        return true;
    }
    if (Array.isArray(value)) {
        return value.some(hasUnknown);
    }
    return isValues(value) && Object.values(value).some(hasUnknown);
}

/** The value below a path of names and places, `undefined` where there is none, the {@link Unknown} when the path leads through one. */
export function at(value: Value | undefined, ...path: readonly (string | number)[]): Value | undefined {
    let here: Value | undefined = value;
    for (const step of path) {
        if (here instanceof Unknown) {
            return here;
        }
        if (Array.isArray(here)) {
            here = typeof step === "number" ? here[step] : undefined;
        } else {
            here = isValues(here) ? here[step] : undefined;
        }
    }
    return here;
}

/** The value if it is a string. */
export function text(value: Value | undefined): string | undefined {
    return typeof value === "string" ? value : undefined;
}

/** The value as a list: a single value is a list of one, nothing and unknown are empty. */
export function list(value: Value | undefined): readonly Value[] {
    if (value === undefined || value === null || value instanceof Unknown) {
        return [];
    }
    return Array.isArray(value) ? value : [value];
}

/** The strings in a list, in order; omits everything else. */
export function texts(value: Value | undefined): readonly string[] {
    return list(value).filter((entry) => typeof entry === "string");
}
