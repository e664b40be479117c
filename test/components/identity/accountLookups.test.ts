import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { accountLookups } from "../../../components/identity/accountLookups";
import { PersonPermissionSet } from "../../../components/people/permissionSet";
import { exampleStacks } from "../../support/examples";
import { valueOf } from "../../support/mocks";
import { runProgram } from "../../support/program";

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
                const arn = "arn:aws:sts::1:assumed-role/deployer/run";
                return { partition: "aws", dnsSuffix: "amazonaws.com", accountId: "1", arn, region: "a", arns };
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

type Ask = (parent: pulumi.Resource, provider?: aws.Provider) => unknown;

/** Where a lookup can be made, and the provider that it must ask. */
const places: readonly { readonly where: string; readonly asked: string; readonly ask: (ask: Ask) => unknown }[] = [
    { where: "below no provider", asked: "", ask: (ask) => ask(component("a")) },
    {
        where: "below a component's providers",
        asked: "there",
        ask: (ask) => ask(component("a", { providers: [new aws.Provider("there")] })),
    },
    {
        where: "below a component's provider",
        asked: "there",
        ask: (ask) => ask(component("a", { provider: new aws.Provider("there") })),
    },
    {
        where: "below the nearest of several providers",
        asked: "near",
        ask(ask) {
            const far = component("far", { providers: [new aws.Provider("far")] });
            const near = component("near", { parent: far, providers: { aws: new aws.Provider("near") } });
            return ask(component("a", { parent: near }));
        },
    },
    {
        where: "below a resource of a provider",
        asked: "there",
        ask: (ask) => ask(new aws.ec2.Eip("a", {}, { provider: new aws.Provider("there") })),
    },
    {
        where: "below a provider of another package",
        asked: "",
        ask: (ask) => ask(component("a", { providers: [new Random("random")] })),
    },
    {
        where: "with a given provider",
        asked: "given",
        ask: (ask) => ask(component("a"), new aws.Provider("given")),
    },
    {
        where: "with a given provider below another one",
        asked: "given",
        ask: (ask) => ask(component("a", { providers: [new aws.Provider("there")] }), new aws.Provider("given")),
    },
];

/** A provider of another package than AWS'. */
class Random extends pulumi.ProviderResource {
    constructor(name: string) {
        super("random", name);
    }
}

/** Example stacks that together have every component that needs to know its account, and the AWS providers that each creates. */
const wholeStacks: Readonly<Record<string, readonly string[]>> = {
    // A trail, alarms, a bastion and a replica.
    "alarms.yaml": ["keyless-replica"],
    "application-server.yaml": [],
    "compute.yaml": [],
    "cross-account.yaml": ["keyless-database-account"],
    "developers.yaml": [],
    "existing-database.yaml": [],
    "existing-platform.yaml": [],
    "identity-center.yaml": [],
    "pod-identity.yaml": [],
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

    for (const { where, asked, ask } of places) {
        it(`is asked of the provider that a direct lookup asks: ${where}`, async () => {
            const shared = await lookupsOf(() => ask((...place) => accountLookups(...place).region));
            const direct = await lookupsOf(() =>
                ask((parent, provider) => aws.getRegionOutput({}, { parent, provider })),
            );
            const expected = [`getRegion ${asked}`.trim()];
            assert.deepEqual([shared, direct], [expected, expected]);
        });
    }

    it("is looked up once for all people in IAM Identity Center, and so is its instance", async () => {
        const made = await lookupsOf(() =>
            ["ann", "sue"].map((user) => new PersonPermissionSet(user, { assigned: { users: [user], groups: [] } })),
        );
        assert.deepEqual(made, ["getCallerIdentity", "getInstances", "getPartition"]);
    });

    it("is looked up no more than it is needed", async () => {
        assert.deepEqual(await lookupsOf(() => accountLookups(component("a")).dnsSuffix), ["getPartition"]);
    });

    it("includes the caller's ARN, which comes with its account", async () => {
        let found: Promise<string[]> | undefined;
        const made = await lookupsOf(() => {
            const { accountId, callerArn } = accountLookups(component("a"));
            found = valueOf(pulumi.all([accountId, callerArn]));
        });
        assert.deepEqual(
            [made, await found],
            [["getCallerIdentity"], ["1", "arn:aws:sts::1:assumed-role/deployer/run"]],
        );
    });

    for (const [name, created] of Object.entries(wholeStacks)) {
        it(`is looked up once for each provider by a whole stack: ${name}`, async () => {
            const stack = exampleStacks.find((one) => one.name === `examples/stacks/${name}`);
            const { recording } = await runProgram({ config: stack?.config ?? {}, inStack: true });
            assert.deepEqual(
                recording.calls.filter((call) => /^get(CallerIdentity|Partition|Region)\b/.test(call)),
                ["getCallerIdentity", "getPartition", "getRegion"].flatMap((lookup) => [
                    lookup,
                    ...created.map((provider) => `${lookup} ${provider}`),
                ]),
            );
        });
    }
});
