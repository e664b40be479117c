import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { AccessArgs } from "../../components/access/access";
import { parseSettings } from "../../config";
import { Store } from "../../sandbox/cloud/store";
import { projectDir } from "../../toolkit/paths";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { MAJORS_APART } from "../support/majors";
import { Cloud } from "../../sandbox/cloud/aws/cloud";
import { putExisting } from "../../sandbox/providers/aws/existing";
import { readStackFile } from "../../toolkit/system/stackFile";
import { accessProgram, tenant } from "../support/accessProgram";
import { InlineStack } from "../support/inlineStack";
import { connectAs, connectAsAdmin, connectWith, withOwnState } from "./postgres-support";

const exampleFile = (name: string) => join(projectDir, "examples", "stacks", name);

/** The access parts of the examples' configs, all on one server; the SaaS that owns its data has another name there. */
function accessOf(
    ...stacks: readonly string[]
): Pick<AccessArgs, "tenants"> & { profiles: NonNullable<AccessArgs["profiles"]> } {
    const all = stacks.flatMap((stack) => {
        const config = Object.entries(readStackFile(exampleFile(`${stack}.yaml`))).map(
            ([key, value]) => [key.replace("keyless:", ""), value] as const,
        );
        return (
            parseSettings(Object.fromEntries(config.filter(([key]) => key === "platform" || key === "access")))
                .access ?? []
        );
    });
    const tenants = new Map(
        all.flatMap((access) => access.tenants).map(({ name, model }) => [name, tenant(name, { model })]),
    );
    return { tenants: [...tenants.values()], profiles: all.flatMap(({ profiles }) => profiles) };
}

/** The login, its attempt, and whether it succeeds; each statement needs only the rights that its line is about. */
const ATTEMPTS: readonly (readonly [login: string, statement: string, allowed: boolean])[] = [
    // SaaS in the split model: rows, but no tables, and no other tenant's.
    ["shop_app", "INSERT INTO shop.orders (customer) VALUES ('a')", true],
    ["shop_app", "DELETE FROM shop.orders", true],
    ["shop_app", "CREATE TABLE shop.mine ()", false],
    ["shop_app", "DROP TABLE shop.orders", false],
    ["shop_app", "TRUNCATE shop.orders", false],
    ["shop_app", "SELECT * FROM accounts.customers", false],
    ["shop_app", "CREATE TABLE public.mine ()", false],
    ["shop_app", "CREATE TEMP TABLE mine ()", false],
    ["shop_app", "SET ROLE shop_owner", false],
    // SaaS in which the application owns its data.
    ["acme_app", "CREATE TABLE acme.mine (id serial)", true],
    ["acme_app", "SELECT * FROM acme.made", true],
    ["acme_app", "DROP TABLE acme.made", true],
    ["globex_app", "SELECT * FROM acme.made", false],
    ["globex_app", "CREATE TABLE acme.mine ()", false],
    // E-commerce.
    ["ada", "CREATE TABLE shop.mine (id serial)", true],
    ["ada", "ALTER TABLE shop.customers ADD COLUMN note text", true],
    ["ada", "SELECT card FROM shop.customers", true],
    ["ada", "RESET ROLE; SELECT current_user", true],
    ["ada", "SET ROLE NONE; CREATE TABLE shop.mine ()", false],
    ["ada", "SELECT * FROM shop_test.orders", false],
    ["dev", "INSERT INTO shop_test.orders (customer) VALUES ('a')", true],
    ["dev", "SELECT * FROM shop_test.later", true],
    ["dev", "DROP TABLE shop_test.orders", false],
    ["dev", "SELECT * FROM shop.orders", false],
    ["sue", "SELECT * FROM shop.orders", true],
    ["sue", "SELECT name FROM shop.customers", false],
    ["sue", "UPDATE shop.orders SET total = 0", false],
    ["sue", "SELECT * FROM shop.later", false],
    ["sue", "SET ROLE shop_admin", false],
    // The bank.
    ["fin", "UPDATE finance.ledger SET amount = 2", true],
    ["fin", "CREATE TABLE finance.mine ()", true],
    ["fin", "SELECT * FROM accounts.customers", false],
    ["audrey", "SELECT * FROM finance.ledger", true],
    ["audrey", "SELECT * FROM accounts.customers", true],
    ["audrey", "SELECT * FROM shop.later", true],
    ["audrey", "SELECT last_value FROM finance.ledger_id_seq", true],
    ["audrey", "UPDATE finance.ledger SET amount = 2", false],
    ["audrey", "SELECT nextval('finance.ledger_id_seq')", false],
    ["audrey", "CREATE TABLE finance.mine ()", false],
    ["cara", "SELECT id, name, city FROM accounts.customers", true],
    ["cara", "UPDATE accounts.customers SET city = 'b'", true],
    ["cara", "SELECT balance FROM accounts.customers", false],
    ["cara", "SELECT * FROM accounts.customers", false],
    ["cara", "UPDATE accounts.customers SET name = 'b'", false],
    ["cara", "SELECT * FROM accounts.open_cases", true],
    ["cara", "SELECT * FROM accounts.cases", false],
    ["cara", "SELECT * FROM finance.ledger", false],
    ["cara", "SELECT * FROM statements.sent", false],
    // A tenant's service that holds a profile: its own data, and some columns of another's.
    [
        "statements_app",
        "INSERT INTO statements.sent (customer) SELECT id FROM accounts.customers WHERE city = 'somewhere'",
        true,
    ],
    ["statements_app", "SELECT balance FROM accounts.customers", false],
    ["statements_app", "SELECT * FROM accounts.open_cases", true],
    ["statements_app", "SELECT * FROM finance.ledger", false],
    ["statements_app", "SET ROLE accounts_owner", false],
    ["keyless_breakglass", "SELECT * FROM finance.ledger", true],
    ["keyless_breakglass", "DELETE FROM finance.ledger", false],
    // A named IAM role as a user that only reads.
    ["reporting", "SELECT * FROM shop.customers", true],
    ["reporting", "SELECT * FROM shop.later", true],
    ["reporting", "INSERT INTO shop.orders (customer) VALUES ('a')", false],
    ["reporting", "SELECT * FROM shop_test.orders", false],
];

for (const major of MAJORS_APART) {
    describe(`the example stacks on Postgres ${major}`, () => {
        withOwnState();
        let tries = 0;
        let stack: InlineStack;

        beforeEach(async () => {
            stack = await InlineStack.create();
        });
        afterEach(() => stack.remove());

        /** A separate server with all that the stacks declare, their tables, and tables created later. */
        const bringUp = async (): Promise<Postgres> => {
            tries += 1;
            const postgres = await openCluster({
                resourceId: `cluster-EXAMPLES${major}-${tries}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            });
            const access = accessOf("e-commerce", "bank", "iam-role", "saas-owner");
            putRoles(
                stack,
                access.profiles.flatMap(({ holders }) =>
                    holders.flatMap(({ iamRole }) => iamRole?.split("/").at(-1) ?? []),
                ),
            );
            const program = await accessProgram(postgres);
            const { changes } = await stack.up(program({ tenants: access.tenants }));
            const admin = await connectAsAdmin(postgres);
            const { rows } = await admin.query<{ owner: string }>(
                "SELECT nspowner::regrole::text AS owner FROM pg_namespace",
            );
            const missing = access.tenants
                .filter(({ name }) => !rows.some(({ owner }) => owner === `${name}_owner` || owner === `${name}_app`))
                .map(({ name }) => name);
            assert.deepEqual(missing, [], `made ${JSON.stringify(changes)}, and no schema of these`);
            const migrations = ["e-commerce.sql", "bank.sql"].map((file) => readFileSync(exampleFile(file), "utf8"));
            await admin.query(`${migrations.join("\n")}; SET ROLE acme_app; CREATE TABLE acme.made (); RESET ROLE`);
            await stack.up(program(access));
            await admin.query(
                "SET ROLE shop_owner; CREATE TABLE shop.later (id int); SET ROLE shop_test_owner; CREATE TABLE shop_test.later (id int); RESET ROLE",
            );
            return postgres;
        };

        it("grant every identity exactly what they declare", async () => {
            const postgres = await bringUp();
            const outcomes: (readonly [string, string, boolean])[] = [];
            for (const login of new Set(ATTEMPTS.map(([name]) => name))) {
                const rescue = login === postgres.breakGlass.username;
                const session = rescue
                    ? await connectWith(postgres, login, postgres.breakGlass.password)
                    : await connectAs(postgres, login);
                for (const [, statement] of ATTEMPTS.filter(([name]) => name === login)) {
                    const failure = await session.query(`BEGIN; ${statement}`).then(
                        () => undefined,
                        (error: { code: string; message: string }) => error,
                    );
                    assert.ok(
                        failure === undefined || failure.code === "42501",
                        `${login}: ${statement}: ${failure?.message}`,
                    );
                    outcomes.push([login, statement, failure === undefined]);
                    await session.query("ROLLBACK; RESET ROLE");
                }
                await session.end();
            }
            assert.deepEqual(outcomes, ATTEMPTS);
        });
    });
}

/** IAM roles that exist in the stack's AWS account but that the stack does not create. */
function putRoles({ stateDir }: InlineStack, names: readonly string[]): void {
    const trust = {
        Version: "2012-10-17",
        Statement: [
            { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::111122223333:root" } },
        ],
    };
    const roles = names.map((name) => ({
        type: "aws:iam/role:Role",
        id: name,
        inputs: { name, assumeRolePolicy: JSON.stringify(trust) },
    }));
    putExisting(new Cloud(new Store(join(stateDir, "cloud")), "eu-central-1"), roles);
}
