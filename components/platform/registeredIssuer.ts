import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuseSecondIssuer } from "../identity/onlyIssuer";

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
    const stack = pulumi.getStack();
    const refuseSecond = refuseSecondIssuer(
        {
            name: `${name}-issuer-before-create`,
            path: "platform.databaseAccount",
            reason: (arn) => alreadyRegistered(arn, `${name}-cluster`, stack),
        },
        { parent, provider },
    );
    return new aws.iam.OpenIdConnectProvider(
        `${name}-cluster`,
        { url, clientIdLists: ["sts.amazonaws.com"] },
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
        `the OIDC provider ${arn} exists, and IAM takes one of each issuer; an access stack of an earlier version created it: ` +
        `move it here with \`pulumi state move --source ACCESS_STACK --dest ${stack} URN\`, where URN is that of ${resource} in \`pulumi stack --show-urns\`, and then update the access stack`
    );
}
