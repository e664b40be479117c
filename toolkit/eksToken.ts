import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

import { lastPart, partitionOf, regionOf } from "./arn";

/** Credentials that sign, or what finds them. */
export type Signing = ConstructorParameters<typeof SignatureV4>[0]["credentials"];

/**
 * A token for a cluster's API. It is valid for 15 minutes whatever X-Amz-Expires says, which tools set to 60:
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster,
 * https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go (requestPresignParam)
 *
 * @param arn the cluster's
 * @param credentials those of the environment unless given
 */
export async function eksToken(arn: string, credentials: Signing = fromNodeProviderChain()): Promise<string> {
    const region = regionOf(arn);
    const hostname = `sts.${region}.amazonaws.com${partitionOf(region) === "aws-cn" ? ".cn" : ""}`;
    const asked = new HttpRequest({
        method: "GET",
        protocol: "https:",
        hostname,
        path: "/",
        query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
        headers: { host: hostname, "x-k8s-aws-id": lastPart(arn) },
    });
    const signer = new SignatureV4({ service: "sts", region, credentials, sha256: Sha256 });
    const { query = {} } = await signer.presign(asked, { expiresIn: 60 });
    const pairs = Object.entries(query).map((pair) => pair.map((one) => encodeURIComponent(String(one))).join("="));
    return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${pairs.join("&")}`).toString("base64url")}`;
}
