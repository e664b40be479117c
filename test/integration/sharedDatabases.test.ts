import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Client } from "pg";
import type { AccessArgs } from "../../components/access/access";
import type { ProfileEntry } from "../../components/access/entries";
import type { SharedDatabases } from "../../components/access/sharedDatabases";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { accessProgram, tenant } from "../support/accessProgram";
import { factsOf } from "../support/catalogSnapshot";
import { InlineStack } from "../support/inlineStack";
import { connectAs, connectAsAdmin, connectWith, refusal, withOwnState } from "./postgres-support";

/** As another stack reads them from the owner's outputs. */
const sharedDatabases: SharedDatabases = {
    further: ["reports"],
    furtherName: (database) => pulumi.output(database),
    groupOf: (database) => pulumi.output(database).apply((name) => `${name}_connect`),
};

for (const major of [15, 18]) {
    describe(`databases that several stacks share, on Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let [owner, other]: InlineStack[] = [];
        let program: (args: Partial<AccessArgs>) => PulumiFn;

        before(async () => {
            postgres = await openCluster({
                resourceId: `cluster-SHARED${major}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            });
            admin = await connectAsAdmin(postgres);
            [owner, other] = [await InlineStack.inProcess(), await InlineStack.inProcess()];
            program = await accessProgram(postgres);
        });
        after(() => [owner, other].forEach((stack) => stack?.remove()));

        const rescue: ProfileEntry = {
            name: "rescue",
            grants: [{ tenant: "*", on: "tables", privileges: ["SELECT"] }],
            holders: [{ breakGlass: true }],
        };
        const first: Partial<AccessArgs> = {
            tenants: [tenant("shop")],
            extensions: ["citext"],
            databases: [{ name: "reports", extensions: [], protect: false }],
        };
        const second: Partial<AccessArgs> = {
            tenants: [tenant("billing"), tenant("figures", { database: "reports" })],
            profiles: [rescue],
        };
        const within = async <T>(session: Promise<Client>, work: (session: Client) => Promise<T>): Promise<T> => {
            const open = await session;
            try {
                return await work(open);
            } finally {
                await open.end();
            }
        };
        /** What the catalogs hold beside what these stacks have of their own. */
        const facts = async (besides: RegExp) => {
            const all = [await factsOf(admin), await within(connectAsAdmin(postgres, "reports"), factsOf)];
            return all.map((list) =>
                list
                    .filter(({ names }) => !names.some((name) => besides.test(name)))
                    .map((fact) => JSON.stringify(fact))
                    .sort(),
            );
        };
        const connects = (login: string, database = "app") =>
            within(connectAs(postgres, login, database), (session) => session.query("SELECT"));

        it("stay open to PUBLIC when a role has the group's name already: its members may connect in no other way", async () => {
            await admin.query(
                "CREATE ROLE app_connect; CREATE ROLE report LOGIN PASSWORD 'secret' IN ROLE app_connect",
            );
            await assert.rejects(
                owner?.up(program(first)) ?? Promise.resolve(),
                /the role app_connect exists already, and this stack did not make it/,
            );
            await within(connectWith(postgres, "report", "secret"), (session) => session.query("SELECT"));
            await admin.query("DROP ROLE report, app_connect");
        });

        it("are limited by one stack: a second one that would do so too is refused, and creates no login", async () => {
            await owner?.up(program(first));
            const before = await facts(/^billing_owner$/);
            await assert.rejects(
                other?.up(program({ tenants: [tenant("billing")] })) ?? Promise.resolve(),
                /the role app_connect exists already, and this stack did not make it: another stack limits access to its database; name that stack in access\.databaseStack to share the database/,
            );
            assert.deepEqual(await facts(/^billing_owner$/), before);
        });

        it("admit the tenants of another stack, which has none of what is shared", async () => {
            await other?.up(program({ ...second, sharedDatabases }));
            for (const [login, database] of [
                ["shop_app", "app"],
                ["billing_app", "app"],
                ["figures_app", "reports"],
            ] as const) {
                await connects(login, database);
            }
            assert.match(
                await refusal(() => connectAs(postgres, "billing_app", "reports")),
                /permission denied for database "reports"/,
            );
            const { rows } = await admin.query<{ pair: string }>(
                `SELECT concat(roleid::regrole, ' <- ', member::regrole) AS pair FROM pg_auth_members
                 WHERE roleid::regrole::text LIKE '%_connect' AND member <> 'keyless_provisioner'::regrole ORDER BY 1`,
            );
            assert.deepEqual(
                rows.map(({ pair }) => pair),
                [
                    "app_connect <- billing_app",
                    "app_connect <- rescue",
                    "app_connect <- shop_app",
                    "reports_connect <- figures_app",
                    "reports_connect <- rescue",
                ],
            );
        });

        it("admit the break-glass login through the profile of each stack", async () => {
            const { username, password } = postgres.breakGlass;
            await within(connectWith(postgres, username, password), (session) => session.query("SELECT"));
        });

        it("stay as they are, for every stack, when the stack that has them is to be destroyed", async () => {
            const before = await facts(/^shop/);
            await assert.rejects(
                owner?.destroy(program(first)) ?? Promise.resolve(),
                /reports_connect, whose members may connect to the database reports, has members that are not this stack's: figures_app, rescue; nothing of it has changed/,
            );
            assert.deepEqual(await facts(/^shop/), before);
            await connects("billing_app");
            await connects("figures_app", "reports");
        });

        it("stay as they are when a stack that shares them is destroyed", async () => {
            await owner?.up(program(first));
            const others = /^(billing|figures|rescue)/;
            const before = await facts(others);
            await other?.destroy(program({ ...second, sharedDatabases }));
            assert.deepEqual([await facts(others), await facts(/^$/)], [before, before]);
            await connects("shop_app");
        });

        it("go with the stack that has them when no other stack uses them", async () => {
            await owner?.destroy(program(first));
            const { rows } = await admin.query("SELECT FROM pg_roles WHERE rolname LIKE '%_connect'");
            assert.equal(rows.length, 0);
        });
    });
}
