import * as pulumi from "@pulumi/pulumi";
import { groupedBy } from "../../toolkit/grouped";
import { TenantNamespace } from "../kubernetes/tenantNamespace";
import type { PlatformContract } from "../platform/contract";
import type { PodEntry, ServiceEntry } from "./entries";

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
    const allowed = pulumi.output({ databaseCidrs, endpointCidrs, port });
    const make = (namespace: string, entries: readonly PodEntry[]): TenantNamespace => {
        const identities = [...new Set(entries.map(({ identity }) => identity))];
        const egress = networkPolicy === true ? allowed.apply((known) => ({ ...known, identities })) : undefined;
        return new TenantNamespace(`${name}-${namespace}`, { namespace, caBundle, egress }, { parent });
    };
    const spaces = groupedBy(pods, ({ namespace }) => namespace);
    return new Map([...spaces].map(([namespace, entries]) => [namespace, make(namespace, entries)]));
}
