import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

import { Access, type AccessArgs } from "../../components/access/access";
import type { TenantEntry } from "../../components/access/entries";
import type { PlatformContract } from "../../components/platform/contract";
import type { ConnectionLog } from "../../components/tenancy/migration/connectionLog";
import { Offboarding } from "../../components/tenancy/offboarding/offboarding";
import { ExistingRoles } from "../../components/tenancy/migration/existingRole";
import type { PasswordSecrets } from "../../components/tenancy/migration/passwordSecrets";
import { SessionSettings } from "../../components/tenancy/sessionSettings";
import { hookLimits } from "../../components/tenancy/provisionerSession";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { byCertificate } from "../../sandbox/postgres/session";
import { openGuardedSession } from "../../toolkit/guardedSession";
import { PROVISIONER } from "../../toolkit/serverNames";
import { MemorySecrets } from "./memorySecrets";

const nothing = pulumi.output("");
const none = pulumi.output<string[]>([]);
const clusterArn = pulumi.output("arn:aws:rds:eu-central-1:111122223333:cluster:db");
const clusterResourceId = pulumi.output("cluster-ABC1");

/** A platform that is only its database. */
const platform: PlatformContract = {
    endpoint: nothing,
    readerEndpoint: nothing,
    port: pulumi.output(5432),
    database: pulumi.output("app"),
    engineVersion: pulumi.output("16"),
    maxConnections: pulumi.output(0),
    serviceEndpoint: nothing,
    serviceReaderEndpoint: nothing,
    replicaEndpoint: nothing,
    clusterArn,
    clusterResourceId,
    targets: pulumi.all([clusterArn, clusterResourceId]).apply(([arn, resourceId]) => [{ arn, resourceId }]),
    proxy: undefined,
    temporarySecurityGroupId: nothing,
    routedCidrs: none,
    databaseCidrs: none,
    endpointCidrs: none,
    kubeconfig: nothing,
    kubernetesArn: nothing,
    oidcProviderArn: nothing,
    oidcIssuer: nothing,
    appTier: "nodes",
    podSecurityGroupIds: none,
    fargateNamespaces: pulumi.output([]),
};

/** A tenant that runs outside Kubernetes, which needs only a role. */
export function tenant(name: string, more: Partial<TenantEntry> = {}): TenantEntry {
    return { identity: "ecs", ...more, name } as TenantEntry;
}

/** The access of a stack on a server that is reached past the gateway: everything but the platform is the program's own. */
export async function accessProgram(
    postgres: Pick<Postgres, "host" | "port" | "authority" | "breakGlass" | "clientCertificate">,
    log?: ConnectionLog,
    secrets: PasswordSecrets = new MemorySecrets(),
): Promise<(args: Partial<AccessArgs>) => PulumiFn> {
    const { cert, key } = await postgres.clientCertificate(PROVISIONER);
    const connection = {
        ...{ host: "localhost", port: postgres.port, username: PROVISIONER, superuser: false, connectTimeout: 15 },
        ...{ sslmode: "verify-full", sslrootcert: postgres.authority, clientcert: { cert, key, sslinline: true } },
    };
    const open = async (database: string) =>
        openGuardedSession({ ...(await byCertificate(postgres, PROVISIONER)), database }, hookLimits);
    return (args) => async () => {
        const offboarding = new Offboarding({ open, database: "app" });
        const connect = (name: string, database: pulumi.Input<string>) =>
            new postgresql.Provider(name, { ...connection, database });
        const sessionSettings = new SessionSettings(open, "app");
        const fixed = {
            platform,
            offboarding,
            sessionSettings,
            existingRoles: new ExistingRoles(open, "app", async () => (log === undefined ? [] : [log]), secrets),
            provisioner: PROVISIONER,
            breakGlass: postgres.breakGlass.username,
            caBundle: "",
            connect,
        };
        const { tenants } = new Access(
            "keyless",
            { ...fixed, tenants: [], ...args },
            { providers: { postgresql: connect("database", "app") } },
        );
        await tenants;
    };
}
