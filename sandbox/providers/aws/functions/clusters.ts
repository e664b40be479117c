import { isProps, type Props, type Value } from "../../../cloud/props";
import { ACCESS_ENTRY, ADDON, EKS_CLUSTER } from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";
import { refuse } from "../declaring/declaration";
import { addonVersionFor } from "../eks/addon";
import { kubernetesVersions } from "../eks/cluster";
import { objectOf, type DataSource } from "./dataSource";

/** Data sources of EKS. */
export const clusters: Readonly<Record<string, DataSource>> = {
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/eks/cluster_data_source.go
    "aws:eks/getCluster:getCluster": (args, cloud) => {
        const name = must(args, "name");
        const { id, state } = objectOf(
            EKS_CLUSTER,
            name,
            cloud,
            `reading EKS Cluster (${name}): couldn't find resource`,
        );
        return {
            ...state,
            id,
            certificateAuthorities: only(state, "certificateAuthority"),
            accessConfigs: only(state, "accessConfig"),
            kubernetesNetworkConfigs: only(state, "kubernetesNetworkConfig"),
            upgradePolicies: only(state, "upgradePolicy"),
        };
    },
    "aws:eks/getAccessEntry:getAccessEntry": (args, cloud) => {
        const [clusterName, principalArn] = [must(args, "clusterName"), must(args, "principalArn")];
        const missing = `reading EKS Access Entry (${clusterName}:${principalArn}): couldn't find resource`;
        const found = objectOf(ACCESS_ENTRY, `${clusterName}:${principalArn}`, cloud, missing);
        return { ...found.state, id: found.id };
    },
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/eks/addon_data_source.go
    "aws:eks/getAddon:getAddon": (args, cloud) => {
        const id = `${must(args, "clusterName")}:${must(args, "addonName")}`;
        const found = objectOf(ADDON, id, cloud, `reading EKS Add-On (${id}): couldn't find resource`);
        return { ...found.state, id, configurationValues: text(found.state, "configurationValues") ?? "" };
    },
    "aws:eks/getAddonVersion:getAddonVersion": (args, cloud) => {
        const [addonName = "", kubernetesVersion = ""] = [text(args, "addonName"), text(args, "kubernetesVersion")];
        const version = addonVersionFor(addonName, kubernetesVersion);
        return version === undefined || !kubernetesVersions.includes(kubernetesVersion)
            ? refuse(`reading EKS Add-On version info (${addonName}, ${kubernetesVersion}): couldn't find resource`)
            : { ...args, id: addonName, region: cloud.region, version };
    },
};

/** The data source returns a block as a list. */
function only(state: Props, name: string): Value[] {
    const block = state[name];
    return isProps(block) ? [block] : [];
}
