import { tryAll } from "../attempts/run";
import { withSamples, type Sample } from "../attempts/samples";
import type { Postgres } from "../postgres/cluster";
import { attemptsOf } from "./attempts";
import { expected } from "./expectation";
import type { Access } from "./expectation";
import { proofOf } from "./verdict";
import type { Proof } from "./verdict";

export { expected, RIGHTS } from "./expectation";
export type { Access, Allowed, Right, Tenant } from "./expectation";
export { lookOf, renderProof } from "./table";
export type { Look } from "./table";
export { describeFinding } from "./verdict";
export type { Deviation as Finding, Proof } from "./verdict";

/**
 * Tests against the server who can reach which data: each login connects as itself and attempts everything, permitted
 * or not.
 *
 * @param allow the expected access, derived from the stack's configuration alone
 */
export async function prove(postgres: Postgres, access: Access, allow = expected(access)): Promise<Proof> {
    const { database, tenants } = access;
    const samplesOf = (name: string): Sample[] =>
        tenants.map(({ schema, owner }) => ({ database, schema, owner, name }));
    return withSamples(postgres, samplesOf, async (name, unmade) => {
        const failed = new Map(unmade.map(({ schema, answer }) => [schema, answer]));
        const reachable = tenants.filter(({ schema }) => !failed.has(schema));
        const series = allow.map((allowed) => {
            return { login: allowed.login, database, attempts: attemptsOf(allowed, reachable, name) };
        });
        return proofOf(access, failed, await tryAll(postgres, series, (tried) => tried));
    });
}
