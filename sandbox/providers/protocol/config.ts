import type { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { fromStruct } from "./wire";
import type { Props, Value } from "../../cloud/props";
import type { StandIn } from "./types";

/**
 * The configuration of a provider instance. The SDKs send everything but strings as JSON (`"true"`, `"5432"`,
 * `"{…}"`), and the protocol cannot distinguish a number from a password of digits, so the stand-in lists those keys.
 */
export function readConfig(standIn: StandIn, props: Props): Props {
    const structured = new Set(standIn.jsonConfig ?? []);
    const entries = Object.entries(props).filter(([key]) => key !== "version" && !key.startsWith("__"));
    return Object.fromEntries(entries.map(([key, value]) => [key, structured.has(key) ? parsed(value) : value]));
}

/** The values of a Configure request; engines before `args` existed sent `variables`, keyed `aws:config:region`. */
export function configureProps(request: ConfigureRequest): Props {
    if (request.hasArgs()) {
        return fromStruct(request.getArgs());
    }
    const props: Props = {};
    request.getVariablesMap().forEach((value: string, key: string) => {
        props[key.slice(key.lastIndexOf(":") + 1)] = value;
    });
    return props;
}

/** Text that is not JSON is kept: the configuration check reports the error. */
function parsed(value: Value): Value {
    if (typeof value !== "string") {
        return value;
    }
    try {
        return JSON.parse(value) as Value;
    } catch {
        return value;
    }
}
