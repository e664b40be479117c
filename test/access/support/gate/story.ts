import type { Edit } from "../edit";

/** A proposed change, and the lines that a comparison must report for it. */
export interface Story {
    readonly title: string;
    readonly change: (edit: Edit) => void;
    /** Matches one of the reported lines; undefined: the gate passes, for the reason in the title. */
    readonly says?: RegExp;
    /** The change applies to the stack of a first preview, in which no resource has an ARN yet. */
    readonly planned?: boolean;
}

export function document(statement: Record<string, unknown>): string {
    return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

/** The same resource with many types, each of which must be reported. */
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
