import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuseSecondIssuer } from "../identity/onlyIssuer";

/** The audience of the tokens that pods exchange for credentials: https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html */
const AUDIENCE = "sts.amazonaws.com";

/**
 * ARN of the account's OIDC provider of a cluster's issuer; empty if there is none.
 *
 * @param issuer without `https://`
 * @param provider for the account that trusts it, if that is not the program's own
 */
export function findIssuer(
    issuer: pulumi.Output<string>,
    parent: pulumi.Resource,
    provider?: aws.Provider,
): pulumi.Output<string> {
    return issuer.apply((host) =>
        aws.iam
            .getOpenIdConnectProvider({ url: `https://${host}` }, { parent, provider })
            .then(acceptingPods, noneFound),
    );
}

/**
 * Creates that provider. IAM takes one for each issuer and account, so that a second stack is refused before it creates
 * anything. It stays when the stack is deleted, as roles of other stacks may trust it (docs/decisions/0012-*.md).
 *
 * @returns its ARN
 */
export function createIssuer(
    name: string,
    issuer: pulumi.Output<string>,
    parent: pulumi.Resource,
    provider?: aws.Provider,
): pulumi.Output<string> {
    const refuseSecond = refuseSecondIssuer(
        {
            name: `${name}-before-create`,
            path: "platform.cluster.existing.createOidcProvider",
            reason: (arn) =>
                `the OIDC provider ${arn} exists, and IAM takes one of each issuer: remove the key, and the stack uses that one`,
        },
        { parent, provider },
    );
    return new aws.iam.OpenIdConnectProvider(
        name,
        { url: pulumi.interpolate`https://${issuer}`, clientIdLists: [AUDIENCE] },
        { parent, provider, retainOnDelete: true, hooks: { beforeCreate: [refuseSecond] } },
    ).arn;
}

/**
 * The ARN of a provider that accepts pods' tokens.
 *
 * @throws pulumi.RunError if it does not
 */
export function acceptingPods({
    arn,
    clientIdLists,
}: Pick<aws.iam.GetOpenIdConnectProviderResult, "arn" | "clientIdLists">): string {
    if (!clientIdLists.includes(AUDIENCE)) {
        throw new pulumi.RunError(
            `platform.cluster.existing: the OIDC provider ${arn} does not accept the audience ${AUDIENCE}, which pods' tokens have: run \`aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${AUDIENCE}\``,
        );
    }
    return arn;
}

/**
 * ARN of the OIDC provider that a service's role trusts.
 *
 * @throws pulumi.RunError if the cluster has none
 */
export function neededIssuer(tenant: string, arn: string): string {
    if (arn === "") {
        throw new pulumi.RunError(
            `access.tenants: ${tenant} has an identity of irsa, and the account has no IAM OIDC provider of the cluster: ` +
                "write platform.cluster.existing.createOidcProvider: true, create it by `eksctl utils associate-iam-oidc-provider --cluster NAME --approve`, or write an identity of podIdentity",
        );
    }
    return arn;
}

/**
 * An empty ARN where the provider says that there is none; the error, where it says something else:
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/iam/openid_connect_provider_data_source.go
 */
export function noneFound(error: unknown): string {
    if (/finding IAM OIDC Provider by url .*not found/.test(String(error))) {
        return "";
    }
    throw error;
}
