import * as pulumi from "@pulumi/pulumi";
import { groupedBy } from "../../toolkit/grouped";
import { TenantNamespace } from "../kubernetes/tenantNamespace";
import type { PlatformContract } from "../platform/contract";
import type { PodEntry, ServiceEntry } from "./entries";

/** Creates the Kubernetes namespace of a service, or what the service needs in one that exists, when it is first asked for; tenants may share one. */
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
): (entry: ServiceEntry) => TenantNamespace | undefined {
    const pods = tenants.filter((entry) => "namespace" in entry);
    const { databaseCidrs, endpointCidrs, port } = platform;
    const allowed = pulumi.output({ databaseCidrs, endpointCidrs, port });
    const make = (namespace: string, entries: readonly PodEntry[]): TenantNamespace => {
        const identities = [...new Set(entries.map(({ identity }) => identity))];
        const egress = networkPolicy === true ? allowed.apply((known) => ({ ...known, identities })) : undefined;
        const existing = entries.some((entry) => entry.existing?.includes("namespace"));
        return new TenantNamespace(`${name}-${namespace}`, { namespace, existing, caBundle, egress }, { parent });
    };
    const sharing = groupedBy(pods, ({ namespace }) => namespace);
    const made = new Map<string, TenantNamespace>();
    return (entry) => {
        if (!("namespace" in entry)) {
            return undefined;
        }
        const { namespace } = entry;
        const space = made.get(namespace) ?? make(namespace, sharing.get(namespace) ?? []);
        made.set(namespace, space);
        return space;
    };
}
