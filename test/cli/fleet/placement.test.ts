import assert from "node:assert/strict";
import type { Placement } from "../../../cli/fleet/places";
import { place, placementOf } from "../../../cli/fleet/placement";
import { parsePlan } from "../../../cli/fleet/plan";
import { SettingsError } from "../../../config/problems";

const eu = { name: "eu1", platformStack: "organization/keyless/eu1" };
const us = { name: "us1", platformStack: "organization/keyless/us1" };
const named = (...names: readonly string[]) => names.map((name) => ({ name }));

/** The shards of a plan, and what is wrong with it. */
function placed(more: Record<string, unknown>, before: Placement = {}) {
    const { shards, problems } = place(parsePlan({ name: "prod", tenantsPerShard: 2, cells: [eu], ...more }), before);
    const wrongs = problems.map(({ path, wrong }) => `${path}: ${wrong}`);
    return {
        shards: Object.entries(placementOf(shards)).map(([name, { tenants }]) => `${name} ${tenants.join(" ")}`),
        wrongs,
    };
}

const before: Placement = {
    "prod-eu1-001": { cell: "eu1", tenants: ["a", "b"] },
    "prod-eu1-002": { cell: "eu1", tenants: ["c"] },
};

describe("the placement of a fleet's tenants", () => {
    it("fills one shard after another, and begins a cell when the one before is full", () => {
        assert.deepEqual(placed({ cells: [{ ...eu, shards: 1 }, us], tenants: named("a", "b", "c") }), {
            shards: ["prod-eu1-001 a b", "prod-us1-001 c"],
            wrongs: [],
        });
    });

    it("moves no tenant when another one comes or leaves, whatever the plan's order", () => {
        assert.deepEqual(placed({ tenants: named("e", "d", "c", "b") }, before), {
            shards: ["prod-eu1-001 b e", "prod-eu1-002 c d"],
            wrongs: [],
        });
    });

    it("keeps a shard that lost its last tenant, and gives no new one its name", () => {
        assert.deepEqual(placed({ tenants: named("a", "b", "d", "e", "f") }, before), {
            shards: ["prod-eu1-001 a b", "prod-eu1-002 d e", "prod-eu1-003 f"],
            wrongs: [],
        });
    });

    it("puts tenants of one namespace, of one profile, or of one person's profiles in one shard", () => {
        const profiles = [
            { name: "readers", grants: [{ tenant: "a" }] },
            { name: "clerks", grants: [{ tenant: "c" }], holders: [] },
        ];
        const people = [{ user: "sue", profiles: ["readers", "clerks"] }];
        const tenants = [{ name: "a" }, { name: "b", namespace: "x" }, { name: "c" }, { name: "d", namespace: "x" }];
        assert.deepEqual(placed({ tenants, profiles, people }), {
            shards: ["prod-eu1-001 a c", "prod-eu1-002 b d"],
            wrongs: [],
        });
    });

    it("keeps a renamed tenant in the shard that has its schema", () => {
        const tenants = [{ name: "store", formerly: "c" }, ...named("a", "d")];
        assert.deepEqual(placed({ tenants }, before), {
            shards: ["prod-eu1-001 a d", "prod-eu1-002 store"],
            wrongs: [],
        });
    });

    const renames = (tenants: Readonly<Record<string, string>>, had: Placement = apart) => {
        const entries = Object.entries(tenants).map(([name, formerly]) =>
            formerly === "" ? { name } : { name, formerly },
        );
        const plan = parsePlan({ name: "prod", tenantsPerShard: 1, cells: [eu], tenants: entries });
        const { shards, problems } = place(plan, had);
        return problems.length === 0 ? placementOf(shards) : problems.map(({ path, wrong }) => `${path}: ${wrong}`);
    };
    const apart: Placement = {
        "prod-eu1-001": { cell: "eu1", tenants: ["a"] },
        "prod-eu1-002": { cell: "eu1", tenants: ["b"] },
    };
    /** The two shards with a tenant each, by its name now and the one that it was created with. */
    const both = (first: readonly [string?, string?], second: readonly [string?, string?]): Placement =>
        Object.fromEntries(
            [first, second].map(([name, createdAs], index) => [
                `prod-eu1-00${index + 1}`,
                {
                    cell: "eu1",
                    tenants: name === undefined ? [] : [name],
                    ...(name !== undefined && createdAs !== undefined && { createdAs: { [name]: createdAs } }),
                },
            ]),
        );

    for (const [what, tenants, first, second] of [
        ["passes on its name", { c: "a", a: "b" }, ["c", "a"], ["a", "b"]],
        ["takes the name of one that leaves", { a: "b" }, [], ["a", "b"]],
        ["changes names with another", { a: "b", b: "a" }, ["b", "a"], ["a", "b"]],
    ] as const) {
        it(`keeps a renamed tenant with its data when it ${what}, then and ever after`, () => {
            const after = both(first, second);
            assert.deepEqual(renames(tenants), after);
            assert.deepEqual(renames(tenants, after), after);
            // The change is taken back before or after it was deployed.
            assert.deepEqual(
                renames({ ...(first.length > 0 && { a: "" }), b: "" }, after),
                both(first.length > 0 ? ["a"] : [], ["b"]),
            );
        });
    }

    it("keeps a tenant that is renamed once more, whose first name stays formerly", () => {
        assert.deepEqual(renames({ d: "a", b: "" }, both(["c", "a"], ["b"])), both(["d", "a"], ["b"]));
    });

    it("keeps a tenant whose placement says nothing of its first name", () => {
        assert.deepEqual(renames({ a: "first", b: "" }), both(["a", "first"], ["b"]));
    });

    it("refuses what may give a tenant another's data, and says what to do", () => {
        assert.deepEqual(
            [
                renames({ c: "a", a: "", b: "" }),
                renames({ c: "a", d: "a", b: "" }),
                renames({ c: "a", a: "", b: "" }, both(["c", "a"], ["b"])),
                renames({ c: "", b: "" }, both(["c", "a"], ["b"])),
                renames({ a: "" }, both(["a"], ["c", "a"])),
            ],
            [
                ["tenants[1].name: c has the schema a too, and one would get the other's data"],
                [
                    "tenants[1].formerly: c has the schema a too, and one would get the other's data",
                    "tenantsPerShard: prod-eu1-001 has 2 tenants, which do not move",
                ],
                ["tenants[1].name: c has the schema a too, and one would get the other's data"],
                ["tenants[0].formerly: c was created as a (prod-eu1-001), and would lose its data"],
                ["the placement file: a, also named c is in several shards"],
            ],
        );
    });

    it("tells tenants of one first name in two cells apart", () => {
        const had: Placement = {
            "prod-eu1-001": { cell: "eu1", tenants: ["c"], createdAs: { c: "a" } },
            "prod-us1-001": { cell: "us1", tenants: ["a"] },
        };
        const cells = [eu, us];
        assert.deepEqual(placed({ cells, tenants: [{ name: "a" }, { name: "d", formerly: "a" }] }, had), {
            shards: ["prod-eu1-001 d", "prod-us1-001 a"],
            wrongs: [],
        });
        assert.deepEqual(placed({ cells, tenants: [{ name: "d", formerly: "a" }] }, had).wrongs, [
            "tenants[0].formerly: several cells have a tenant that was created with this name: eu1, us1",
        ]);
        assert.deepEqual(placed({ cells, tenants: [{ name: "d", formerly: "a", cell: "us1" }] }, had), {
            shards: ["prod-eu1-001 ", "prod-us1-001 d"],
            wrongs: [],
        });
    });

    it("refuses a tenant that a merge left in two shards", () => {
        const merged = { ...before, "prod-eu1-002": { cell: "eu1", tenants: ["b", "c"] } };
        assert.deepEqual(placed({ tenants: named("a", "b", "c") }, merged).wrongs, [
            "the placement file: b is in several shards",
        ]);
    });

    it("refuses a link between tenants of two shards, and a cell that a tenant's data is not in", () => {
        const tenants = [{ name: "a", namespace: "x" }, { name: "b" }, { name: "c", namespace: "x" }];
        assert.deepEqual(placed({ tenants }, before).wrongs, [
            "tenants[0]: a namespace, a profile or a person links them, and they are in several shards: a in prod-eu1-001, c in prod-eu1-002",
        ]);
        assert.deepEqual(placed({ cells: [eu, us], tenants: [{ name: "a", cell: "us1" }] }, before).wrongs, [
            "tenants[0].cell: its data is in the cell eu1 (prod-eu1-001)",
        ]);
        assert.deepEqual(placed({ cells: [us], tenants: [] }, before).wrongs, [
            "cells: eu1, which has the shard prod-eu1-001, is missing",
            "cells: eu1, which has the shard prod-eu1-002, is missing",
        ]);
    });

    for (const [what, cell, entry, wrong] of [
        ["shards", { shards: 1 }, {}, "1 of 1 shards, and none has room for 1 more of 2 tenants"],
        [
            "IAM roles",
            { limits: { roles: 2 } },
            {},
            "it would have 3 IAM roles in the account, of 2 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)",
        ],
        [
            "Pod Identity associations",
            { limits: { associations: 2 } },
            { identity: "podIdentity" },
            "it would have 3 Pod Identity associations of the cluster, of 2 (https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html)",
        ],
        [
            "connections",
            { limits: { connections: 29 } },
            { limits: { connections: 10 } },
            "it would have 30 connections of the database, of 29 (cells[].limits.connections)",
        ],
    ] as const) {
        it(`reports a full cell before AWS does: ${what}`, () => {
            const tenants = named("a", "b", "c").map((tenant) => ({ ...tenant, ...entry }));
            assert.deepEqual(placed({ cells: [{ ...eu, ...cell }], tenants }).wrongs, [
                `tenants[2]: no cell has room (eu1: ${wrong})`,
            ]);
        });
    }

    it("takes as many logins behind a proxy as the policies of its role have room for", () => {
        const tenants = named(...Array.from({ length: 60 }, (_, index) => `tenant${index}`));
        const cell = { ...eu, shards: 100, access: { proxy: true } };
        assert.match(
            placed({ cells: [cell], tenants }).wrongs[0] ?? "",
            /^tenants\[5\d\]: no cell has room \(eu1: it would have \d+ characters in the policies of the proxy's role, of 10240 /,
        );
    });

    it("refuses entries of one name, and cells that do not exist, all at once", () => {
        const wrong = { name: "prod", cells: [eu], tenants: [{ name: "a" }, { name: "a", cell: "us1" }] };
        assert.throws(
            () => parsePlan(wrong),
            (error) => {
                assert.ok(error instanceof SettingsError);
                assert.deepEqual(
                    error.problems.map(({ path, wrong }) => `${path}: ${wrong}`),
                    ["tenants[1].name: tenants[0] already has this name", "tenants[1].cell: there is no such cell"],
                );
                return true;
            },
        );
    });
});
