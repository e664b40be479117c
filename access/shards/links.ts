import { DisjointSets } from "../../toolkit/disjointSets";
import { groupedBy } from "../../toolkit/grouped";
import { type Claim, nameIn } from "./names";

/** A thing that several stacks create, although there can be one only. */
export interface Twice extends Claim {
    readonly stacks: readonly string[];
}

/** The names of what each stack creates, and of what it names besides; a few texts a tenant, however large the stacks are. */
export class Links {
    private readonly numbers = new Map<string, number>();
    private readonly stacks: string[] = [];
    /** Stacks by what they create. */
    private readonly creators = new Map<string, number[]>();
    private readonly claims = new Map<string, Claim>();
    /** Stacks by a name that may be of something that they create. */
    private readonly holders = new Map<string, number[]>();
    /** Shards by a name that their resources contain. */
    private readonly namers = new Map<string, number[]>();
    private readonly platforms = new Set<string>();

    addShard(stack: string, claims: readonly Claim[], names: ReadonlySet<string>): void {
        const number = this.claim(stack, claims);
        claims.flatMap(namesOf).forEach((name) => append(this.holders, name, number));
        names.forEach((name) => append(this.namers, name, number));
    }

    addPlatform(stack: string, claims: readonly Claim[]): void {
        this.claim(stack, claims);
        this.platforms.add(stack);
    }

    private claim(stack: string, claims: readonly Claim[]): number {
        const number = this.numbers.get(stack) ?? this.stacks.push(stack) - 1;
        this.numbers.set(stack, number);
        for (const claim of claims) {
            const key = `${claim.what}\n${claim.name}\n${claim.place}`;
            append(this.creators, key, number);
            if ((this.creators.get(key)?.length ?? 0) > 1) {
                this.claims.set(key, claim);
            }
        }
        return number;
    }

    /** What several stacks create. */
    twice(): readonly Twice[] {
        return [...this.claims].map(([key, claim]) => ({ ...claim, stacks: this.named(this.creators.get(key) ?? []) }));
    }

    /** Shards that name what others create, with these: only together do they show who reaches what. */
    groups(): readonly (readonly string[])[] {
        const linked = new DisjointSets<number>();
        const join = ([first, ...others]: readonly number[]): void => {
            if (first !== undefined) {
                linked.join(first, ...others);
            }
        };
        const shards = (stacks: readonly string[]) => stacks.filter((stack) => !this.platforms.has(stack));
        this.twice().forEach(({ stacks }) => join(shards(stacks).flatMap((stack) => this.numbers.get(stack) ?? [])));
        for (const [name, namers] of this.namers) {
            const holders = /[*?]/.test(name) ? this.matching(name) : (this.holders.get(name) ?? []);
            if (holders.length > 0) {
                join([...namers, ...holders]);
            }
        }
        const groups = groupedBy(this.stacks, (stack) => linked.of(this.numbers.get(stack) ?? 0));
        return [...groups.values()].filter((group) => group.length > 1);
    }

    private matching(pattern: string): readonly number[] {
        const escaped = pattern.replace(/[\\^$.+()[\]{}|]/g, "\\$&");
        const form = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        return [...this.holders].flatMap(([name, numbers]) => (form.test(name) ? numbers : []));
    }

    private named(numbers: readonly number[]): readonly string[] {
        return numbers.flatMap((number) => this.stacks[number] ?? []);
    }
}

/** The names by which others may refer to it, as {@link namesIn} finds them. */
function namesOf({ what, name }: Claim): readonly string[] {
    switch (what) {
        case "IAM role":
            return [name, name.slice(name.lastIndexOf("/") + 1)].map((one) => nameIn("iam", one));
        case "service account":
            return [nameIn("cluster", name.slice(0, name.indexOf("/")))];
        case "namespace":
            return [nameIn("cluster", name)];
        default:
            return [nameIn("database", name)];
    }
}

function append(map: Map<string, number[]>, key: string, number: number): void {
    const known = map.get(key);
    if (known === undefined) {
        map.set(key, [number]);
    } else if (known.at(-1) !== number) {
        known.push(number);
    }
}
