import type { Cell } from "../plan";
import type { ShardStack } from "../shards";

/** https://docs.github.com/actions/reference/limits: a matrix makes at most 256 jobs a workflow run. */
const JOBS = 256;

/** One job of the matrix: shards of one cell, which one role deploys. */
export interface Job {
    readonly name: string;
    readonly cell: string;
    readonly role: string;
    readonly region: string;
    /** As arguments of keyless fleet up. */
    readonly shards: string;
}

/** The jobs that deploy shards: one each, or several shards in a job where there would be too many. */
export function jobsOf(cells: readonly Cell[], shards: readonly ShardStack[]): readonly Job[] {
    const used = cells.filter(({ name }) => shards.some(({ cell }) => cell === name));
    const size = Math.max(1, Math.ceil(shards.length / Math.max(1, JOBS - used.length)));
    return used.flatMap((cell) => {
        const own = shards.filter((shard) => shard.cell === cell.name);
        const region = cell.config["aws:region"];
        return Array.from({ length: Math.ceil(own.length / size) }, (_, index): Job => {
            const some = own.slice(index * size, (index + 1) * size);
            const [first, last] = [some[0]?.name ?? "", some.at(-1)?.name ?? ""];
            return {
                name: first === last ? first : `${first} to ${last}`,
                cell: cell.name,
                role: cell.deployer ?? "",
                region: typeof region === "string" ? region : "",
                shards: some.map(({ name }) => `--shard ${name}`).join(" "),
            };
        });
    });
}
