/** A stack's own name, without its organization and its project. */
export function ownName(stack: string): string {
    return stack.split("/").at(-1) ?? stack;
}
