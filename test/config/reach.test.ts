import assert from "node:assert/strict";
import { parseSettings } from "../../config";
import { wrongsOf } from "../support/configProblems";

const least = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };

function tenants(...entries: unknown[]): Record<string, unknown> {
    return { platform: least, access: { tenants: entries } };
}

describe("the config of reachability", () => {
    for (const [image, wrong] of [
        ["shop:1.4.2", undefined],
        ["111122223333.dkr.ecr.eu-central-1.amazonaws.com/team/shop:1.4", undefined],
        [`localhost:5000/shop@sha256:${"0a".repeat(32)}`, undefined],
        ["shop", "has no tag or digest"],
        ["localhost:5000/shop", "has no tag or digest"],
        ["shop:latest", "has no tag or digest"],
        ["Shop:1", "not the name of an image"],
        ["shop:1 --privileged", "not the name of an image"],
    ] as const) {
        it(`${wrong === undefined ? "takes" : "refuses"} the image ${image}`, () => {
            assert.deepEqual(
                wrongsOf(tenants({ name: "shop", image })),
                wrong === undefined ? [] : [`access.tenants[0].image: ${wrong}`],
            );
        });
    }

    it("refuses a network policy that would block services' credentials", () => {
        const stranded = (identity: string, network: object) =>
            wrongsOf({
                platform: { ...least, network },
                access: { networkPolicy: true, tenants: [{ name: "shop", identity }] },
            });
        assert.deepEqual(stranded("irsa", {}), [
            "access.networkPolicy: the service shop gets its credentials from STS (identity: irsa) over the internet",
        ]);
        assert.deepEqual(
            [stranded("podIdentity", {}), stranded("irsa", { endpoints: true }), stranded("irsa", { nat: "none" })],
            [[], [], []],
        );
    });

    it("stops a first run before the database is connected to", () => {
        assert.equal(parseSettings({ ...tenants({ name: "shop" }), deploy: "platform" }).access, undefined);
        assert.deepEqual(wrongsOf({ platform: least, deploy: "data" }), ["deploy: not one of all, platform"]);
    });

    it("identifies people by their IAM users, and requires existing profiles", () => {
        const given = (person: object) =>
            wrongsOf({
                platform: least,
                access: { tenants: [{ name: "shop" }], profiles: [{ name: "support" }], people: [person] },
            });
        const sue = { user: "sue", assumedBy: ["arn:aws:iam::111122223333:user/sue"], profiles: ["support"] };
        assert.deepEqual(given(sue), []);
        assert.deepEqual(given({ ...sue, assumedBy: ["arn:aws:iam::111122223333:role/team"], sessionHours: 13 }), [
            "access.people[0].assumedBy[0]: a role, whose sessions never show a second factor",
            "access.people[0].sessionHours: not a whole number from 1 to 12",
        ]);
        assert.deepEqual(given({ ...sue, assumedBy: [], profiles: ["suport"] }), [
            "access.people[0].assumedBy: empty",
            "access.people[0].profiles[0]: no such profile",
        ]);
        const unassigned = { user: "sue", profiles: ["support"] };
        const id = "90677c608a-7afcdc23-2e4d-4bde-9a8c-0123456789ab";
        assert.deepEqual(given({ ...unassigned, identityCenter: { groups: [id] } }), []);
        assert.deepEqual(given(unassigned), ["access.people[0].assumedBy: missing"]);
        assert.deepEqual(given({ ...sue, identityCenter: { users: [id] } }), [
            "access.people[0].identityCenter: assumedBy is set too",
        ]);
        assert.deepEqual(given({ ...unassigned, identityCenter: {} }), ["access.people[0].identityCenter: empty"]);
        assert.deepEqual(given({ ...unassigned, identityCenter: { users: ["sue"], groups: [] } }), [
            "access.people[0].identityCenter.users[0]: not the id of a user or a group",
        ]);
        assert.deepEqual(given({ ...unassigned, identityCenter: { users: [id], groups: [id] } }), [
            "access.people[0].identityCenter: named twice",
        ]);
        const center = { role: "arn:aws:iam::999988887777:user/sue", region: "Ireland" };
        assert.deepEqual(wrongsOf({ platform: least, access: { identityCenter: center } }), [
            "access.identityCenter.role: not the ARN of an IAM role",
            "access.identityCenter.region: not a region's name",
        ]);
        assert.deepEqual(
            given({ ...sue, user: "shop_app", profiles: [] }).map((wrong) => wrong.split(":")[0]),
            ["access.people[0].user", "access.people[0].profiles"],
        );
    });
});
