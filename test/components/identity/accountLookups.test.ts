import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { accountLookups } from "../../../components/identity/accountLookups";
import { PersonPermissionSet } from "../../../components/people/permissionSet";

/** A run of its own in this process, which the SDK's declarations omit. */
const { withLocalStorage } = createRequire(__filename)("@pulumi/pulumi/runtime/state") as {
    withLocalStorage<T>(this: void, work: () => Promise<T>): Promise<T>;
};

/** The lookups that a program makes, each with its provider's name. */
function lookupsOf(program: () => unknown): Promise<string[]> {
    return withLocalStorage(async () => {
        const made: string[] = [];
        const mocks: pulumi.runtime.Mocks = {
            newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
            call({ token, provider = "" }) {
                made.push(`${token.split(":").at(-1)} ${provider.split("::").at(-2) ?? ""}`.trim());
                const arns = ["arn:aws:sso:::instance/ssoins-0"];
                return { partition: "aws", dnsSuffix: "amazonaws.com", accountId: "1", region: "a", arns };
            },
        };
        await pulumi.runtime.setMocks(mocks, "project", "stack", false);
        await pulumi.runtime.runInPulumiStack(async () => void program());
        await pulumi.runtime.disconnect();
        return made.sort();
    });
}

const component = (name: string, opts: pulumi.ComponentResourceOptions = {}) =>
    new pulumi.ComponentResource("test:index:Part", name, {}, opts);
const use = (parent: pulumi.Resource, provider?: aws.Provider) => {
    const { partition, accountId, region } = accountLookups(parent, provider);
    return pulumi.all([partition, accountId, region]);
};

describe("what a provider's account is", () => {
    it("is looked up once in each run, whoever needs it", async () => {
        const program = () => ["a", "b", "c"].forEach((name) => use(component(name)));
        const once = ["getCallerIdentity", "getPartition", "getRegion"];
        assert.deepEqual([await lookupsOf(program), await lookupsOf(program)], [once, once]);
    });

    it("is looked up for each provider: one given, or the parent's", async () => {
        const made = await lookupsOf(() => {
            const [given, inherited] = [new aws.Provider("given"), new aws.Provider("inherited")];
            use(component("a"), given);
            use(component("b"), given);
            use(component("c", { providers: [inherited] }));
            use(component("d", { parent: component("e", { providers: [inherited] }) }));
            use(component("f", { providers: [inherited] }), given);
        });
        assert.deepEqual(
            made,
            ["getCallerIdentity", "getPartition", "getRegion"].flatMap((name) => [
                `${name} given`,
                `${name} inherited`,
            ]),
        );
    });

    it("is looked up once for all people in IAM Identity Center, and so is its instance", async () => {
        const made = await lookupsOf(() =>
            ["ann", "sue"].map((user) => new PersonPermissionSet(user, { assigned: { users: [user], groups: [] } })),
        );
        assert.deepEqual(made, ["getCallerIdentity", "getInstances", "getPartition"]);
    });

    it("is looked up no more than it is needed", async () => {
        assert.deepEqual(await lookupsOf(() => accountLookups(component("a"), undefined).dnsSuffix), ["getPartition"]);
    });
});
