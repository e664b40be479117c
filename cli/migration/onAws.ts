import { EKSClient } from "@aws-sdk/client-eks";
import { CloudWatchLog, loggedServers } from "../../components/tenancy/migration/cloudWatchLog";
import { KubernetesSecrets } from "../../components/tenancy/migration/kubernetesSecrets";
import { NamedSecrets, SecretsManagerSecrets } from "../../components/tenancy/migration/passwordSecrets";
import type { Cluster } from "../../doctor/facts";
import { attempt } from "../../doctor/known";
import { readCluster } from "../../doctor/read/eks";
import { clusterApi, readPodAddresses } from "../../doctor/read/kubernetes";
import { lastPart, regionOf } from "../../toolkit/arn";
import { eksToken } from "../../toolkit/eksToken";
import { kubernetesApi } from "../../toolkit/kubernetesApi";
import { isRecord } from "../../toolkit/record";
import { UserError } from "../../toolkit/userError";
import { connect, targetOf } from "../access/connection";
import { readOutputs } from "../command/outputs";
import type { Migrating } from "./status";

/** Does the work with a session on the server of a stack on AWS. @throws UserError */
export async function onAws<T>(where: string, stack: string, work: (server: Migrating) => Promise<T>): Promise<T> {
    const target = targetOf(where, process.env);
    const { clusterArn, connectTargets, database, kubernetesArn } = await readOutputs(stack);
    if (typeof clusterArn !== "string" || typeof database !== "string") {
        throw new UserError(`the stack ${stack} has no output clusterArn: deploy it first`);
    }
    const client = await connect(target, target.database);
    try {
        const logs = loggedServers(clusterArn, targetsIn(connectTargets)).map(
            (arn) => new CloudWatchLog(arn, { region: regionOf(arn) }),
        );
        const secrets = new NamedSecrets(
            new SecretsManagerSecrets(async (region) => ({ region })),
            new KubernetesSecrets(async () => {
                const cluster = await clusterOf(kubernetesArn);
                return kubernetesApi(cluster, await eksToken(cluster.arn));
            }),
        );
        return await work({ client, logs, database, pods: await podsOf(kubernetesArn), secrets });
    } finally {
        await client.end();
    }
}

function targetsIn(output: unknown): { readonly arn: string }[] {
    return (Array.isArray(output) ? output : []).flatMap((one: unknown) =>
        isRecord(one) && typeof one["arn"] === "string" ? [{ arn: one["arn"] }] : [],
    );
}

/** Names of the cluster's pods by their addresses; none if there is no cluster or it cannot be read. */
async function podsOf(arn: unknown): Promise<ReadonlyMap<string, string>> {
    const found = await attempt("pods", async () => readPodAddresses(await clusterApi(await clusterOf(arn))));
    return "value" in found ? found.value : new Map();
}

/** @throws Error if the stack has no cluster */
async function clusterOf(arn: unknown): Promise<Cluster> {
    if (typeof arn !== "string" || arn === "") {
        throw new Error("the platform has no Kubernetes cluster");
    }
    const client = new EKSClient({ region: regionOf(arn) });
    try {
        return await readCluster(client, lastPart(arn));
    } finally {
        client.destroy();
    }
}
