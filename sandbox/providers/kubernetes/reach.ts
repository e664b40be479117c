import { EGRESS_RULE, INGRESS_RULE, INSTANCE } from "../../cloud/aws/tokens";
import { must, text, texts } from "../../cloud/aws/values";
import type { Props } from "../../cloud/props";
import type { CloudObject, Store } from "../../cloud/store";
import { mapOf } from "./validation/field";

/** Where the provider's process runs: outside the network, or on a host in it with these security groups. */
export type Position = "outside" | { readonly groups: readonly string[] };

/** The client of a cluster's API. */
export interface Client {
    /** @default - on a host in the network, with whichever group is admitted */
    readonly position?: Position | undefined;
    /** The kubeconfig's `proxy-url`, which can only be the tunnel to a bastion. */
    readonly proxyUrl?: string | undefined;
}

/**
 * Why a client does not reach a cluster's API; undefined if it does. The private endpoint has the cluster's own security group,
 * which admits itself only until a rule admits another group to port 443:
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 */
export function unreachable(cluster: CloudObject, store: Store, { position, proxyUrl }: Client): string | undefined {
    const network = mapOf(cluster.state["vpcConfig"]);
    const host = new URL(must(cluster.state, "endpoint")).host;
    const timeout = `dial tcp ${host}:443: i/o timeout`;
    const own = text(network, "clusterSecurityGroupId") ?? "";
    const admitted = groupsAdmitted(own, store);
    if (proxyUrl !== undefined) {
        const hosts = store.list(INSTANCE).map(({ state }) => texts(state, "vpcSecurityGroupIds"));
        return hosts.some((groups) => groups.some((group) => admitted.has(group) && leaves(group, own, store)))
            ? undefined
            : `proxyconnect tcp: ${proxyUrl}: ${timeout}`;
    }
    if (network["endpointPublicAccess"] !== false) {
        return undefined;
    }
    if (position === undefined) {
        return admitted.size > 0 ? undefined : timeout;
    }
    return position !== "outside" && position.groups.some((group) => admitted.has(group) && leaves(group, own, store))
        ? undefined
        : timeout;
}

/** The sources that a rule admits to a cluster's port, besides the cluster's own group. */
function groupsAdmitted(own: string, store: Store): ReadonlySet<string> {
    const sources = store
        .list(INGRESS_RULE)
        .filter(({ state }) => state["securityGroupId"] === own && includesHttps(state))
        .map(({ state }) => text(state, "referencedSecurityGroupId") ?? text(state, "cidrIpv4") ?? "");
    return new Set(sources.filter((source) => source !== own));
}

/** Whether a group has a rule for connections to the cluster's, or to any address. */
function leaves(group: string, own: string, store: Store): boolean {
    return store
        .list(EGRESS_RULE)
        .some(
            ({ state }) =>
                state["securityGroupId"] === group &&
                includesHttps(state) &&
                (state["referencedSecurityGroupId"] === own || state["cidrIpv4"] === "0.0.0.0/0"),
        );
}

function includesHttps(rule: Props): boolean {
    return rule["ipProtocol"] === "-1" || (Number(rule["fromPort"]) <= 443 && Number(rule["toPort"]) >= 443);
}
