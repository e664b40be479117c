import assert from "node:assert/strict";

import type { Client } from "pg";

import { openCluster } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { describeFinding, prove, type Proof } from "../../sandbox/proof";
import { connectAsAdmin, makeTenants, specFor, tenantsNamed, withOwnState } from "./postgres-support";

const TENANTS = 60;
const ACCESS = tenantsNamed(...Array.from({ length: TENANTS }, (_, index) => `shop${index}`));

describe("the proof for more tenants than each login can try", () => {
    withOwnState();
    let postgres: Postgres;
    let admin: Client;

    before(async () => {
        postgres = await openCluster(specFor(17));
        await makeTenants(postgres, ACCESS);
        admin = await connectAsAdmin(postgres);
    });

    it("has each login try its own data, a neighbour's and a sample", async () => {
        const { attempted, allowed, leaks, missing, pairs } = await prove(postgres, ACCESS);
        assert.deepEqual(
            { allowed, leaks, missing, all: pairs.all },
            { allowed: 240, leaks: [], missing: [], all: 3600 },
        );
        // Its own, a neighbour's and three others; twice as many roles; and CREATE DATABASE.
        assert.ok(pairs.chosen >= 2 * TENANTS && pairs.chosen <= 5 * TENANTS, `${pairs.chosen}`);
        assert.ok(attempted <= TENANTS * (5 * 6 + 6 + 1), `${attempted}`);
    });

    it("finds every leak, because it tries each pair of which the server says more than is expected", async () => {
        const change = `GRANT USAGE ON SCHEMA shop41 TO shop7_app;
            ALTER DEFAULT PRIVILEGES FOR ROLE shop41_owner IN SCHEMA shop41 GRANT SELECT ON TABLES TO shop7_app;
            GRANT shop23_owner TO shop58_app`;
        await admin.query(change);
        const { leaks } = await prove(postgres, ACCESS);
        await admin.query("REVOKE shop23_owner FROM shop58_app; REVOKE USAGE ON SCHEMA shop41 FROM shop7_app");
        await admin.query(
            "ALTER DEFAULT PRIVILEGES FOR ROLE shop41_owner IN SCHEMA shop41 REVOKE SELECT ON TABLES FROM shop7_app",
        );
        assert.deepEqual(leaks.map(line), [
            'shop7_app: read on schema shop41: SELECT * FROM "shop41"."PROBE"',
            'shop58_app: read on schema shop23: SELECT * FROM "shop23"."PROBE"',
            'shop58_app: insert on schema shop23: INSERT INTO "shop23"."PROBE" (value) VALUES (1)',
            'shop58_app: update on schema shop23: UPDATE "shop23"."PROBE" SET value = 2',
            'shop58_app: delete on schema shop23: DELETE FROM "shop23"."PROBE"',
            'shop58_app: create on schema shop23: CREATE TABLE "shop23"."PROBE_new" ()',
            'shop58_app: drop on schema shop23: DROP TABLE "shop23"."PROBE"',
            'shop58_app: set role on role shop23_owner: SET LOCAL ROLE "shop23_owner"',
        ]);
    });

    it("has each login try everything if asked to", async () => {
        const { attempted, pairs, leaks } = await prove(postgres, ACCESS, { exhaustive: true });
        assert.deepEqual(
            { attempted, pairs, leaks },
            { attempted: TENANTS * (6 * TENANTS + 2 * TENANTS), pairs: { chosen: 3600, all: 3600 }, leaks: [] },
        );
    });
});

function line(finding: Proof["leaks"][number]): string {
    return String(describeFinding(finding)).replaceAll(/keyless_probe_[0-9a-f]{16}/g, "PROBE");
}
