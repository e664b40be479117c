// `npm run bench:proof -- TENANTS…`: each login of a Postgres server attempts to access tenants' data, at several numbers of
// tenants, and the computed access is compared with the catalogs, as `npm start` does. Prints ratios to the first number.
import { type LiveResult, readResources } from "../access";
import { verifySandbox } from "../cli/sandbox/verifySandbox";
import { openCluster, stopClusters } from "../sandbox/postgres/cluster";
import { prove, type Proof } from "../sandbox/proof";
import { identifier, sql } from "../toolkit/sql";
import { alignedRight, separated, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { makeTenants, specFor, tenantsNamed } from "../test/integration/postgres-support";
import { exportOf } from "../test/access/support/resources";
import { RESOURCE_ID, tenantStack } from "../test/access/support/stack";
import { inOwnState } from "./ownState";

const MAJOR = 16;
const COLUMNS = ["tenants", "attempts", "prove", "cells", "tried", "verify", "per tenant"] as const;

interface Measured {
    readonly tenants: number;
    readonly proof: Proof;
    readonly live: LiveResult;
    /** Seconds. */
    readonly prove: number;
    readonly verify: number;
}

async function measure(tenants: number): Promise<Measured> {
    const names = Array.from({ length: tenants }, (_, index) => `shop${index}`);
    const access = tenantsNamed(...names);
    const postgres = await openCluster({ ...specFor(MAJOR), resourceId: RESOURCE_ID, masterUsername: "master" });
    try {
        const session = await postgres.guardedAdmin("app");
        for (const statement of [
            sql`CREATE ROLE app_connect`,
            sql`GRANT CONNECT ON DATABASE app TO app_connect`,
            sql`REVOKE ALL ON DATABASE app FROM PUBLIC`,
        ]) {
            await session.query(statement);
        }
        await makeTenants(postgres, access);
        for (const { schema, owner, login = "" } of access.tenants) {
            const defaults = sql`ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)} IN SCHEMA ${identifier(schema)}`;
            await session.query(sql`${defaults} GRANT SELECT ON SEQUENCES TO ${identifier(login)}`);
            await session.query(sql`GRANT app_connect TO ${identifier(login)}`);
        }
        await session.end();
        const [proof, proveSeconds] = await timed(() => prove(postgres, access));
        const resources = readResources(exportOf(tenantStack({ tenants: names }))).after;
        const mine = new Set(resources.map(({ urn }) => urn));
        const [live, verify] = await timed(() => verifySandbox({ postgresFor: async () => postgres }, resources, mine));
        return { tenants, proof, live, prove: proveSeconds, verify };
    } finally {
        await stopClusters();
    }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
    const start = performance.now();
    return [await work(), (performance.now() - start) / 1000];
}

async function main(sizes: readonly number[]): Promise<number> {
    const show = (cells: readonly (string | number)[]) =>
        print(
            separated(
                cells.map((cell) => alignedRight(cell, 12)),
                shown``,
            ),
        );
    show(COLUMNS);
    let first: Measured | undefined;
    let faults = 0;
    for (const size of sizes) {
        const measured = await inOwnState(() => measure(size));
        first ??= measured;
        const { proof, live, prove, verify, tenants } = measured;
        const ratio = (prove + verify) / tenants / ((first.prove + first.verify) / first.tenants);
        const factor = (value: number, base: number) => `${(value / base).toFixed(1)}×`;
        show([
            tenants,
            proof.attempted,
            factor(prove, first.prove),
            live.cells,
            live.attempts,
            factor(verify, first.verify),
            `${ratio.toFixed(2)}×`,
        ]);
        faults += proof.leaks.length + proof.missing.length + live.differences.length;
        live.differences.slice(0, 5).forEach(({ cell, what, why }) => print(shown`  ${what}: ${cell}: ${why}`));
    }
    return faults === 0 ? 0 : 1;
}

void main(process.argv.slice(2).map(Number)).then((code) => {
    process.exitCode = code;
});
