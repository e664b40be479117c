import type { AccessArgs } from "../components/access/access";
import { accessProgram, tenant } from "../test/support/accessProgram";
import { InlineStack } from "../test/support/inlineStack";
import { linesOfErrors } from "./errorLines";
import { inOwnState } from "./ownState";
import { openServer } from "./server";

/** How often a stack was created, changed and removed, and what failed. */
export interface Lives {
    readonly lives: number;
    readonly failures: readonly string[];
    /** Deadlocks that were tried again. */
    readonly retried: number;
    readonly seconds: number;
}

/** Tenants whose owners a profile acts as, so that removing the profile and the owners' default privileges can collide. */
const owned = ["shop", "billing", "crm"];
const tenants = [...owned.map((name) => tenant(name)), tenant("own", { model: "owner" })];
const kinds = ["tables", "sequences"] as const;
const all = kinds.map((on) => ({ tenant: "*", on, privileges: ["SELECT"] }));
const audit = { name: "audit", grants: all, holders: [{ breakGlass: true }, { tenant: "own" }] } as const;
const reader = { name: "reader", grants: all, holders: [{ tenant: "own" }, { tenant: "crm" }] } as const;
const admins = owned.map((actsAs) => ({ name: `${actsAs}_admin`, actsAs, grants: [], holders: [] }));

/** All that locks: created; profiles removed, some of their grants with them; some tenants removed with a holder. */
const steps: readonly Partial<AccessArgs>[] = [
    { tenants, profiles: [audit, reader, ...admins] },
    { tenants, profiles: [audit, { ...reader, grants: all.slice(0, 1) }] },
    {
        tenants: [tenant("shop"), ...tenants.slice(1, 3)],
        profiles: [{ ...reader, grants: [{ tenant: "crm", on: "tables", privileges: ["SELECT"] }], holders: [] }],
    },
];

/** Lives of one stack after another on one server, at the engine's default parallelism. */
export function repeatLives(
    major: number,
    count: number,
    plugins: readonly string[],
    tell: (line: string) => void,
): Promise<Lives> {
    return inOwnState(async () => {
        const start = Date.now();
        const failures: string[] = [];
        let retried = 0;
        const postgres = await openServer(`cluster-LIVES${major}`, major);
        const program = await accessProgram(postgres);
        const stack = await InlineStack.create(plugins);
        try {
            for (let life = 1; life <= count; life += 1) {
                // Every other life ends from its full size by `destroy`, which orders deletions differently.
                const ups = life % 2 === 0 ? [...steps, {}] : steps.slice(0, 2);
                const runs = ups.map((step) => async () => {
                    const { warnings } = await stack.up(program(step));
                    retried += warnings.filter((one) => one.includes("due to on-error hook request")).length;
                });
                for (const run of life % 2 === 0 ? runs : [...runs, () => stack.destroy(program(ups.at(-1) ?? {}))]) {
                    try {
                        await run();
                    } catch (error) {
                        const [first = ""] = linesOfErrors(error);
                        failures.push(first);
                        tell(`life ${life}: ${first.trim()}`);
                    }
                }
                tell(`life ${life} of ${count}: ${failures.length} failures, ${retried} retried`);
            }
        } finally {
            stack.remove();
        }
        return { lives: count, failures, retried, seconds: Math.round((Date.now() - start) / 1000) };
    });
}
