import type { Field } from "./field";
import type { Problems } from "./problems";

const factors: Record<string, number> = {
    "": 1,
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
};

/** A container's requests and limits: known names, no negative values, no request above its limit. */
export function validateResources(resources: Field, problems: Problems): void {
    const limits = resources.at("limits");
    const requests = resources.at("requests");
    for (const list of [limits, requests]) {
        if (list === requests) {
            compare(requests, limits, problems);
        }
        for (const name of list.keys()) {
            if (!/^(cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/.test(name)) {
                const details = [
                    "must be a standard resource type or fully qualified",
                    "must be a standard resource for containers",
                ];
                problems.invalid(list.entry(name), details, name);
            }
            if ((amount(list.entry(name)) ?? 0) < 0) {
                problems.invalid(list.entry(name), "must be greater than or equal to 0", text(list.entry(name)));
            }
        }
    }
}

function compare(requests: Field, limits: Field, problems: Problems): void {
    for (const name of requests.keys()) {
        const requested = amount(requests.entry(name));
        const limit = amount(limits.entry(name));
        if (requested !== undefined && limit !== undefined && requested > limit) {
            const detail = `must be less than or equal to ${name} limit of ${text(limits.entry(name))}`;
            problems.invalid(requests, detail, text(requests.entry(name)));
        }
    }
}

/** Quantities can also be numbers. */
function text(field: Field): string {
    return field.text() ?? field.number()?.toString() ?? "";
}

/** A quantity as a number (cores, bytes); undefined if absent, unknown or invalid. */
function amount(field: Field): number | undefined {
    const match = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(text(field));
    const factor = factors[match?.[2] ?? ""];
    return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}
