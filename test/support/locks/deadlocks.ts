import type { Registered } from "../mocks";
import { PROVISIONER } from "../../../toolkit/serverNames";
import { TURN } from "../../../components/tenancy/offboarding/turns";
import { membersOf, sequenceOf, waits } from "./sequences";

/** Whether the engine may run two resources' operations at the same time. */
type Concurrent = (one: Registered, other: Registered) => boolean;

/** A transaction that can hold one lock while it waits for another. */
interface Waiting {
    readonly resource: Registered;
    /** What it locks before all else: until it has that, it holds nothing that another waits for. */
    readonly role: string | undefined;
    readonly held: string;
    readonly wanted: string;
}

/**
 * Circles of two or three resources whose transactions can each wait for the next, when the engine runs operations at once:
 * any creates and updates, any deletions, or all reads of a refresh.
 */
export function deadlocks(resources: readonly Registered[]): string[] {
    return each(creators, (creator) => {
        const members = membersOf(resources, creator);
        return [
            ...circles(resources, members, changing(resources)),
            ...circles(resources, members, removing),
            ...circles(resources.filter(isRead), members, () => true),
        ];
    });
}

/** The same for a run that changes what another created: memberships last until their member is changed. */
export function deadlocksOfChange(before: readonly Registered[], after: readonly Registered[]): string[] {
    const known = new Map(before.map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]));
    const changed = after.filter(({ urn, inputs }) => known.get(urn) !== JSON.stringify(inputs));
    return each(creators, (creator) => circles(changed, membersOf([...before, ...after], creator), changing(after)));
}

/** Before Postgres 16, a role's creator is not its member. */
const creators = [undefined, PROVISIONER];

function each<T>(of: readonly T[], find: (one: T) => readonly string[]): string[] {
    return [...new Set(of.flatMap(find))].sort();
}

/** Creates and updates: each waits for all that it depends on, directly or not. */
export function changing(resources: readonly Registered[]): Concurrent {
    const before = ancestors(resources);
    return (one, other) => before.get(one.urn)?.has(other.urn) !== true && before.get(other.urn)?.has(one.urn) !== true;
}

/** Deletions, of any of the resources: only direct dependencies count, and turns. */
export const removing: Concurrent = (one, other) => {
    const direct = one.dependencies.includes(other.urn) || other.dependencies.includes(one.urn);
    return !direct && !(one.beforeDelete.includes(TURN) && other.beforeDelete.includes(TURN));
};

/** A refresh reads all resources at once; only default privileges lock then. */
function isRead({ type }: Registered): boolean {
    return type === "postgresql:index/defaultPrivileges:DefaultPrivileges";
}

export function circles(
    resources: readonly Registered[],
    members: ReadonlyMap<string, ReadonlySet<string>>,
    concurrent: Concurrent,
): string[] {
    const all = resources.flatMap((resource): Waiting[] => {
        const sequence = sequenceOf(resource, members);
        const [role] = sequence[0] ?? [];
        return waits(sequence).map(([held, wanted]) => ({ resource, role, held, wanted }));
    });
    const byHeld = new Map<string, Waiting[]>();
    for (const one of all) {
        const same = byHeld.get(one.held) ?? [];
        same.push(one);
        byHeld.set(one.held, same);
    }
    const next = ({ wanted }: Waiting, chosen: readonly Waiting[]) =>
        (byHeld.get(wanted) ?? []).filter((one) =>
            chosen.every(({ resource, role }) => role !== one.role && concurrent(resource, one.resource)),
        );
    const found = new Set<string>();
    const note = (circle: readonly Waiting[]) => {
        const titles = circle.map(({ resource }) => title(resource)).sort();
        found.add(titles.join(" and "));
    };
    for (const first of all) {
        for (const second of next(first, [first])) {
            if (second.wanted === first.held) {
                note([first, second]);
                continue;
            }
            for (const third of next(second, [first, second])) {
                if (third.wanted === first.held) {
                    note([first, second, third]);
                }
            }
        }
    }
    return [...found];
}

function title({ type, name }: Registered): string {
    return `${type.split(":").at(-1)} ${name}`;
}

/** Everything that must exist before each resource. */
function ancestors(resources: readonly Registered[]): ReadonlyMap<string, ReadonlySet<string>> {
    const direct = new Map(resources.map(({ urn, dependencies }) => [urn, dependencies]));
    const all = new Map<string, Set<string>>();
    const of = (urn: string): Set<string> => {
        const known = all.get(urn);
        if (known !== undefined) {
            return known;
        }
        const found = new Set<string>();
        all.set(urn, found);
        for (const dependency of direct.get(urn) ?? []) {
            found.add(dependency);
            for (const further of of(dependency)) {
                found.add(further);
            }
        }
        return found;
    };
    resources.forEach(({ urn }) => of(urn));
    return all;
}
