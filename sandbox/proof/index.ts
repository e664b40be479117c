import type { Postgres } from "../postgres/cluster";
import { attemptsOf } from "./attempts";
import { expected } from "./expectation";
import type { Access } from "./expectation";
import { makeProbes } from "./probes";
import { tryAll } from "./trial";
import { proofOf } from "./verdict";
import type { Proof, Tried } from "./verdict";

export { expected, RIGHTS } from "./expectation";
export type { Access, Allowed, Right, Tenant } from "./expectation";
export { lookOf, renderProof } from "./table";
export type { Look } from "./table";
export { describeFinding } from "./verdict";
export type { Finding, Proof } from "./verdict";

/** Logins that try at the same time: more than a machine has cores, fewer than a server has connections. */
const CONCURRENT = 8;

/**
 * Tries for real who can reach which data: each login connects as itself and attempts everything that it may and
 * everything that it may not.
 *
 * @param allow what should hold, from the stack's configuration alone
 */
export async function prove(postgres: Postgres, access: Access, allow = expected(access)): Promise<Proof> {
    const admin = await postgres.admin(access.database);
    try {
        const probes = await makeProbes(admin, access.tenants);
        try {
            const reachable = access.tenants.filter(({ name }) => !probes.failed.has(name));
            const tried = await inTurns(CONCURRENT, allow, async (allowed): Promise<Tried> => {
                const attempts = attemptsOf(allowed, reachable, probes.name);
                return {
                    login: allowed.login,
                    attempts,
                    answers: await tryAll(postgres, access.database, allowed.login, attempts),
                };
            });
            return proofOf(access, probes.failed, tried);
        } finally {
            await probes.remove();
        }
    } finally {
        await admin.end();
    }
}

/** Works on all items, so many at a time; the results are in the items' order. */
async function inTurns<T, R>(width: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    const rest = items.entries();
    const worker = async () => {
        for (const [i, item] of rest) {
            results[i] = await work(item);
        }
    };
    await Promise.all(Array.from({ length: width }, worker));
    return results;
}
