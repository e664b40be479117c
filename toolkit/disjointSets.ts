/** Sets that grow together: https://en.wikipedia.org/wiki/Disjoint-set_data_structure */
export class DisjointSets<T> {
    private readonly parents = new Map<T, T>();

    /** Puts all of them into one set, with whatever is in their sets already. */
    join(first: T, ...others: readonly T[]): void {
        others.forEach((other) => this.parents.set(this.of(other), this.of(first)));
    }

    /** The same for all of a set. */
    of(one: T): T {
        let root = one;
        for (let next = this.parents.get(root); next !== undefined && next !== root; next = this.parents.get(root)) {
            root = next;
        }
        this.parents.set(one, root);
        return root;
    }
}
