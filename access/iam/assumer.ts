import type { ServiceAccount } from "../kubernetes/clusters";
import type { Identity, Link } from "../chain/link";
import type { NetworkLocation } from "../network/networkLocation";
import type { Principal } from "./principals";

/** An identity that obtains a principal's credentials through these links. */
export interface Assumer {
    readonly identity: Identity;
    readonly links: readonly Link[];
    /** The identity's network locations; empty if unknown. */
    readonly places: readonly NetworkLocation[];
    readonly account?: ServiceAccount;
    /** Acts as service accounts that are not its own: those of a namespace, or all of a cluster that it administers. */
    readonly acting?: "namespace" | "cluster";
}

/** Finds who can act as an IAM principal or a service account; `way` is the chain so far, to avoid cycles. */
export interface Acting {
    of(principal: Principal, way: ReadonlySet<string>): readonly Assumer[];
    pod(account: ServiceAccount, links: readonly Link[], way: ReadonlySet<string>): readonly Assumer[];
    podIdentity(account: ServiceAccount): Identity;
}

export function person(name: string, key: string, wide = false): Identity {
    return { key: `person ${key}`, kind: "person", label: name, resources: [], wide };
}
