import { UNKNOWN } from "./pattern";
import { isRecord, listOf, nameOf, shown } from "./value";

/** The principals that a statement of a trust document names. */
export interface Principal {
    readonly type: "AWS" | "Federated" | "Service" | "CanonicalUser" | "*" | "unknown";
    readonly value: string;
}

export interface Principals {
    /** True for NotPrincipal: every principal except these. */
    readonly except: boolean;
    readonly list: readonly Principal[];
}

const types = ["AWS", "Federated", "Service", "CanonicalUser"] as const;

/** Parses the Principal, or else the NotPrincipal, of a statement. Never throws. */
export function parsePrincipals(
    principal: unknown,
    notPrincipal: unknown,
): { principals: Principals; problems: string[] } {
    const problems: string[] = [];
    const except = principal === undefined;
    if ((principal === undefined) === (notPrincipal === undefined)) {
        problems.push(except ? "it has no Principal" : "it has both Principal and NotPrincipal");
        return { principals: { except: false, list: [] }, problems };
    }
    const list = entries(except ? notPrincipal : principal, problems);
    return { principals: { except, list }, problems };
}

function entries(value: unknown, problems: string[]): Principal[] {
    if (value === UNKNOWN) {
        return [{ type: "unknown", value: UNKNOWN }];
    }
    if (value === "*") {
        return [{ type: "*", value: "*" }];
    }
    if (!isRecord(value)) {
        problems.push(`Principal is ${shown(value)}; it must be "*" or an object with ${types.join(", ")}`);
        return [];
    }
    return Object.entries(value).flatMap(([name, given]) => {
        const type = types.find((known) => known === name);
        if (type === undefined) {
            problems.push(`Principal has the key ${shown(name)}; allowed are ${types.join(", ")}`);
            return [];
        }
        return listOf(given).flatMap((one): Principal[] => {
            if (typeof one !== "string" || one === "") {
                problems.push(
                    `Principal ${type} contains ${one === "" ? "an empty string" : nameOf(one)}; it must be a string or a list of strings`,
                );
                return [];
            }
            return [{ type: type === "AWS" && one === "*" ? "*" : type, value: one }];
        });
    });
}
