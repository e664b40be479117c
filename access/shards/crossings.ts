import type { Identity } from "../chain/link";
import type { AccessModel } from "../matrix/model";
import type { AccessPath, Cell } from "../model/cell";
import { type Step, stepsOf } from "../model/describe";
import { Level, LEVEL_VERBS } from "../model/level";

/** An identity that one shard creates, and that reaches what another one creates, or a whole server. */
export interface Crossing {
    /** `shop/shop of prod-eu1-001 may read app/billing of prod-eu1-002`. */
    readonly text: string;
    readonly steps: readonly Step[];
}

/** Which shard creates a resource; undefined for a platform's, or one elsewhere. */
export type ShardOf = (urn: string) => string | undefined;

/** The access of shards' identities to other shards' data; expected access counts like that which holds. */
export function crossingsIn(model: AccessModel, shardOf: ShardOf): readonly Crossing[] {
    const schemas = new Map(
        model.servers.flatMap(({ server, rights: { world } }) =>
            world.objects.flatMap(({ kind, database, name, source }) =>
                kind === "schema" || kind === "database"
                    ? [[placeKey(server.key, database, kind === "schema" ? name : undefined), source] as const]
                    : [],
            ),
        ),
    );
    const worst = new Map<string, { cell: Cell; from: string; to: string }>();
    for (const cell of model.cells) {
        const { identity, datum, level } = cell;
        const [from] = homesOf(identity, shardOf);
        const source = schemas.get(placeKey(datum.server, datum.database ?? "", datum.schema));
        const to = datum.kind === "server" ? EVERY : source === undefined ? undefined : shardOf(source);
        if (from === undefined || to === undefined || homesOf(identity, shardOf).includes(to)) {
            continue;
        }
        const key = `${identity.key}\n${to}\n${placeOf(cell)}`;
        if (level > (worst.get(key)?.cell.level ?? -1)) {
            worst.set(key, { cell, from, to });
        }
    }
    const crossings = [...worst.values()].map(({ cell, from, to }): Crossing => {
        const where = to === EVERY ? cell.datum.label : `${placeOf(cell)} of ${to}`;
        const text = `${cell.identity.label} of ${from} may ${LEVEL_VERBS[cell.level]} ${where}`;
        return { text, steps: stepsIn(model, cell) };
    });
    return [...crossings, ...throughTheCluster(model, shardOf)];
}

const EVERY = "every shard";

/** Identities that act as every service account of a cluster: those of the shards that are not here too. */
function throughTheCluster(model: AccessModel, shardOf: ShardOf): readonly Crossing[] {
    const found = new Map<string, Crossing>();
    for (const cell of model.cells) {
        const [from] = homesOf(cell.identity, shardOf);
        const path = cell.paths.find(({ chain }) => chain.acting === "cluster");
        if (from !== undefined && path !== undefined && cell.level > Level.Use) {
            found.set(cell.identity.key, {
                text: `${cell.identity.label} of ${from} may act as the service accounts of ${EVERY} in its cluster`,
                steps: stepsOf(model.graph, path, cell.datum),
            });
        }
    }
    return [...found.values()];
}

function stepsIn({ graph }: AccessModel, { paths, datum, level }: Cell): readonly Step[] {
    const path: AccessPath | undefined = paths.find((one) => one.level === level);
    return path === undefined ? [] : stepsOf(graph, path, datum);
}

/** The shards that create the identity; none if a platform does, or another program. */
export function homesOf({ resources }: Identity, shardOf: ShardOf): readonly string[] {
    return [...new Set(resources.flatMap((urn) => shardOf(urn) ?? []))];
}

function placeOf({ datum: { database, schema } }: Cell): string {
    return [database, schema].filter((part) => part !== undefined).join("/");
}

function placeKey(server: string, database: string, schema: string | undefined): string {
    return [server, database, schema ?? ""].join("\n");
}
