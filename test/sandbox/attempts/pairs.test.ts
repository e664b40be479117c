import assert from "node:assert/strict";

import fc from "fast-check";

import { choosePairs, type Classified } from "../../../sandbox/attempts/pairs";

/** Logins that each own the target of their number, in two classes each, the last login with rights on all targets. */
function stackOf(count: number) {
    const named = (prefix: string, every: number): Classified[] =>
        Array.from({ length: count }, (_, i) => ({
            name: `${prefix}${i}`,
            likeness: i % every === 0 ? "rare" : "usual",
        }));
    const targets = named("target", 7);
    const all = new Set(targets.map(({ name }) => name));
    const related = (login: string) => {
        const number = login.slice("login".length);
        return Number(number) === count - 1 ? all : new Set([`target${number}`]);
    };
    return { logins: named("login", 5), targets, related };
}

describe("the chosen pairs", () => {
    it("are all pairs where few are, and where all are asked for", () => {
        const small = choosePairs(stackOf(50));
        const large = choosePairs({ ...stackOf(60), exhaustive: true });
        assert.deepEqual(
            [small.of("login1"), small.chosen, small.all, large.of("login1"), large.chosen],
            [undefined, 2500, 2500, undefined, 3600],
        );
    });

    it("contain a login's own target, its neighbour, and a sample", () => {
        const { of, chosen } = choosePairs({ ...stackOf(100), draw: (below) => below - 1 });
        assert.deepEqual([of("login3"), of("nobody")], [new Set(["target3", "target4", "target99"]), new Set()]);
        // Three each, less what coincides, and all of the last login.
        assert.equal(chosen, 99 * 3 - 1 + 100);
    });

    it("are linear in number, contain what is related, and each class on each class", () => {
        fc.assert(
            fc.property(fc.integer({ min: 51, max: 300 }), (count) => {
                const { logins, targets, related } = stackOf(count);
                const { of, chosen, all } = choosePairs({ logins, targets, related });
                const likenesses = new Map(targets.map(({ name, likeness }) => [name, likeness]));
                const tried = new Set<string>();
                for (const { name, likeness } of logins) {
                    const own = of(name) ?? new Set();
                    assert.deepEqual(
                        [...related(name)].filter((target) => !own.has(target)),
                        [],
                    );
                    for (const target of own) {
                        if (!related(name).has(target)) {
                            tried.add(`${likeness} on ${likenesses.get(target)}`);
                        }
                    }
                }
                assert.deepEqual([...tried].sort(), [
                    "rare on rare",
                    "rare on usual",
                    "usual on rare",
                    "usual on usual",
                ]);
                assert.equal(all, count * count);
                assert.ok(chosen <= 6 * count + 4, `${chosen} of ${count}`);
            }),
        );
    });
});
