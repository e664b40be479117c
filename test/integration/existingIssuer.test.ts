import { deepEqual, match, rejects } from "node:assert/strict";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { createIssuer, findIssuer } from "../../components/cluster/existingIssuer";
import { OIDC_PROVIDER } from "../../sandbox/cloud/aws/tokens";
import { Store } from "../../sandbox/cloud/store";
import { InlineStack } from "../support/inlineStack";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF";
const arn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;

class Cluster extends pulumi.ComponentResource {
    constructor() {
        super("keyless:cluster:ExistingCluster", "theirs");
    }
}
const creating = async () => ({ arn: createIssuer("theirs-issuer", pulumi.output(issuer), new Cluster()) });
const finding = async () => ({ arn: findIssuer(pulumi.output(issuer), new Cluster()) });

describe("the OIDC provider of an existing cluster", () => {
    let stack: InlineStack;

    beforeEach(async () => {
        stack = await InlineStack.create();
    });
    afterEach(() => stack.remove());

    const store = () => new Store(join(stack.stateDir, "cloud"));
    const put = (...clientIdLists: readonly string[]) => {
        const state = { arn, url: issuer, clientIdLists: [...clientIdLists] };
        store().put({
            type: OIDC_PROVIDER,
            id: arn,
            region: "aws-global",
            account: "111122223333",
            inputs: state,
            state,
        });
    };

    it("is found, or nothing is, without a resource", async () => {
        deepEqual((await stack.up(finding)).outputs, { arn: "" });
        put("sts.amazonaws.com");
        deepEqual((await stack.up(finding)).outputs, { arn });
        deepEqual(
            (await stack.resources(finding)).filter(({ type }) => type === OIDC_PROVIDER),
            [],
        );
    });

    it("stays when the stack that created it no longer does, and is found then", async () => {
        deepEqual((await stack.up(creating)).outputs, { arn });
        const [created] = store().list(OIDC_PROVIDER);
        await stack.up(finding);
        deepEqual((await stack.up(finding)).outputs, { arn });
        deepEqual(store().list(OIDC_PROVIDER), [created]);
    });

    it("is not created a second time: the preview names the one that exists", async () => {
        put("sts.amazonaws.com");
        await rejects(stack.preview(creating), (error: Error) => {
            match(
                error.message,
                new RegExp(`createOidcProvider: the OIDC provider ${arn} exists.*remove the key`, "s"),
            );
            return true;
        });
    });

    it("is refused in a preview if it does not accept pods' tokens", async () => {
        put("sigstore");
        await rejects(stack.preview(finding), /does not accept the audience sts\.amazonaws\.com/);
    });
});
