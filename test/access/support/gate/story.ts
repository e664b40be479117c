import type { Edit } from "../edit";

/** A change that somebody proposes, and what a comparison must report of it. */
export interface Story {
    readonly title: string;
    readonly change: (edit: Edit) => void;
    /** Matches one of the lines that are reported; undefined: the gate passes, for the reason in the title. */
    readonly says?: RegExp;
    /** The change is to the stack of a first preview, in which nothing has an ARN yet. */
    readonly planned?: boolean;
}

export function document(statement: Record<string, unknown>): string {
    return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

/** The same resource of many types, each of which must be named. */
export function named(...entries: readonly (readonly [type: string, inputs?: Record<string, unknown>])[]): Story[] {
    return entries.map(([type, inputs = {}]) => {
        const module = type.replace(/^([^:]+:[^:/]+)\/[a-z]\w*(:[^:]+)$/, "$1$2").replace(/^(\w+):index:/, "$1:");
        const escaped = module.replace(/[.]/g, "\\.");
        return {
            title: `a new ${type}`,
            change: (edit) => edit.add(type, "evil", inputs),
            says: new RegExp(`^not modelled, and may give access: new ${escaped}.*: evil$`),
        };
    });
}
