import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type * as Program from "../../../index";
import { record, valueOf, type Recording } from "../../support/mocks";

const load = createRequire(__filename);
const example = parse(readFileSync(join(__dirname, "../../../examples/stacks/mysql.yaml"), "utf8")) as { config: Record<string, unknown> };

/** Runs the whole program with the example's config, changed in places. */
async function run(change: Record<string, unknown> = {}): Promise<{ recording: Recording; outputs: Record<string, unknown> }> {
    const config = Object.fromEntries(Object.entries({ ...example.config, ...change }).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
    let outputs: Record<string, unknown> = {};
    const recording = await record(
        async () => {
            delete load.cache[load.resolve("../../../index")];
            outputs = await valueOf(pulumi.output({ ...(load("../../../index") as typeof Program) } as Record<string, unknown>));
        },
        { config },
    );
    return { recording, outputs };
}

describe("access to MySQL", () => {
    it("is three resources a tenant in the database, and none of PostgreSQL", async () => {
        const inventory = (await run()).recording.inventory();
        const inDatabase = Object.entries(inventory).filter(([type]) => /^(mysql|postgresql):|:providers:(mysql|postgresql)$/.test(type));
        assert.deepEqual(Object.fromEntries(inDatabase), {
            "mysql:index/database:Database": 3,
            "mysql:index/grant:Grant": 3,
            "mysql:index/user:User": 3,
            "pulumi:providers:mysql": 1,
        });
        assert.equal(inventory["kubernetes:core/v1:Namespace"], 3);
    });

    it("lets each role connect as its own user", async () => {
        const { recording } = await run();
        const connect = recording.of("aws:iam/rolePolicy:RolePolicy").map(({ inputs }) => String(inputs["policy"])).filter((policy) => policy.includes("rds-db:connect"));
        const user = (name: string): string => `arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/${name}`;
        assert.deepEqual(
            connect.map((policy) => JSON.parse(policy) as unknown),
            ["billing_app", "shop_app", "shop-eu_app"].map((name) => ({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: [user(name)] }],
            })),
        );
    });

    it("tells how to connect by MySQL's own client", async () => {
        const { outputs } = await run();
        assert.match(String(outputs["psql"]), /^MYSQL_PWD="\$\(aws rds generate-db-auth-token .* --username keyless_provisioner --region eu-central-1\)" mysql --host=.* --ssl-mode=VERIFY_IDENTITY --ssl-ca=\S+ --enable-cleartext-plugin app$/);
    });

    it("refuses what only PostgreSQL can do and names that MySQL would misread, all at once", async () => {
        const access = { engine: "postgres", tenants: [{ name: "shop_eu" }, { name: "x".repeat(29), image: "r.example/shop:1" }] };
        await assert.rejects(run({ "keyless:access": access }), (error: Error) => {
            for (const path of ["access.engine", "access.tenants[0].name", "access.tenants[1].name", "access.tenants[1].image"]) {
                assert.ok(error.message.includes(path), `${path} is not in: ${error.message}`);
            }
            return true;
        });
    });
});
