import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Offboarding } from "../../../../components/tenancy/offboarding/offboarding";
import { record } from "../../../support/mocks";

const schemaType = "postgresql:index/schema:Schema";

/** What the transformation of the program's resources returns for a schema of that name. */
function declare({ transformation }: Offboarding, name: string): pulumi.ResourceOptions {
    const resource = {} as unknown as pulumi.Resource;
    const changed = transformation({ resource, type: schemaType, name, props: {}, opts: {} });
    assert.ok(changed !== undefined);
    return changed.opts;
}

/** Runs what comes before the schema `keyless-shop` is deleted, while the program has declared only another one. */
async function deleteShop(declaringLater: (offboarding: Offboarding) => void): Promise<void> {
    let deletion: Promise<void> | undefined;
    await record(async () => {
        const open = () => Promise.reject(new Error("the server was asked"));
        const offboarding = new Offboarding({ open, database: "app" });
        const [hook] = declare(offboarding, "keyless-billing").hooks?.beforeDelete ?? [];
        assert.ok(hook instanceof pulumi.ResourceHook);
        declaringLater(offboarding);
        const args = { urn: "", id: "", type: schemaType, name: "keyless-shop", oldInputs: { name: "shop" } };
        deletion = Promise.resolve(hook.callback(args));
        await deletion.catch(() => undefined);
    });
    await deletion;
}

describe("offboarding", () => {
    it("lets the program declare the rest before it takes a schema that is deleted first for one that leaves", async () => {
        await deleteShop((offboarding) =>
            offboarding.declaringLater(async () => {
                await new Promise(setImmediate);
                declare(offboarding, "keyless-shop");
            }),
        );
    });

    it("asks the server about a schema that the whole program does not declare", async () => {
        await assert.rejects(
            deleteShop((offboarding) => offboarding.declaringLater(async () => undefined)),
            { message: "the server was asked" },
        );
    });
});
