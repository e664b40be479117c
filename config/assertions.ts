import { z } from "zod";
import { ASSERTION_FORMS, parseAssertion } from "../access/assertions/parse";
import { list } from "./fields";

const fix = 'write it like {never: "support reaches payments"}, {only: "finance writes ledger"} or {isolated: tenants}';

const assertion = z
    .unknown()
    .transform((given, context) => {
        const parsed = parseAssertion(given);
        if (typeof parsed !== "string") {
            return parsed;
        }
        context.issues.push({
            code: "custom",
            input: given,
            params: { wrong: `not an assertion (${parsed})`, allowed: ASSERTION_FORMS, fix },
        });
        return z.NEVER;
    })
    .meta({
        type: "object",
        description: "One statement about the access matrix",
        minProperties: 1,
        maxProperties: 2,
        oneOf: ["never", "only", "isolated"].map((one) => ({ required: [one] })),
        additionalProperties: false,
        properties: {
            never: {
                type: "string",
                allowed: "WHO VERB DATA",
                description: "None of WHO has that access",
                examples: ["support reaches payments"],
            },
            only: {
                type: "string",
                allowed: "WHO VERB DATA",
                description: "Only WHO has that access",
                examples: ["finance writes ledger"],
            },
            isolated: {
                allowed: "tenants, or a list of schemas",
                description: "No identity reaches two of these schemas; `tenants` means the schemas of all tenants",
                anyOf: [{ const: "tenants" }, { type: "array", items: { type: "string" }, minItems: 2 }],
            },
            future: {
                allowed: "a name, or a list of names",
                description: "Names in it that nothing has yet; any other name that nothing has is an error",
                anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
            },
        },
    });

/** What must always hold of the access matrix: previews and updates that violate it fail. */
export const assertions = list(assertion, "a list of assertions").default([]);
