import type { Statement } from "./statements";

/** A document of an IAM policy. */
export interface PolicyDocument {
    readonly Version: "2012-10-17";
    readonly Statement: readonly Statement[];
}

/**
 * The longest document of a managed policy, in characters without white space:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
export const MAX_CHARACTERS = 6144;

/** Distributes statements over as few documents as fit IAM's limit; a statement that is longer itself is split. */
export function documentsOf(statements: readonly Statement[]): readonly PolicyDocument[] {
    const parts = statements.flatMap(divided);
    const documents: Statement[][] = [];
    for (const part of parts) {
        const place = documents.find((document) => sizeOf([...document, part]) <= MAX_CHARACTERS);
        if (place === undefined) {
            documents.push([part]);
        } else {
            place.push(part);
        }
    }
    return documents.map(documentOf);
}

function documentOf(statements: readonly Statement[]): PolicyDocument {
    return { Version: "2012-10-17", Statement: statements };
}

export function sizeOf(statements: readonly Statement[]): number {
    return JSON.stringify(documentOf(statements)).length;
}

/** Halves a statement until it fits: each half has half of the resources, or of the actions. */
function divided(statement: Statement): readonly Statement[] {
    if (sizeOf([statement]) <= MAX_CHARACTERS) {
        return [statement];
    }
    const key = statement.Resource.length > 1 ? "Resource" : "Action";
    const middle = Math.ceil(statement[key].length / 2);
    if (middle === statement[key].length) {
        throw new Error(`a statement has ${sizeOf([statement])} characters, and cannot be divided`);
    }
    return [statement[key].slice(0, middle), statement[key].slice(middle)].flatMap((half) =>
        divided({ ...statement, [key]: half }),
    );
}
