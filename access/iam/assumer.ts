import type { ServiceAccount } from "../kubernetes/clusters";
import type { Identity, Link } from "../model/link";
import type { NetworkLocation } from "../network/networkLocation";
import type { Principal } from "./principals";

/** Somebody who comes to hold a principal's credentials, by these links. */
export interface Assumer {
    readonly identity: Identity;
    readonly links: readonly Link[];
    /** Where the identity stands in the network; empty when that cannot be told. */
    readonly places: readonly NetworkLocation[];
    readonly account?: ServiceAccount;
    /** Acts as service accounts that are not its own: those of a namespace, or all of a cluster that it administers. */
    readonly acting?: "namespace" | "cluster";
}

/** Tells who can act as a principal of IAM or a service account; `way` is what leads there already, so that no chain runs in a circle. */
export interface Acting {
    of(principal: Principal, way: ReadonlySet<string>): readonly Assumer[];
    pod(account: ServiceAccount, links: readonly Link[], way: ReadonlySet<string>): readonly Assumer[];
    podIdentity(account: ServiceAccount): Identity;
}

export function person(name: string, key: string, wide = false): Identity {
    return { key: `person ${key}`, kind: "person", label: name, resources: [], wide };
}
