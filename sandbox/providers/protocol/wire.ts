import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN } from "../../cloud/props";
import type { Props, Value } from "../../cloud/props";

/** The engine's encoding of unknown values: one string per type (pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go). */
const unknownTexts = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key that marks an object as an encoded special value, and the kinds that are decoded here. */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const outputValue = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceReference = "5cf8f73096256a8f31e491e813e4eb8e";

type Plain = ReturnType<Struct["toJavaScript"]>[string];

/**
 * Property values from the engine. Secrets are unwrapped; a null counts as absent, as in the bridged providers; keys
 * are sorted, because the protocol keeps no order and equal values must print equally.
 */
export function fromStruct(struct: Struct | undefined): Props {
    return struct === undefined ? {} : propsOf(struct.toJavaScript());
}

export function toStruct(props: Props): Struct {
    return Struct.fromJavaScript(plainObject(props));
}

function propsOf(object: Record<string, Plain>): Props {
    const props: Props = {};
    for (const key of Object.keys(object).sort()) {
        const value = object[key];
        if (value !== null && value !== undefined) {
            props[key] = valueOf(value);
        }
    }
    return props;
}

function valueOf(plain: Plain): Value {
    if (typeof plain === "string") {
        return unknownTexts.has(plain) ? UNKNOWN : plain;
    }
    if (Array.isArray(plain)) {
        return plain.map(valueOf);
    }
    if (typeof plain !== "object" || plain === null) {
        return plain;
    }
    const object = plain as Record<string, Plain>;
    switch (object[signature]) {
        case secret:
            return valueOf(object["value"] ?? null);
        case outputValue:
            return object["value"] === undefined ? UNKNOWN : valueOf(object["value"]);
        case resourceReference:
            return valueOf(object["id"] ?? object["urn"] ?? null);
        default:
            return propsOf(object);
    }
}

function plainObject(props: Props): Record<string, Plain> {
    const entries = Object.entries(props as Record<string, Value | undefined>);
    return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, plainOf(value)]])));
}

function plainOf(value: Value): Plain {
    if (value === UNKNOWN) {
        return unknownText;
    }
    if (Array.isArray(value)) {
        return value.map(plainOf);
    }
    return typeof value === "object" && value !== null ? plainObject(value) : value;
}
