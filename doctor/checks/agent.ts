import type { Addon, Cluster, DaemonSet, Facts, Known, Node } from "../facts";
import { AGENT } from "../agent";
import { type Check, type Outcome, command, fine, judged, unchecked } from "../finding";
import { unused } from "./cluster";

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html */
export const podIdentityAgent: Check = {
    id: "pod-identity-agent",
    group: "kubernetes",
    what: "the EKS Pod Identity agent",
    why: "EKS Pod Identity (`identity: podIdentity`): pods get their credentials from it",
    judge: (facts) => judged([facts.aws.cluster], (cluster) => agentOf(cluster, facts)),
};

function agentOf(cluster: Cluster, facts: Facts): Outcome {
    const {
        aws: { agent: addon, nodes },
        kubernetes: { agent: set },
    } = facts;
    // Auto Mode has the agent on its own nodes only; beside other compute the add-on is still needed, and does not run on Auto Mode's:
    // https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html (considerations for EKS Auto Mode)
    const others = cluster.auto ? othersThanAuto(nodes) : undefined;
    if (others !== undefined && "value" in others && others.value.length === 0) {
        return fine("built into EKS Auto Mode, which made all nodes");
    }
    const found = "value" in addon ? addon.value : undefined;
    const running = "value" in set ? set.value : undefined;
    const unwell = unwellOf(cluster, found, running);
    if (unused(facts, "podIdentity") && (found === undefined || unwell !== undefined)) {
        return fine(`${unwell === undefined ? "missing" : "not well"}, and no tenant of the stack uses podIdentity`);
    }
    if (unwell !== undefined) {
        return unwell;
    }
    if (found !== undefined && !/^DELET/.test(found.status)) {
        return fine("the add-on is installed");
    }
    if (running !== undefined) {
        return fine(`its DaemonSet ${running.name} is in kube-system, without the add-on`);
    }
    if ("unknown" in addon) {
        return unchecked(addon.unknown);
    }
    return others !== undefined && "unknown" in others
        ? unchecked(`EKS Auto Mode's nodes have it; whether there are others is not known (${others.unknown})`)
        : missing(cluster, others?.value, set);
}

function othersThanAuto(nodes: Known<readonly Node[]>): Known<readonly Node[]> {
    return "value" in nodes ? { value: nodes.value.filter((one) => !one.auto) } : nodes;
}

/** What is wrong with an agent that is there: https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html */
function unwellOf({ name }: Cluster, addon: Addon | undefined, set: DaemonSet | undefined): Outcome | undefined {
    const change = [];
    const seen: string[] = [];
    if (addon !== undefined && /^(CREATING|UPDATING)$/.test(addon.status)) {
        return unchecked(`the add-on is ${addon.status}: run this again when it is ACTIVE`);
    }
    if (addon !== undefined && /FAILED$|^DEGRADED$/.test(addon.status)) {
        seen.push(`the add-on is ${addon.status}`, ...addon.issues);
        const failed = addon.status === "CREATE_FAILED" || addon.status === "UPDATE_FAILED";
        change.push(
            failed
                ? command`aws eks update-addon --cluster-name ${name} --addon-name ${AGENT} --resolve-conflicts OVERWRITE`
                : command`aws eks describe-addon --cluster-name ${name} --addon-name ${AGENT}`,
        );
    }
    if (set !== undefined && set.ready < set.wanted) {
        seen.push(`its DaemonSet ${set.name} is ready on ${set.ready} of ${set.wanted} nodes`);
        change.push(command`kubectl --namespace kube-system describe daemonset ${set.name}`);
    }
    return seen.length === 0
        ? undefined
        : {
              state: "change",
              seen,
              breaks: "nothing that works: pods on nodes without the agent get no credentials; OVERWRITE undoes changes that were made to it by hand",
              change,
          };
}

/** @param others nodes beside those of EKS Auto Mode; undefined for a cluster without it */
function missing({ name }: Cluster, others: readonly Node[] | undefined, set: Known<DaemonSet | undefined>): Outcome {
    return {
        state: "change",
        seen: [
            `no add-on ${AGENT}`,
            "value" in set
                ? "no DaemonSet of it in kube-system"
                : `whether kube-system holds its DaemonSet is not known (${set.unknown})`,
            ...(others === undefined
                ? []
                : [
                      `EKS Auto Mode has it on its own nodes only, and did not make ${others.map(({ id }) => id).join(", ")}`,
                  ]),
        ],
        breaks: "nothing; the nodes' role needs eks-auth:AssumeRoleForPodIdentity, and Fargate has no agent",
        change: [command`aws eks create-addon --cluster-name ${name} --addon-name ${AGENT}`],
    };
}
