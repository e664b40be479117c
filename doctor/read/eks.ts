import { DescribeClusterCommand, type EKSClient, paginateListAddons } from "@aws-sdk/client-eks";
import {
    GetOpenIDConnectProviderCommand,
    type IAMClient,
    ListOpenIDConnectProvidersCommand,
} from "@aws-sdk/client-iam";

import type { Cluster, OidcProvider } from "../facts";
import { isProviderOf } from "../issuer";

/** @throws Error if there is none */
export async function readCluster(client: EKSClient, name: string): Promise<Cluster> {
    const { cluster } = await client.send(new DescribeClusterCommand({ name }));
    if (cluster === undefined) {
        throw new Error(`no cluster has the name ${name}`);
    }
    return {
        name,
        arn: cluster.arn ?? "",
        vpc: cluster.resourcesVpcConfig?.vpcId ?? "",
        securityGroup: cluster.resourcesVpcConfig?.clusterSecurityGroupId ?? "",
        issuer: cluster.identity?.oidc?.issuer ?? "",
        ...(cluster.accessConfig?.authenticationMode !== undefined && {
            authenticationMode: cluster.accessConfig.authenticationMode,
        }),
        auto: cluster.computeConfig?.enabled === true,
        endpoint: cluster.endpoint ?? "",
        authority: Buffer.from(cluster.certificateAuthority?.data ?? "", "base64").toString("utf8"),
    };
}

export async function readAddons(client: EKSClient, clusterName: string): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { addons = [] } of paginateListAddons({ client }, { clusterName })) {
        found.push(...addons);
    }
    return found;
}

/** All of the account's providers, the issuer's own with its audiences. */
export async function readProviders(client: IAMClient, issuer: string): Promise<readonly OidcProvider[]> {
    const { OpenIDConnectProviderList: list = [] } = await client.send(new ListOpenIDConnectProvidersCommand({}));
    const found: OidcProvider[] = [];
    for (const { Arn: arn = "" } of list) {
        const { ClientIDList: audiences = [] } = isProviderOf(arn, issuer)
            ? await client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
            : {};
        found.push({ arn, audiences });
    }
    return found;
}
