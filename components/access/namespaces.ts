import * as pulumi from "@pulumi/pulumi";
import { TenantNamespace } from "../kubernetes/tenantNamespace";
import type { PlatformContract } from "../platform/contract";
import type { ServiceEntry } from "./entries";

/** Creates the Kubernetes namespaces of the services, keyed by name; tenants may share one. */
export function tenantNamespaces(
    name: string,
    {
        platform,
        tenants,
        caBundle,
        networkPolicy,
    }: {
        readonly platform: PlatformContract;
        readonly tenants: readonly ServiceEntry[];
        readonly caBundle: pulumi.Input<string>;
        readonly networkPolicy?: boolean;
    },
    parent: pulumi.Resource,
): ReadonlyMap<string, TenantNamespace> {
    const pods = tenants.filter((entry) => "namespace" in entry);
    const { databaseCidrs, endpointCidrs, port } = platform;
    const make = (namespace: string): TenantNamespace => {
        const identities = pods.filter((entry) => entry.namespace === namespace).map(({ identity }) => identity);
        const egress =
            networkPolicy === true ? pulumi.output({ databaseCidrs, endpointCidrs, port, identities }) : undefined;
        return new TenantNamespace(`${name}-${namespace}`, { namespace, caBundle, egress }, { parent });
    };
    return new Map(
        [...new Set(pods.map(({ namespace }) => namespace))].map((namespace) => [namespace, make(namespace)]),
    );
}
