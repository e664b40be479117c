import { putDatabase, READER, RESOURCE_ID } from "../../test/integration/gatewaySupport";
import { HOST } from "../../test/integration/postgres-support";
import {
    ACCOUNT,
    connectStatement,
    irsaTrust,
    podTrust,
    put,
    putAssociation,
    putCluster,
    putRole,
    putServiceAccount,
    REGION,
    serviceTrust,
} from "../../test/support/cloud";
import type { ENDPOINTS } from "./catalog";

const PROXY_ID = "prx-0123456789abcdef0";

export const HOSTS: Readonly<Record<(typeof ENDPOINTS)[number], string>> = {
    writer: HOST,
    reader: READER,
    proxy: "keyless.proxy-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com",
};

export { RESOURCE_ID };

export const USER = "app_user";

/** An Aurora cluster with a writer and a reader, a proxy before it, and one identity of each kind. */
export function putWorld(): void {
    putDatabase();
    put("aws:rds/clusterInstance:ClusterInstance", "keyless-1", { clusterIdentifier: "keyless", writer: false });
    const roleArn = putRole("proxy", serviceTrust("rds.amazonaws.com"), [connectStatement(RESOURCE_ID, "*")]);
    put("aws:rds/proxy:Proxy", "keyless", {
        ...{ endpoint: HOSTS.proxy, arn: `arn:aws:rds:${REGION}:${ACCOUNT}:db-proxy:${PROXY_ID}` },
        ...{ defaultAuthScheme: "IAM_AUTH", roleArn },
    });
    put("aws:rds/proxyTarget:ProxyTarget", "keyless", { dbProxyName: "keyless", endpoint: HOST });
    putIdentities();
}

function putIdentities(): void {
    const connects = [connectStatement(RESOURCE_ID, USER), connectStatement(PROXY_ID, USER)];
    const here = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
    putCluster(ACCOUNT);
    putServiceAccount("irsa", "app", putRole("irsa", irsaTrust("irsa", "app"), connects));
    putServiceAccount("pod", "app");
    putAssociation("pod", "app", putRole("pod", podTrust("pod", "app"), connects));
    putRole("ec2", serviceTrust("ec2.amazonaws.com"), connects);
    const profile = { name: "ec2-profile", role: "ec2" };
    put("aws:iam/instanceProfile:InstanceProfile", profile.name, profile, { region: "aws-global" });
    put("aws:ecs/taskDefinition:TaskDefinition", "task", {
        ...{ family: "task", arn: here("ecs", "task-definition/task:1") },
        taskRoleArn: putRole("ecs", serviceTrust("ecs-tasks.amazonaws.com", here("ecs", "*")), connects),
    });
    put("aws:lambda/function:Function", "function", {
        ...{ name: "function", arn: here("lambda", "function:function") },
        role: putRole("lambda", serviceTrust("lambda.amazonaws.com", here("lambda", "function:*")), connects),
    });
    const account = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    putRole("person", { Effect: "Allow", Principal: account, Action: "sts:AssumeRole" }, connects);
}
