import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface RegisteredIssuerArgs {
    /** The issuer of a cluster's service account tokens, without `https://`. */
    readonly issuer: pulumi.Output<string>;
    /** The provider for the account that trusts it. */
    readonly provider: aws.Provider;
}

/**
 * The OIDC provider of a cluster's issuer in another account. IAM allows one for each issuer and account, so the platform
 * creates it for all of its access stacks: https://docs.aws.amazon.com/eks/latest/userguide/cross-account-access.html
 *
 * @param name the platform's name
 * @returns its ARN
 */
export function registerIssuer(
    name: string,
    { issuer, provider }: RegisteredIssuerArgs,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const url = pulumi.interpolate`https://${issuer}`;
    // Looked up here, because the engine calls hooks outside of the program's async context.
    let existing: Promise<string | undefined> = Promise.resolve(undefined);
    const lookedUp = url.apply((url) => {
        existing = aws.iam.getOpenIdConnectProvider({ url }, { parent, provider }).then(
            ({ arn }) => arn,
            // None exists, or nothing can be said about it.
            () => undefined,
        );
        return existing.then(() => url);
    });
    const stack = pulumi.getStack();
    const refuseSecond = new pulumi.ResourceHook(
        `${name}-issuer-before-create`,
        async () => {
            const arn = await existing;
            if (arn !== undefined) {
                throw new pulumi.RunError(alreadyRegistered(arn, `${name}-cluster`, stack));
            }
        },
        { onDryRun: true },
    );
    return new aws.iam.OpenIdConnectProvider(
        `${name}-cluster`,
        { url: lookedUp, clientIdLists: ["sts.amazonaws.com"] },
        {
            parent,
            provider,
            // Access created it in earlier versions; `pulumi state move` puts it below the stack.
            aliases: [
                ...["Access", "MysqlAccess"].map((type) => ({
                    parent: pulumi.createUrn(name, `keyless:access:${type}`),
                })),
                pulumi.createUrn(`${name}-cluster`, "aws:iam/openIdConnectProvider:OpenIdConnectProvider"),
            ],
            hooks: { beforeCreate: [refuseSecond] },
        },
    ).arn;
}

function alreadyRegistered(arn: string, resource: string, stack: string): string {
    return (
        `platform.databaseAccount: the OIDC provider ${arn} exists, and IAM takes one of each issuer; an access stack of an earlier version created it: ` +
        `move it here with \`pulumi state move --source ACCESS_STACK --dest ${stack} URN\`, where URN is that of ${resource} in \`pulumi stack --show-urns\`, and then update the access stack`
    );
}
