import assert from "node:assert/strict";

import { bootstrap } from "../../bootstrap";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import {
    connectAs,
    connectAsAdmin,
    connectAsMaster,
    connectWith,
    makeTenants,
    refusal,
    specFor,
    tenantsNamed,
    withOwnState,
} from "./postgres-support";

const TENANTS = Array.from({ length: 200 }, (_, index) => `tenant${index}`);

for (const major of [15, 18]) {
    describe(`the logins of Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;

        before(async () => {
            postgres = await openCluster(specFor(major));
            await makeTenants(postgres, tenantsNamed(...TENANTS));
        });

        const rescue = () => connectWith(postgres, postgres.breakGlass.username, postgres.breakGlass.password);

        it("admit the provisioner, the break-glass login and the master after 200 tenants, and the last tenant", async () => {
            const ways = [
                () => connectAs(postgres, "keyless_provisioner"),
                rescue,
                () => connectAsMaster(postgres),
                () => connectAs(postgres, "tenant199_app"),
            ];
            assert.deepEqual(await Promise.all(ways.map(refusal)), ["none", "none", "none", "none"]);
        });

        it("admit the provisioner with a token only, and the break-glass login with its password only", async () => {
            assert.deepEqual(
                await Promise.all([
                    refusal(() => connectWith(postgres, "keyless_provisioner", postgres.breakGlass.password)),
                    refusal(() => connectWith(postgres, postgres.breakGlass.username, "wrong")),
                ]),
                [
                    "28000 connection requires a valid client certificate",
                    '28P01 password authentication failed for user "keyless_breakglass"',
                ],
            );
        });

        it("let the break-glass login create nothing, and no role become it", async () => {
            const session = await rescue();
            await assert.rejects(session.query("CREATE ROLE mine"), { code: "42501" });
            await assert.rejects(session.query("CREATE DATABASE mine"), { code: "42501" });
            await assert.rejects(session.query("CREATE SCHEMA mine"), { code: "42501" });
            const admin = await connectAsAdmin(postgres);
            const { rows } = await admin.query(
                "SELECT roleid::regrole, member::regrole FROM pg_auth_members WHERE 'keyless_breakglass'::regrole IN (roleid, member)",
            );
            assert.deepEqual(rows, []);
        });

        it("lock out the break-glass login with a single membership, however indirect", async () => {
            const provisioner = await connectAs(postgres, "keyless_provisioner");
            await provisioner.query("CREATE ROLE helpers IN ROLE tenant7_app; GRANT helpers TO keyless_breakglass");
            assert.equal(await refusal(rescue), "28000 connection requires a valid client certificate");
            await provisioner.query("REVOKE helpers FROM keyless_breakglass; DROP ROLE helpers");
            assert.equal(await refusal(rescue), "none");
        });

        it("still work after another bootstrap, which then needs no password", async () => {
            const breakGlass = { name: postgres.breakGlass.username, password: () => assert.fail("asked for") };
            const others = { asItself: () => assert.fail("asked for") };
            assert.deepEqual(
                await bootstrap(await connectAsMaster(postgres), { databases: ["app"], breakGlass }, others),
                { statements: [], open: [], leftOut: [] },
            );
        });
    });
}
