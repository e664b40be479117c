import { declarations } from "../../sandbox/providers/aws/declarations";

/** The properties whose change replaces a resource (Terraform's ForceNew), by type, as the aws stand-in declares them. */
export function replacedBy(): string {
    const types = declarations
        .filter(({ replace = [] }) => replace.length > 0)
        .map(({ type, replace = [] }) => [type, [...new Set(replace)].sort()] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1));
    return `${JSON.stringify({ replacedBy: Object.fromEntries(types) }, null, 4)}\n`;
}
