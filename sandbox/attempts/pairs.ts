import { randomInt } from "node:crypto";

import { groupedBy } from "../../toolkit/grouped";

/** A login, or what logins try to reach: a tenant's data, a role. */
export interface Classified {
    readonly name: string;
    /** Equal for those that differ only in whose they are. */
    readonly likeness: string;
}

export interface PairsArgs {
    readonly logins: readonly Classified[];
    readonly targets: readonly Classified[];
    /** The targets that are a login's own, or on which its rights are not those of its class. */
    readonly related: (login: string) => ReadonlySet<string>;
    /**
     * Whether every login tries every target, however many there are.
     * @default false
     */
    readonly exhaustive?: boolean | undefined;
    /**
     * An unpredictable number from 0, below the given one.
     * @default - the system's random numbers
     */
    readonly draw?: ((below: number) => number) | undefined;
}

/** Which login tries which targets. */
export interface Pairs {
    /** The targets of a login; undefined if it tries all. */
    readonly of: (login: string) => ReadonlySet<string> | undefined;
    readonly chosen: number;
    readonly all: number;
}

/** Up to this number of pairs, all are tried: it takes seconds. */
const FEW = 2500;
/** Random targets of each login. */
const SAMPLE = 3;

/**
 * Chooses a number of pairs that grows with the number of logins, not with its square: each login tries what is related
 * to it, a neighbour of it, and a random sample of the rest. Every class of logins tries every class of targets that are not
 * its own. What is left out differs from a tried pair only in names, and the catalogs are compared for all of them.
 */
export function choosePairs({ logins, targets, related, exhaustive = false, draw = randomInt }: PairsArgs): Pairs {
    const all = logins.length * targets.length;
    if (exhaustive || all <= FEW) {
        return { of: () => undefined, chosen: all, all };
    }
    const chosen = new Map<string, Set<string>>();
    const covered = new Set<string>();
    const likenesses = new Map(targets.map(({ name, likeness }) => [name, likeness]));
    const places = new Map(targets.map(({ name }, place) => [name, place]));
    const add = (login: Classified, target: string): void => {
        const own = chosen.get(login.name) ?? new Set<string>();
        own.add(target);
        chosen.set(login.name, own);
        if (!related(login.name).has(target)) {
            covered.add(classes(login.likeness, likenesses.get(target) ?? ""));
        }
    };
    for (const login of logins) {
        const [first, ...others] = related(login.name);
        const neighbour = first === undefined ? undefined : targets[((places.get(first) ?? 0) + 1) % targets.length];
        const sample = Array.from({ length: SAMPLE }, () => targets[draw(targets.length)]);
        for (const target of [first, ...others, neighbour?.name, ...sample.map((one) => one?.name)]) {
            if (target !== undefined) {
                add(login, target);
            }
        }
    }
    const targetClasses = groupedBy(targets, ({ likeness }) => likeness);
    for (const [likeness, members] of groupedBy(logins, (login) => login.likeness)) {
        for (const [targetLikeness, ofClass] of targetClasses) {
            if (!covered.has(classes(likeness, targetLikeness))) {
                const login = members[draw(members.length)];
                const target = login && ofClass.find(({ name }) => !related(login.name).has(name));
                if (login !== undefined && target !== undefined) {
                    add(login, target.name);
                }
            }
        }
    }
    const none: ReadonlySet<string> = new Set();
    const count = [...chosen.values()].reduce((sum, { size }) => sum + size, 0);
    return { of: (login) => chosen.get(login) ?? none, chosen: count, all };
}

function classes(login: string, target: string): string {
    return JSON.stringify([login, target]);
}
