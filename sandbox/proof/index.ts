import { tryAll } from "../attempts/run";
import { withSamples, type Sample } from "../attempts/samples";
import type { Postgres } from "../postgres/cluster";
import { attemptsOf } from "./attempts";
import { chooseAttempts } from "./choice";
import { expected } from "./expectation";
import type { Access, Allowed } from "./expectation";
import { reachedBy } from "./reached";
import { proofOf } from "./verdict";
import type { Proof } from "./verdict";

export { expected, RIGHTS } from "./expectation";
export type { Access, Allowed, Right, Tenant } from "./expectation";
export { lookOf, renderProof } from "./table";
export type { Look } from "./table";
export { describeFinding } from "./verdict";
export type { Deviation as Finding, Proof } from "./verdict";

export interface ProveOptions {
    /**
     * The expected access.
     * @default - derived from the stack's configuration alone
     */
    readonly allow?: readonly Allowed[] | undefined;
    /**
     * Whether each login tries the data of every tenant, however many there are.
     * @default false
     */
    readonly exhaustive?: boolean | undefined;
}

/**
 * Tests against the server who can reach which data: each login connects as itself and attempts everything, permitted
 * or not; where many tenants are, on what represents all.
 */
export async function prove(
    postgres: Postgres,
    access: Access,
    { allow = expected(access), exhaustive }: ProveOptions = {},
): Promise<Proof> {
    const { database, tenants } = access;
    const samplesOf = (name: string): Sample[] =>
        tenants.map(({ schema, owner }) => ({ database, schema, owner, name }));
    return withSamples(postgres, samplesOf, async (name, unmade) => {
        const failed = new Map(unmade.map(({ schema, answer }) => [schema, answer]));
        const reachable = tenants.filter(({ schema }) => !failed.has(schema));
        const choice = chooseAttempts(access, allow, await reachedBy(postgres, access), exhaustive);
        const series = allow.map((allowed) => {
            const [data, roles] = [choice.data.of(allowed.login), choice.roles.of(allowed.login)];
            const tried = data === undefined ? reachable : reachable.filter((tenant) => data.has(tenant.name));
            const foreignRoles = allowed.foreignRoles.filter((role) => roles?.has(role) !== false);
            return {
                login: allowed.login,
                database,
                attempts: attemptsOf({ ...allowed, foreignRoles }, tried, name),
            };
        });
        return proofOf(access, failed, await tryAll(postgres, series, (tried) => tried), choice);
    });
}
