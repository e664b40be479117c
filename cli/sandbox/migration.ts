import { CloudWatchLog, loggedServers } from "../../components/tenancy/migration/cloudWatchLog";
import { endpointIn, KubernetesSecrets } from "../../components/tenancy/migration/kubernetesSecrets";
import { NamedSecrets, SecretsManagerSecrets } from "../../components/tenancy/migration/passwordSecrets";
import { sandboxCredentials } from "../../sandbox/identity/credentials";
import { PATHS } from "../../sandbox/identity/endpoints";
import { startServer } from "../../sandbox/server";
import { eksToken } from "../../toolkit/eksToken";
import { kubernetesApi } from "../../toolkit/kubernetesApi";
import { regionOf } from "../../toolkit/arn";
import type { Migrating } from "../migration/status";
import { sandboxOutputs } from "./exportSource";

/**
 * Does the work with a session on the server of a stack in the sandbox, and with its logs. Nothing runs in the stand-in
 * cluster, so no address is a pod's.
 */
export async function onMigratingServer<T>(stack: string, work: (server: Migrating) => Promise<T>): Promise<T> {
    const { clusterArn, clusterResourceId, connectTargets, database, kubeconfig, kubernetesArn } =
        sandboxOutputs(stack);
    const targets = connectTargets as { readonly arn: string }[];
    const sandbox = await startServer();
    try {
        const client = await (await sandbox.postgresFor(String(clusterResourceId))).admin("postgres");
        const logs = loggedServers(String(clusterArn), targets).map(
            (arn) =>
                new CloudWatchLog(arn, {
                    region: regionOf(arn),
                    endpoint: sandbox.identityUrl + PATHS.logs,
                    credentials: sandboxCredentials(),
                }),
        );
        const secrets = new NamedSecrets(
            new SecretsManagerSecrets(async (region) => ({
                region,
                endpoint: sandbox.identityUrl + PATHS.secrets,
                credentials: sandboxCredentials(),
            })),
            new KubernetesSecrets(async () => {
                const token = await eksToken(String(kubernetesArn), sandboxCredentials());
                return kubernetesApi({ ...endpointIn(String(kubeconfig)), proxyUrl: sandbox.socksUrl }, token);
            }),
        );
        try {
            return await work({ client, logs, database: String(database), pods: new Map(), secrets });
        } finally {
            await client.end();
        }
    } finally {
        await sandbox.stop();
    }
}
