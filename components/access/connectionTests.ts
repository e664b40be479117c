import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { regionOf } from "../../toolkit/arn";
import { ConnectionTest } from "../kubernetes/connectionTest";
import type { TenantNamespace } from "../kubernetes/tenantNamespace";
import type { PlatformContract } from "../platform/contract";
import { kubernetesName } from "../tenancy/names";
import type { Tenant } from "../tenancy/tenant";
import type { TenantEntry } from "./entries";

/** Which services are tried, and by what. */
export interface ConnectionTestEntry {
    /** The image of examples/connection-test. */
    readonly image: string;
    /**
     * Names of tenants in Kubernetes.
     * @default - all
     */
    readonly tenants?: readonly string[] | undefined;
    /**
     * Let the run wait for the tests, and fail with them.
     * @default true
     */
    readonly wait?: boolean | undefined;
}

/** A tenant, and where it is. */
export interface Tried {
    readonly entry: TenantEntry;
    readonly tenant: Tenant;
    /** Name of its database. */
    readonly database: pulumi.Input<string>;
    /** Undefined for a service outside Kubernetes. */
    readonly space: TenantNamespace | undefined;
}

/** Makes a test for each service that is to be tried. */
export function testConnections(
    name: string,
    { image, tenants, wait }: ConnectionTestEntry,
    all: readonly Tried[],
    platform: PlatformContract,
    parent: pulumi.Resource,
): void {
    const { serviceEndpoint: host, port, clusterArn, targets } = platform;
    for (const [index, { entry, tenant, database, space }] of all.entries()) {
        const chosen = tenants === undefined || tenants.includes(entry.name);
        if (!chosen || !("namespace" in entry) || space === undefined || tenant.login === undefined) {
            continue;
        }
        // Another's data must be there to be refused; one other is enough, and all would make as many dependencies as tenants squared.
        const other = all[(index + 1) % all.length]?.tenant.ready ?? [];
        new ConnectionTest(
            `${name}-${entry.name}-test`,
            {
                ...{ image, wait, namespace: space.namespace, caConfigMap: space.caConfigMap },
                tenant: kubernetesName(entry.name),
                serviceAccount: entry.serviceAccount,
                address: { host, port, database, user: tenant.login, region: clusterArn.apply(regionOf) },
                occasion: pulumi.output(targets).apply((found) => digest([entry, found])),
            },
            { parent, dependsOn: [...tenant.ready, ...space.ready, ...other] },
        );
    }
}

/** Of what is said of a tenant and of where it may connect: another value is another test. */
function digest(value: unknown): string {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
