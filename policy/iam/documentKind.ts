import { documentValue } from "./document";
import type { DocumentKind } from "./document";
import { JsonProblem } from "./json";
import { isRecord, listOf } from "./value";

/**
 * Whether a document contains permissions or trust, by its shape: a trust document names principals but no resource. A
 * document with both, such as a bucket policy, is read as permissions.
 */
export function documentKind(input: unknown): DocumentKind {
    let value: unknown;
    try {
        value = documentValue(input);
    } catch (error) {
        if (error instanceof JsonProblem) {
            return "identity";
        }
        throw error;
    }
    const statements = isRecord(value) ? listOf(value["Statement"]).filter(isRecord) : [];
    const has = (...keys: string[]): boolean =>
        statements.some((statement) => keys.some((key) => statement[key] !== undefined));
    if (has("Resource", "NotResource")) {
        return "identity";
    }
    return has("Principal", "NotPrincipal") || statements.some(isAboutRoles) ? "trust" : "identity";
}

/** True if all its actions assume roles. */
function isAboutRoles(statement: Record<string, unknown>): boolean {
    const actions = listOf(statement["Action"]);
    return actions.every((action) => typeof action === "string" && action.toLowerCase().startsWith("sts:assume"));
}
