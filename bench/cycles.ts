import { accessProgram, tenant } from "../test/support/accessProgram";
import { InlineStack } from "../test/support/inlineStack";
import { print } from "../toolkit/terminal";
import { inOwnState } from "./ownState";
import { openServer } from "./server";

/**
 * Repeatedly creates and destroys tenants on a real server, at the engine's default parallelism: transactions that
 * deadlock or change the same row concurrently cause errors. One profile covers all tenants; the break-glass login and
 * some of the tenants' services hold it. bench/drift.ts measures what preview and refresh find.
 *
 *     npm run bench:cycles [-- CYCLES [TENANTS [MAJOR]]]
 */
async function main(cycles = 50, count = 20, major = 18): Promise<void> {
    const stack = await InlineStack.create();
    const tenants = Array.from({ length: count }, (_, index) =>
        tenant(`t${index}`, { model: index % 4 === 0 ? "owner" : "split" }),
    );
    const problems: string[] = [];
    const start = Date.now();
    try {
        const postgres = await openServer("cluster-CYCLES", major);
        const program = (await accessProgram(postgres))({
            tenants,
            profiles: [
                {
                    name: "audit",
                    grants: [{ tenant: "*", on: "tables", privileges: ["SELECT"] }],
                    holders: [{ breakGlass: true }, ...tenants.slice(0, 5).map(({ name }) => ({ tenant: name }))],
                },
            ],
        });
        for (let cycle = 1; cycle <= cycles; cycle += 1) {
            try {
                await stack.up(program);
                await stack.destroy(program);
            } catch (error) {
                problems.push(
                    ...String(error)
                        .split("\n")
                        .filter((line) => line.includes("error:")),
                );
                await stack
                    .destroy(program)
                    .catch((again: unknown) => problems.push(`again: ${String(again).slice(0, 500)}`));
            }
            print(
                `${cycle} of ${cycles}: ${problems.length} errors, ${((Date.now() - start) / cycle / 1000).toFixed(1)} s per cycle`,
            );
        }
    } finally {
        stack.remove();
    }
    problems.forEach((problem) => print(problem));
    process.exitCode = problems.length === 0 ? 0 : 1;
}

void inOwnState(() => main(...process.argv.slice(2).map(Number)));
