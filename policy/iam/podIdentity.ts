import type { Condition } from "./condition";
import type { Statement } from "./document";
import { finding, unknownValue, ANY_PRINCIPAL } from "./finding";
import type { Fault, Finding } from "./finding";
import { clip } from "./pattern";
import type { Subject } from "./subject";
import { others, witness } from "./witness";

/** The service that issues credentials to pods for EKS Pod Identity. */
export const podIdentity = /^pods\.eks\.amazonaws\.com(\.cn)?$/;

/**
 * The keys that identify the requesting cluster and the pod (EKS user guide, "EKS Pod Identity session tags" and
 * "confused deputy").
 */
const tag = {
    cluster: "aws:requesttag/eks-cluster-arn",
    namespace: "aws:requesttag/kubernetes-namespace",
    account: "aws:requesttag/kubernetes-service-account",
};
const clusterKeys = [tag.cluster, "aws:sourcearn"];

const positive = new Set(["StringEquals", "StringLike", "ArnEquals", "ArnLike"]);

/** Checks the trust in EKS Pod Identity, which by default serves every cluster of the account. */
export function judgePods(service: string, statement: Statement, asked: readonly Condition[]): Finding {
    const clusters = valuesOf(statement.conditions, clusterKeys);
    if (clusters === undefined && statement.hidden) {
        return finding({ open: [unknownValue] });
    }
    if (clusters === undefined) {
        return finding({ faults: [anyCluster(service, statement, asked)] });
    }
    const namespaces = valuesOf(statement.conditions, [tag.namespace]) ?? [undefined];
    const accounts = valuesOf(statement.conditions, [tag.account]) ?? [undefined];
    const subjects = clusters.flatMap((cluster) =>
        namespaces.flatMap((namespace) =>
            accounts.map((serviceAccount): Subject => ({
                kind: "pod-identity",
                cluster: cluster ?? "<unknown>",
                namespace,
                serviceAccount,
            })),
        ),
    );
    const unknown = statement.conditions.some(
        ({ key, values }) => clusterKeys.includes(key) && values.some((value) => value.unknown),
    );
    return finding({ subjects, open: unknown ? [unknownValue] : [] });
}

function anyCluster(service: string, { conditions }: Statement, asked: readonly Condition[]): Fault {
    const given = conditions.find(({ key }) => clusterKeys.includes(key));
    const held = given === undefined ? "" : clip(given.values.map(({ source }) => source).join(", "), 120);
    const any =
        conditions.length === 0
            ? "every cluster of the account may use the role"
            : "no condition restricts which cluster of the account may use the role";
    const reason = given === undefined ? any : `the cluster is restricted only to ${held || "nothing"}`;
    const fix =
        'write StringEquals {"aws:RequestTag/eks-cluster-arn": "arn:<partition>:eks:<region>:<account>:cluster/<name>"}';
    const account = valuesOf(conditions, ["aws:sourceaccount"])?.[0] ?? "111122223333";
    const name = valuesOf(conditions, ["aws:requesttag/eks-cluster-name"])?.[0] ?? "any-other";
    const other = `arn:aws:eks:eu-central-1:${account}:cluster/${name}`;
    const context = witness(asked, {
        [tag.cluster]: [other],
        [tag.namespace]: ["default"],
        [tag.account]: ["default"],
        "aws:sourcearn": [other],
    });
    if (context === undefined) {
        return { counterexample: ANY_PRINCIPAL, reason, fix };
    }
    const cluster = context[tag.cluster] ?? context["aws:sourcearn"] ?? other;
    const pod = `system:serviceaccount:${String(context[tag.namespace] ?? "default")}:${String(context[tag.account] ?? "default")}`;
    const request = { action: "sts:AssumeRole", principal: { type: "Service" as const, value: service }, context };
    return {
        counterexample: `${String(cluster)} ${pod}${others(context, [...Object.values(tag), "aws:sourcearn"])}`,
        request,
        reason,
        fix,
    };
}

/**
 * The literal values that one of the keys must equal, undefined for one that is not known yet; undefined if no
 * condition requires any.
 */
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
