import type { EC2Client } from "@aws-sdk/client-ec2";
import {
    type DBProxy,
    paginateDescribeDBProxies,
    paginateDescribeDBProxyTargets,
    type RDSClient,
} from "@aws-sdk/client-rds";

import type { Proxy, Server } from "../facts";
import { attempt } from "../known";
import { readGroups } from "./ec2";

/** The region's proxies whose target is this server. */
export async function readProxies(rds: RDSClient, ec2: EC2Client, server: Server): Promise<readonly Proxy[]> {
    const found: Proxy[] = [];
    for await (const { DBProxies = [] } of paginateDescribeDBProxies({ client: rds }, {})) {
        for (const proxy of DBProxies) {
            if (await leadsTo(rds, proxy, server)) {
                found.push(await proxyOf(ec2, proxy));
            }
        }
    }
    return found;
}

async function leadsTo(client: RDSClient, { DBProxyName }: DBProxy, server: Server): Promise<boolean> {
    for await (const { Targets = [] } of paginateDescribeDBProxyTargets({ client }, { DBProxyName })) {
        const ids = Targets.flatMap(({ TrackedClusterId, RdsResourceId }) => [TrackedClusterId, RdsResourceId]);
        if (ids.includes(server.identifier)) {
            return true;
        }
    }
    return false;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBProxy.html */
async function proxyOf(client: EC2Client, proxy: DBProxy): Promise<Proxy> {
    const { DBProxyName: name = "", Auth = [], VpcSecurityGroupIds = [] } = proxy;
    const secrets = Auth.filter(({ SecretArn }) => SecretArn !== undefined);
    return {
        name,
        iam: proxy.DefaultAuthScheme === "IAM_AUTH",
        requiresTls: proxy.RequireTLS === true,
        secrets: { all: secrets.length, byPassword: secrets.filter(({ IAMAuth }) => IAMAuth !== "REQUIRED").length },
        groups: await attempt(`the security groups of ${name}`, () => readGroups(client, VpcSecurityGroupIds)),
    };
}
