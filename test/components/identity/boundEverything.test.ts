import assert from "node:assert/strict";
import { boundaryIn } from "../../../components/identity/boundEverything";
import { runProgram } from "../../support/program";

const boundary = "arn:aws:iam::111122223333:policy/bounds/keyless";
const platform = {
    cluster: { version: "1.33" },
    database: { engineVersion: "16.6" },
    databaseAccount: { role: "arn:aws:iam::444455556666:role/deploy", cidr: "10.30.0.0/16" },
    bastion: true,
};
const access = {
    tenants: [{ name: "shop" }],
    profiles: [{ name: "support", grants: [{ tenant: "shop", privileges: ["SELECT"] }] }],
    people: [{ user: "sue", assumedBy: ["arn:aws:iam::111122223333:user/sue"], profiles: ["support"] }],
};

async function boundariesOf(more: Record<string, string>): Promise<string[]> {
    const config = {
        "keyless:platform": JSON.stringify(platform),
        "keyless:access": JSON.stringify(access),
        "keyless:alarms": JSON.stringify({ trail: "own" }),
        ...more,
    };
    const { recording } = await runProgram({ config });
    const places = recording.placesOf("aws:iam/role:Role");
    const accounts = recording
        .of("aws:iam/role:Role")
        .map(({ inputs }, index) => `${places[index]?.split(" in ")[1]} ${String(inputs["permissionsBoundary"])}`);
    return [...new Set(accounts)].sort();
}

describe("a permissions boundary", () => {
    it("applies to every role that the stack creates, in another account through the policy of that name there", async () => {
        assert.deepEqual(await boundariesOf({ "keyless:permissionsBoundary": boundary }), [
            `111122223333 ${boundary}`,
            "444455556666 arn:aws:iam::444455556666:policy/bounds/keyless",
        ]);
    });

    it("is set on no role by default", async () => {
        assert.deepEqual(await boundariesOf({}), ["111122223333 undefined", "444455556666 undefined"]);
    });

    it("that AWS manages is the same in every account", () => {
        assert.equal(
            boundaryIn("arn:aws:iam::aws:policy/PowerUserAccess", "444455556666"),
            "arn:aws:iam::aws:policy/PowerUserAccess",
        );
    });
});
