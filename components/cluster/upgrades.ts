import * as pulumi from "@pulumi/pulumi";
import { refuseIf } from "../refusal";

/**
 * Refuses in previews to take the control plane to a version that EKS would refuse midway, after other resources have changed.
 */
export function refuseSkippedVersions(name: string): pulumi.ResourceTransform {
    const hook = refuseIf(
        `${name}-version-before-update`,
        "platform.cluster.version",
        ({ oldOutputs = {}, newInputs = {} }) =>
            refusedVersion(String(oldOutputs["version"] ?? ""), String(newInputs["version"] ?? "")),
    );
    return ({ type, props, opts }) =>
        type === "aws:eks/cluster:Cluster"
            ? { props, opts: pulumi.mergeOptions(opts, { hooks: { beforeUpdate: [hook] } }) }
            : undefined;
}

/**
 * Why a control plane that has a version cannot get the wanted one; undefined if it can, or one of them is unknown. EKS raises a
 * version by one minor version at a time (https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html). It can go
 * back to the previous one for seven days, but only after the nodes, which here follow the control plane:
 * https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html
 */
export function refusedVersion(running: string, wanted: string): string | undefined {
    const [from, to] = [running, wanted].map((version) => Number(version.split(".")[1]));
    if (from === undefined || to === undefined || Number.isNaN(from - to) || to === from || to === from + 1) {
        return undefined;
    }
    return to < from
        ? `the control plane has ${running} and cannot go back to ${wanted}; write "${running}"; EKS' own rollback needs the nodes rolled back first`
        : `EKS raises the control plane by one minor version at a time, from ${running}; write "1.${from + 1}" before "${wanted}"`;
}
