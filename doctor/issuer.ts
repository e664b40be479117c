/** Whether an IAM OIDC provider is that of a cluster's issuer, a URL: its ARN ends with the issuer's host and path. */
export function isProviderOf(arn: string, issuer: string): boolean {
    return arn.endsWith(`:oidc-provider/${issuer.replace(/^https:\/\//, "")}`);
}
