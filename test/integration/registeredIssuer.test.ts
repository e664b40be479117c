import { deepEqual, match, rejects } from "node:assert/strict";
import { join } from "node:path";

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { registerIssuer } from "../../components/platform/registeredIssuer";
import { OIDC_PROVIDER } from "../../sandbox/cloud/aws/tokens";
import { Store } from "../../sandbox/cloud/store";
import { InlineStack } from "../support/inlineStack";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF";
const arn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
/** The provider for the account of both, which makes no difference here. */
const accountProvider = (name: string) => new aws.Provider(name, { region: "eu-central-1" });

class Component extends pulumi.ComponentResource {
    constructor(type: string) {
        super(type, "keyless");
    }
}

/** The platform of this version. */
const platform = async () => {
    const parent = new Component("keyless:platform:Platform");
    const provider = accountProvider("keyless-database-account");
    registerIssuer("keyless", { issuer: pulumi.output(issuer), provider }, parent);
};

/** An OIDC provider as an access stack of an earlier version created it. */
const created = (parent: () => pulumi.Resource | undefined, name: string) => async () => {
    const provider = accountProvider(name);
    const args = { url: `https://${issuer}`, clientIdLists: ["sts.amazonaws.com"] };
    new aws.iam.OpenIdConnectProvider("keyless-cluster", args, { parent: parent(), provider });
};

describe("the OIDC provider of a cluster's issuer in the database's account", () => {
    let stack: InlineStack;

    beforeEach(async () => {
        stack = await InlineStack.create();
    });
    afterEach(() => stack.remove());

    const providers = async () =>
        (await stack.resources(platform)).filter(({ type }) => type === OIDC_PROVIDER).map(({ urn, id }) => [urn, id]);
    const kept = [
        [`urn:pulumi:test::keyless::keyless:platform:Platform$${OIDC_PROVIDER}::keyless-cluster`, arn],
    ] as const;

    for (const [title, earlier] of [
        ["access of the same stack", created(() => new Component("keyless:access:Access"), "keyless-database-account")],
        ["an access stack, after `pulumi state move`", created(() => undefined, "platform-database-account")],
    ] as const) {
        it(`is taken over from ${title}, and neither replaced nor deleted`, async () => {
            await stack.up(earlier);
            const { changes } = await stack.up(platform);
            deepEqual(
                [changes["replace"], changes["create-replacement"], await providers()],
                [undefined, undefined, kept],
            );
        });
    }

    it("is not created in place of one that an access stack has: the preview says how to move it", async () => {
        const state = { arn, url: issuer, clientIdLists: ["sts.amazonaws.com"] };
        const place = { region: "aws-global", account: "111122223333" };
        new Store(join(stack.stateDir, "cloud")).put({ type: OIDC_PROVIDER, id: arn, ...place, inputs: state, state });
        await rejects(stack.preview(platform), (error: Error) => {
            match(error.message, /exists, and IAM takes one of each issuer.*pulumi state move --source ACCESS_STACK/s);
            return true;
        });
    });
});
