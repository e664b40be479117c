import { cancelled } from "../../toolkit/cancel";
import type { Postgres } from "../postgres/cluster";
import { attemptsOf } from "./attempts";
import { expected } from "./expectation";
import type { Access } from "./expectation";
import { makeProbes } from "./probes";
import { tryAll } from "./trial";
import { inTurn, type Place } from "./turn";
import { proofOf } from "./verdict";
import type { Proof, Tried } from "./verdict";

export { expected, RIGHTS } from "./expectation";
export type { Access, Allowed, Right, Tenant } from "./expectation";
export { lookOf, renderProof } from "./table";
export type { Look } from "./table";
export { describeFinding } from "./verdict";
export type { Finding, Proof } from "./verdict";

/** Number of concurrent logins: more than the machine's cores, fewer than the server's connections. */
const CONCURRENT = 8;

/**
 * Tests against the server who can reach which data: each login connects as itself and attempts everything, permitted
 * or not.
 *
 * @param allow the expected access, derived from the stack's configuration alone
 */
export async function prove(postgres: Postgres, access: Access, allow = expected(access)): Promise<Proof> {
    const { database, tenants } = access;
    const placesOf = (name: string): Place[] => tenants.map(({ schema }) => ({ database, schema, name }));
    return inTurn(postgres, placesOf, async (probe) => {
        const failed = await probed(postgres, access, probe);
        const reachable = tenants.filter(({ name }) => !failed.has(name));
        const tried = await sideBySide(CONCURRENT, allow, async (allowed): Promise<Tried> => {
            const attempts = attemptsOf(allowed, reachable, probe);
            return {
                login: allowed.login,
                attempts,
                answers: await tryAll(postgres, database, allowed.login, attempts),
            };
        });
        return proofOf(access, failed, tried);
    });
}

async function probed(
    postgres: Postgres,
    { database, tenants }: Access,
    probe: string,
): Promise<ReadonlyMap<string, string>> {
    const admin = await postgres.guardedAdmin(database);
    try {
        return await makeProbes(admin, tenants, probe);
    } finally {
        await admin.end();
    }
}

/** Processes all items with limited concurrency; the results are in the items' order. */
async function sideBySide<T, R>(width: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    const rest = items.entries();
    const worker = async () => {
        for (const [i, item] of rest) {
            cancelled.throwIfAborted();
            results[i] = await work(item);
        }
    };
    await Promise.all(Array.from({ length: width }, worker));
    return results;
}
