import assert from "node:assert/strict";
import { TURN } from "../../../components/tenancy/offboarding/turns";
import { circles, deadlocks, deadlocksOfChange, removing } from "../../support/locks/deadlocks";
import { isKnown, membersOf } from "../../support/locks/sequences";
import type { Registered } from "../../support/mocks";
import { runProgram } from "../../support/program";

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

type Entries = typeof access;

/** Other holders of a profile. */
const passedOn = { ...access, profiles: changedReader({ holders: [{ tenant: "stock" }, { tenant: "billing" }] }) };
/** The holders again, and other rights. */
const redefined = {
    ...access,
    profiles: changedReader({ grants: [{ tenant: "*", privileges: ["SELECT", "INSERT"] }] }),
};

function changedReader(change: object): Entries["profiles"] {
    return access.profiles.map((profile) => (profile.name === "reader" ? { ...profile, ...change } : profile));
}

async function registered(entries: Entries): Promise<readonly Registered[]> {
    const platform = {
        network: { nat: "one" },
        cluster: { version: "1.33" },
        database: { engineVersion: "16" },
    };
    const config = { "keyless:platform": JSON.stringify(platform), "keyless:access": JSON.stringify(entries) };
    return (await runProgram({ config })).recording.registered();
}

describe("roles that share members", () => {
    let resources: readonly Registered[];

    before(async () => {
        resources = await registered(access);
    });

    it("are never changed or removed at once, because the provider's locks could deadlock", () => {
        assert.deepEqual(deadlocks(resources), []);
    });

    it("are not when a profile gets other holders", async () => {
        assert.deepEqual(deadlocksOfChange(resources, await registered(passedOn)), []);
    });

    it("are when it gets other rights too, whose grants do not wait for tenants that lose it: this is retried", async () => {
        assert.deepEqual(deadlocksOfChange(await registered(passedOn), await registered(redefined)), [
            "Grant keyless-billing-reader and Role keyless-stock",
            "Grant keyless-crm-reader and Role keyless-stock",
            "Grant keyless-shop-reader and Role keyless-stock",
        ]);
    });

    it("would be removed at once without turns: the engine heeds only direct dependencies", () => {
        const found = deadlocks(resources.map((resource) => ({ ...resource, beforeDelete: [] })));
        const expected = [
            // A profile that acts as an owner, and other default privileges of that owner.
            "DefaultPrivileges keyless-stock-reader and Role keyless-stock_admin",
            // A login, and the grants of a profile that it holds.
            "Grant keyless-stock-reader and Role keyless-eve",
            // The grants of two profiles that share a holder.
            "Grant keyless-crm-reader and Grant keyless-shop-editor",
        ];
        assert.deepEqual(
            expected.filter((pair) => !found.includes(pair)),
            [],
        );
    });

    it("would be changed at once if the order of any two grants were dropped", () => {
        const grant = (name: string) =>
            resources.find((one) => one.type === "postgresql:index/grant:Grant" && one.name === name);
        const cut = grant("keyless-stock-editor");
        assert.ok(cut);
        const without = resources.map((one) =>
            one === cut
                ? { ...one, dependencies: one.dependencies.filter((urn) => !urn.includes("efaultPrivileges")) }
                : one,
        );
        assert.notDeepEqual(deadlocks(without), []);
    });

    it("deadlock in a circle of three, each of which shares one member with the next", () => {
        const role = (name: string, roles: string[]): Registered => ({
            type: "postgresql:index/role:Role",
            ...{ name, urn: name, inputs: { name, roles }, dependencies: [], beforeDelete: [TURN] },
        });
        const three = [role("a", ["c"]), role("b", ["a"]), role("c", ["b"])];
        assert.deepEqual(
            circles(three, membersOf(three), () => true),
            ["Role a and Role b and Role c"],
        );
        assert.deepEqual(circles(three, membersOf(three), removing), []);
    });

    it("include those of every type of the provider's that the program uses", () => {
        const types = new Set(resources.map(({ type }) => type).filter((type) => type.startsWith("postgresql:")));
        assert.deepEqual(
            [...types].filter((type) => !isKnown(type)),
            [],
        );
    });
});
