import type { Condition } from "./condition";
import type { Statement } from "./document";
import type { Finding } from "./federated";
import { clip } from "./pattern";
import type { Subject } from "./subject";

/** The service that hands credentials to pods for EKS Pod Identity. */
export const podIdentity = /^pods\.eks\.amazonaws\.com(\.cn)?$/;

/** The keys that tell which cluster asks (EKS user guide, "EKS Pod Identity session tags" and "confused deputy"). */
const clusterKeys = ["aws:requesttag/eks-cluster-arn", "aws:sourcearn"];

const positive = new Set(["StringEquals", "StringLike", "ArnEquals", "ArnLike"]);

/** Judges the trust in EKS Pod Identity, which by itself serves every cluster of the account. */
export function judgePods(statement: Statement): Finding {
    const clusters = valuesOf(statement.conditions, clusterKeys);
    if (clusters === undefined && statement.hidden) {
        return { subjects: [], faults: [], unknown: true };
    }
    if (clusters === undefined) {
        const given = statement.conditions.find(({ key }) => clusterKeys.includes(key));
        const why = given === undefined ? "every cluster of the account may use the role" : `the cluster is only held to ${clip(given.values.map(({ source }) => source).join(", "), 120) || "nothing"}`;
        const fix = 'write StringEquals {"aws:RequestTag/eks-cluster-arn": "arn:<partition>:eks:<region>:<account>:cluster/<name>"}';
        const counterexample = "arn:aws:eks:eu-central-1:111122223333:cluster/any-other system:serviceaccount:default:default";
        return { subjects: [], faults: [{ counterexample, reason: why, fix }], unknown: false };
    }
    const namespaces = valuesOf(statement.conditions, ["aws:requesttag/kubernetes-namespace"]) ?? [undefined];
    const accounts = valuesOf(statement.conditions, ["aws:requesttag/kubernetes-service-account"]) ?? [undefined];
    const subjects = clusters.flatMap((cluster) =>
        namespaces.flatMap((namespace) =>
            accounts.map((serviceAccount): Subject => ({ kind: "pod-identity", cluster: cluster ?? "<unknown>", namespace, serviceAccount })),
        ),
    );
    const unknown = statement.conditions.some(({ key, values }) => clusterKeys.includes(key) && values.some((value) => value.unknown));
    return { subjects, faults: [], unknown };
}

/** The plain values that one of the keys must equal, undefined for one that is not known yet; undefined when none must. */
function valuesOf(conditions: readonly Condition[], keys: readonly string[]): (string | undefined)[] | undefined {
    const exact = conditions.find(
        ({ operator, set, ifExists, key, values }) =>
            keys.includes(key) &&
            positive.has(operator) &&
            set !== "ForAllValues" &&
            !ifExists &&
            values.length > 0 &&
            values.every((value) => value.literal !== undefined || value.unknown),
    );
    return exact?.values.map((value) => value.literal);
}
