import assert from "node:assert/strict";
import { runProgram } from "../../support/program";
import { deadlocks } from "../../support/providerLocks";

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const reads = (tenant: string) => ({ tenant, privileges: ["SELECT"] });

/** Every way in which roles share members: two databases, tenants and people who hold several profiles, owners who log in. */
const access = {
    databases: [{ name: "archive" }, { name: "reports" }],
    tenants: [
        { name: "shop", model: "owner" },
        { name: "billing", database: "archive" },
        { name: "crm", model: "owner", database: "reports" },
        { name: "stock" },
    ],
    profiles: [
        { name: "reader", grants: [reads("*")], holders: [{ tenant: "shop" }, { tenant: "crm" }] },
        {
            name: "editor",
            grants: [{ tenant: "shop", privileges: ["INSERT"] }, reads("stock")],
            holders: [{ tenant: "crm" }, { tenant: "billing" }, { user: "ada", iamRole: role("ada") }],
        },
        { name: "rescue", grants: [reads("*")], holders: [{ breakGlass: true }] },
        { name: "stock_admin", actsAs: "stock", holders: [{ user: "ada", iamRole: role("ada") }] },
        { name: "billing_admin", actsAs: "billing", holders: [{ user: "bob", iamRole: role("bob") }] },
        { name: "shop_admin", actsAs: "shop", holders: [{ user: "cy", iamRole: role("cy") }] },
    ],
    people: [{ user: "eve", assumedBy: ["arn:aws:iam::111122223333:user/eve"], profiles: ["reader", "editor"] }],
};

describe("roles that share members", () => {
    it("are never changed at once, because the provider's locks could deadlock", async () => {
        const { recording } = await runProgram({
            config: {
                "keyless:platform": JSON.stringify({
                    network: { nat: "one" },
                    cluster: { version: "1.33" },
                    database: { engineVersion: "16" },
                }),
                "keyless:access": JSON.stringify(access),
            },
        });
        assert.deepEqual(deadlocks(recording.registered()), []);
    });
});
