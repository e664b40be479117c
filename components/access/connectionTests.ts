import * as pulumi from "@pulumi/pulumi";
import { regionOf } from "../../toolkit/arn";
import { digest } from "../digest";
import { ConnectionTest } from "../kubernetes/connectionTest";
import type { TenantNamespace } from "../kubernetes/tenantNamespace";
import type { PlatformContract } from "../platform/contract";
import { kubernetesName } from "../tenancy/names";
import type { Tenant } from "../tenancy/tenant";
import type { DeclarationWindow } from "./declarationWindow";
import type { TenantEntry } from "./entries";

/** The services to test, and the image to test them with. */
export interface ConnectionTestEntry {
    /** The image of examples/connection-test. */
    readonly image: string;
    /**
     * Names of tenants in Kubernetes.
     * @default - all
     */
    readonly tenants?: readonly string[] | undefined;
    /**
     * Whether the run waits for the tests, and fails if one does.
     * @default true
     */
    readonly wait?: boolean | undefined;
}

/** A tenant and its location. */
export interface Tried {
    readonly entry: TenantEntry;
    readonly tenant: Tenant;
    /** Name of its database. */
    readonly database: pulumi.Input<string>;
    /** Undefined for a service outside Kubernetes. */
    readonly space: TenantNamespace | undefined;
}

/** Creates a test for each selected service. */
export async function testConnections(
    name: string,
    { image, tenants, wait }: ConnectionTestEntry,
    all: readonly Tried[],
    platform: PlatformContract,
    parent: pulumi.Resource,
    window: DeclarationWindow,
): Promise<void> {
    const { serviceEndpoint: host, port, clusterArn, targets } = platform;
    const names = tenants && new Set(tenants);
    for (const [index, { entry, tenant, database, space }] of all.entries()) {
        const chosen = names === undefined || names.has(entry.name);
        // What a role that exists may do, nothing here declares.
        const testable = tenant.login !== undefined && !tenant.ownerExists;
        if (!chosen || !testable || !("namespace" in entry) || space === undefined) {
            continue;
        }
        await window.room();
        // Another tenant's data must exist to be refused; one is enough, because all would require a quadratic number of dependencies.
        const other = all[(index + 1) % all.length]?.tenant.ready ?? [];
        new ConnectionTest(
            `${name}-${entry.name}-test`,
            {
                ...{ image, wait, namespace: space.namespace, certificates: space.certificates },
                tenant: kubernetesName(entry.name),
                serviceAccount: entry.serviceAccount,
                address: { host, port, database, user: tenant.login, region: clusterArn.apply(regionOf) },
                // A change of the tenant or of a target causes a new test.
                occasion: pulumi.output(targets).apply((found) => digest(JSON.stringify([entry, found]))),
            },
            { parent, dependsOn: [...tenant.ready, ...space.ready, ...other] },
        );
    }
}
