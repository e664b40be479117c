import assert from "node:assert/strict";
import { wrongsOf } from "../support/configProblems";

const database = { engineVersion: "16.6" };
const cluster = { version: "1.33" };
const access = (more: object = {}) => ({
    tenants: [{ name: "shop" }],
    profiles: [{ name: "support", grants: [{ tenant: "shop", privileges: ["SELECT"] }] }],
    people: [{ user: "sue", assumedBy: ["arn:aws:iam::111122223333:user/sue"], profiles: ["support"], shell: true }],
    ...more,
});
const databaseAccount = { role: "arn:aws:iam::444455556666:role/keyless-deploy", cidr: "10.30.0.0/16" };

describe("a shell for a person", () => {
    it("requires a bastion in the stack or its platform", () => {
        assert.deepEqual(wrongsOf({ platform: { cluster, database, bastion: true }, access: access() }), []);
        assert.deepEqual(wrongsOf({ platformStack: "base", access: access({ bastion: true }) }), []);
    });

    it("is refused without a bastion, or with one in another account", () => {
        const at = "access.people[0].shell";
        assert.deepEqual(wrongsOf({ platform: { cluster, database }, access: access() }), [
            `${at}: there is no bastion`,
        ]);
        assert.deepEqual(wrongsOf({ platformStack: "base", access: access() }), [`${at}: there is no bastion`]);
        const foreign = { platform: { cluster, database, bastion: true, databaseAccount }, access: access() };
        assert.deepEqual(wrongsOf(foreign), [
            `${at}: people's roles are in the database's account, the bastion is not`,
        ]);
    });
});
