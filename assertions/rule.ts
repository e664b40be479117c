import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { parse } from "yaml";

import { accessOf, check, parseAssertions, readResources, stepsOf, unmatchedNames, unmatchedText } from "../access";
import type { AccessModel, Violation } from "../access";

/** Maximum number of access paths to report per violated assertion. */
const CHAINS = 3;
/** The engine's placeholder for an unknown value of any type (pulumi: plugin.UnknownStringValue). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The rule that fails a preview, and so the update after it, when the resources violate an assertion. Unknown values are
 * resolved to the resources that will supply them.
 *
 * @param stated reads the assertions from the stack's config, as JSON
 */
export function assertionsHold(stated: () => string | undefined): ResourceValidationPolicy & StackValidationPolicy {
    // The engine calls the stack rule at the end with outputs only, which a preview may not know; it passes inputs one
    // by one earlier.
    const inputs = new Map<string, unknown>();
    return {
        name: "assertions-hold",
        description:
            "The stack's resources must satisfy the config's keyless:assertions about who can reach which data.",
        enforcementLevel: "mandatory",
        url: "docs/access.md",
        tags: ["keyless"],
        configSchema: {
            properties: {
                assertions: {
                    type: "array",
                    items: { type: "object" },
                    default: [],
                    description: "assertions that must hold in every stack",
                },
            },
        },
        validateResource: ({ urn, props }) => {
            inputs.set(urn, plain(props));
        },
        validateStack: (args, report) => {
            const everywhere = args.getConfig<{ assertions?: unknown[] }>().assertions ?? [];
            const own = parseAssertions(parse(stated() ?? "[]"));
            const assertions = [...parseAssertions(everywhere), ...own];
            if (assertions.length === 0) {
                return;
            }
            // The engine lists resources as they become ready; the same resources must produce the same chains.
            const resources = [...args.resources].sort((one, other) => (one.urn < other.urn ? -1 : 1));
            const model = accessOf(
                readResources(resources.map((resource) => stateOf(resource, inputs.get(resource.urn)))).after,
            );
            // An organization's assertions hold in stacks that have nothing of these names, too.
            const unmatched = unmatchedNames(own, [model]);
            if (unmatched.length > 0) {
                report(unmatchedText(unmatched));
            }
            check(model, assertions).forEach((violation) => report(tell(model, violation)));
        },
    };
}

/** A resource in the form of a stack's state. */
function stateOf(
    { urn, type, name, props, parent, provider, propertyDependencies }: PolicyResource,
    inputs: unknown,
): object {
    const outputs = plain(props) as Record<string, unknown>;
    return {
        urn,
        type,
        name,
        custom: provider !== undefined || type.startsWith("pulumi:providers:"),
        // The engine passes no id to rules; resources of bridged providers repeat it among their outputs.
        id: outputs["id"] === UNKNOWN ? undefined : outputs["id"],
        inputs: inputs ?? {},
        outputs: { ...outputs, ...(inputs as object | undefined) },
        parent: parent?.urn,
        provider: provider === undefined ? undefined : `${provider.urn}::`,
        propertyDependencies: Object.fromEntries(
            Object.entries(propertyDependencies).map(([input, from]) => [input, from.map((one) => one.urn)]),
        ),
    };
}

/** A copy without the SDK's proxy, which throws when an unknown value is read. */
function plain(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const read = (key: string | number): unknown => {
        let field: unknown;
        try {
            field = Reflect.get(value, key);
        } catch {
            return UNKNOWN;
        }
        return plain(field);
    };
    return Array.isArray(value)
        ? Array.from({ length: value.length }, (_, index) => read(index))
        : Object.fromEntries(Object.keys(value).map((key) => [key, read(key)]));
}

function tell(model: AccessModel, { assertion, text, found }: Violation): string {
    const chains = found.slice(0, CHAINS).map(({ cell, path }) => {
        const steps = stepsOf(model.graph, path, cell.datum);
        return steps
            .map(
                (step, index) =>
                    `  ${index + 1}. ${step.text}${step.state === "expected" ? " (expected)" : ""}${step.resources.length === 0 ? "" : ` [${step.resources.join(", ")}]`}`,
            )
            .join("\n");
    });
    return [`${assertion}: ${text}`, ...chains].join("\n");
}
