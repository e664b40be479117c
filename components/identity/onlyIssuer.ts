import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { refuseIf } from "../refusal";

export interface OnlyIssuerArgs {
    /** Name of the hook. */
    readonly name: string;
    /** The config key that leads to the creation. */
    readonly path: string;
    /** What to say of the provider that exists, by its ARN. */
    readonly reason: (arn: string) => string;
}

/**
 * A hook that refuses to create an OIDC provider of an issuer that has one, in previews too: IAM takes one for each issuer and
 * account (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html).
 *
 * @param opts `parent` and the provider of the account
 */
export function refuseSecondIssuer({ name, path, reason }: OnlyIssuerArgs, opts: pulumi.InvokeOptions) {
    return refuseIf(name, path, async ({ newInputs = {} }) => {
        const { url } = newInputs as Readonly<Record<string, unknown>>;
        return typeof url !== "string"
            ? undefined
            : aws.iam.getOpenIdConnectProvider({ url }, opts).then(
                  ({ arn }) => reason(arn),
                  // None exists, or nothing can be said about it.
                  () => undefined,
              );
    });
}
