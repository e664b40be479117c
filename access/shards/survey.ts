import type { AccessModel } from "../matrix/model";
import { Level } from "../model/level";
import type { Resource } from "../resources/resource";
import { type Crossing, crossingsIn, homesOf, type ShardOf } from "./crossings";
import { Links, type Twice } from "./links";
import { claimsOf, namesIn } from "./names";

/** An identity that no shard creates, or whose rights several stacks grant, and that reaches the data of several shards. */
export interface Several {
    readonly identity: string;
    readonly level: Level;
    readonly shards: readonly string[];
}

/** What shows only in several shards together. */
export interface Findings {
    readonly twice: readonly Twice[];
    readonly crossings: readonly Crossing[];
    readonly several: readonly Several[];
}

/** A stack with the platform that it uses. */
export interface Surveyed {
    readonly name: string;
    readonly resources: readonly Resource[];
    /** Of these resources and the platform's together. */
    readonly model: AccessModel;
}

/** Several stacks' resources together. */
export interface Joined {
    readonly model: AccessModel;
    readonly shardOf: ShardOf;
}

/**
 * Looks at the shards of a fleet, one after another, and keeps of each the names of what it creates and what it names: so that
 * its memory is a shard's and a few texts a tenant. Which shards have to be computed together it says at the end.
 */
export class Survey {
    private readonly links = new Links();
    /** By the shards that were computed together. */
    private readonly crossings = new Map<string, readonly Crossing[]>();
    private readonly reaching = new Map<string, { identity: string; level: Level; shards: Set<string> }>();

    /** A platform's stack, once: it is computed together with each of its shards, so what these name of it links no two of them. */
    addPlatform({ name, resources, model }: Surveyed): void {
        const own = new Set(resources.map(({ urn }) => urn));
        this.links.addPlatform(
            name,
            claimsOf(model, (urn) => own.has(urn)),
        );
    }

    addShard({ name, resources, model }: Surveyed): void {
        const own = new Set(resources.map(({ urn }) => urn));
        const claims = claimsOf(model, (urn) => own.has(urn));
        this.links.addShard(name, claims, new Set(resources.flatMap((resource) => [...namesIn(resource)])));
        const shardOf: ShardOf = (urn) => (own.has(urn) ? name : undefined);
        this.crossings.set(name, crossingsIn(model, shardOf));
        for (const { identity, level, datum } of model.cells) {
            const outside = homesOf(identity, shardOf).length === 0 || /^(person|role|service)$/.test(identity.kind);
            if (outside && level > Level.Use && datum.kind !== "server") {
                const known = this.reaching.get(identity.key) ?? { identity: identity.label, level, shards: new Set() };
                known.level = Math.max(known.level, level);
                known.shards.add(name);
                this.reaching.set(identity.key, known);
            }
        }
    }

    /**
     * @param load computes shards that name each other's, together with their platforms: a group is in memory at once, and in a
     * fleet whose shards share nothing there is none
     */
    async findings(load: (stacks: readonly string[]) => Promise<Joined>): Promise<Findings> {
        for (const group of this.links.groups()) {
            const { model, shardOf } = await load(group);
            // What one of them alone could not know is known now.
            group.forEach((name) => this.crossings.delete(name));
            this.crossings.set(group.join(" "), crossingsIn(model, shardOf));
        }
        const several = [...this.reaching.values()].filter(({ shards }) => shards.size > 1);
        return {
            twice: this.links.twice(),
            crossings: [...this.crossings.values()].flat(),
            several: several.map((one) => ({ ...one, shards: [...one.shards] })),
        };
    }
}
