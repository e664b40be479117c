/** Names of so many tenants, in the order of their numbers. */
export function namesOf(tenants: number): readonly string[] {
    return Array.from({ length: tenants }, (_, index) => `shop${String(index).padStart(5, "0")}`);
}
