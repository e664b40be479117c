import {
    DescribeAddonCommand,
    DescribeClusterCommand,
    type EKSClient,
    ResourceNotFoundException,
} from "@aws-sdk/client-eks";
import {
    GetOpenIDConnectProviderCommand,
    GetRoleCommand,
    type IAMClient,
    ListOpenIDConnectProvidersCommand,
    NoSuchEntityException,
} from "@aws-sdk/client-iam";

import type { Addon, Cluster, OidcProvider } from "../facts";
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

/** An add-on of a cluster; undefined if the cluster does not have it. */
export async function readAddon(client: EKSClient, clusterName: string, addonName: string): Promise<Addon | undefined> {
    try {
        const { addon } = await client.send(new DescribeAddonCommand({ clusterName, addonName }));
        const issues = (addon?.health?.issues ?? []).map(({ code = "", message = "" }) => `${code}: ${message}`);
        return { status: addon?.status ?? "", issues };
    } catch (error) {
        if (error instanceof ResourceNotFoundException) {
            return undefined;
        }
        throw error;
    }
}

/** The roles among these names that the account has. */
export async function readRoles(client: IAMClient, names: readonly string[]): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of names) {
        try {
            await client.send(new GetRoleCommand({ RoleName: name }));
            found.push(name);
        } catch (error) {
            if (!(error instanceof NoSuchEntityException)) {
                throw error;
            }
        }
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
