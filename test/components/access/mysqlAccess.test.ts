import assert from "node:assert/strict";
import { exampleStacks } from "../../support/examples";
import { runProgram } from "../../support/program";

const example = exampleStacks.find(({ name }) => name === "examples/stacks/mysql.yaml");

/** Runs the whole program with the example's config and some changes. */
function run(change: Record<string, unknown> = {}): ReturnType<typeof runProgram> {
    assert.ok(example);
    const changed = Object.entries(change).map(([key, value]): [string, string] => [key, JSON.stringify(value)]);
    return runProgram({ config: { ...example.config, ...Object.fromEntries(changed) } });
}

describe("access to MySQL", () => {
    it("creates three resources for each tenant in the database, and none of PostgreSQL", async () => {
        const inventory = (await run()).recording.inventory();
        const inDatabase = Object.entries(inventory).filter(([type]) =>
            /^(mysql|postgresql):|:providers:(mysql|postgresql)$/.test(type),
        );
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
        const connect = recording
            .of("aws:iam/rolePolicy:RolePolicy")
            .map(({ inputs }) => String(inputs["policy"]))
            .filter((policy) => policy.includes("rds-db:connect"));
        const user = (name: string): string =>
            `arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/${name}`;
        assert.deepEqual(
            connect.map((policy) => JSON.parse(policy) as unknown),
            ["billing_app", "shop_app", "shop-eu_app"].map((name) => ({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: [user(name)] }],
            })),
        );
    });

    it("outputs how to connect with MySQL's own client", async () => {
        const { outputs } = await run();
        assert.match(
            String(outputs["psql"]),
            /^MYSQL_PWD="\$\(aws rds generate-db-auth-token .* --username keyless_provisioner --region eu-central-1\)" mysql --host=.* --ssl-mode=VERIFY_IDENTITY --ssl-ca=\S+ --enable-cleartext-plugin app$/,
        );
    });

    it("reports PostgreSQL-only features and names that MySQL would misread together", async () => {
        const access = {
            engine: "postgres",
            tenants: [{ name: "shop_eu" }, { name: "x".repeat(29), image: "r.example/shop:1" }],
        };
        await assert.rejects(run({ "keyless:access": access }), (error: Error) => {
            for (const path of [
                "access.engine",
                "access.tenants[0].name",
                "access.tenants[1].name",
                "access.tenants[1].image",
            ]) {
                assert.ok(error.message.includes(path), `${path} is not in: ${error.message}`);
            }
            return true;
        });
    });
});
