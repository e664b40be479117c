import { jsonStringify, output } from "@pulumi/pulumi/output";
import { ComponentResource } from "@pulumi/pulumi/resource";
import type { ClusterArgs } from "@pulumi/eks";
import type { Input, Inputs, Output } from "@pulumi/pulumi/output";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";

import { ask, Child } from "./child";

type VpcCniOptions = NonNullable<ClusterArgs["vpcCniOptions"]>;

/** The components' names of kube-proxy and CoreDNS. */
interface AddonOptions {
    readonly version?: Input<string>;
    readonly configurationValues?: Input<Record<string, unknown>>;
    readonly resolveConflictsOnCreate?: string;
    readonly resolveConflictsOnUpdate?: string;
}

/** An add-on in AWS' recommended version, or in the given one. */
export function standardAddon(
    name: string,
    addonName: string,
    cluster: Child<"aws:eks/cluster:Cluster">,
    options: AddonOptions,
    tags: ClusterArgs["tags"],
    parent: ComponentResource,
): void {
    const args = {
        clusterName: cluster.output<string>("name"),
        addonName,
        preserve: true,
        tags,
        resolveConflictsOnCreate: options.resolveConflictsOnCreate ?? "OVERWRITE",
        resolveConflictsOnUpdate: options.resolveConflictsOnUpdate ?? "OVERWRITE",
        addonVersion: options.version ?? recommended(addonName, cluster.output<string>("version"), parent),
        configurationValues:
            options.configurationValues === undefined ? undefined : sortedJson(options.configurationValues),
    };
    new Child("aws:eks/addon:Addon", name, args, { parent });
}

/** Environment variables of the VPC CNI by option; with a default if the component always sets one. */
const environment: Record<string, readonly [string, string?]> = {
    AWS_VPC_CNI_NODE_PORT_SUPPORT: ["nodePortSupport"],
    WARM_ENI_TARGET: ["warmEniTarget", "1"],
    WARM_IP_TARGET: ["warmIpTarget"],
    WARM_PREFIX_TARGET: ["warmPrefixTarget"],
    ENABLE_PREFIX_DELEGATION: ["enablePrefixDelegation"],
    AWS_VPC_K8S_CNI_LOGLEVEL: ["logLevel", "DEBUG"],
    AWS_VPC_K8S_CNI_LOG_FILE: ["logFile", "/host/var/log/aws-routed-eni/ipamd.log"],
    AWS_VPC_K8S_CNI_VETHPREFIX: ["vethPrefix", "eni"],
    AWS_VPC_ENI_MTU: ["eniMtu", "9001"],
    ENI_CONFIG_LABEL_DEF: ["eniConfigLabelDef"],
    AWS_VPC_K8S_PLUGIN_LOG_LEVEL: ["pluginLogLevel", "DEBUG"],
    AWS_VPC_K8S_PLUGIN_LOG_FILE: ["pluginLogFile", "/var/log/aws-routed-eni/plugin.log"],
    ENABLE_POD_ENI: ["enablePodEni", "false"],
    AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER: ["cniConfigureRpfilter"],
    AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: ["cniCustomNetworkCfg", "false"],
    AWS_VPC_K8S_CNI_EXTERNALSNAT: ["externalSnat", "false"],
};

interface VpcCniArgs extends VpcCniOptions {
    readonly clusterName: Input<string>;
    readonly clusterVersion?: Input<string>;
    readonly tags?: ClusterArgs["tags"];
}

/** `eks:index:VpcCniAddon`: the network add-on, configured with environment variables. */
export class VpcCniAddon extends ComponentResource {
    constructor(name: string, args: VpcCniArgs, opts: ComponentResourceOptions) {
        super("eks:index:VpcCniAddon", name, {}, opts);
        if (args.securityContextPrivileged !== undefined) {
            throw new Error(
                "the sandbox's stand-in for eks does not support vpcCniOptions.securityContextPrivileged; omit it",
            );
        }
        const addon = new Child(
            "aws:eks/addon:Addon",
            name,
            {
                clusterName: args.clusterName,
                addonVersion: args.addonVersion ?? recommended("vpc-cni", args.clusterVersion, this),
                addonName: "vpc-cni",
                resolveConflictsOnCreate: args.resolveConflictsOnCreate ?? "OVERWRITE",
                resolveConflictsOnUpdate: args.resolveConflictsOnUpdate ?? "OVERWRITE",
                preserve: true,
                configurationValues: sortedJson(
                    configuration(without(args, ["clusterName", "clusterVersion", "tags"])),
                ),
                serviceAccountRoleArn: args.serviceAccountRoleArn,
                tags: args.tags,
            },
            { parent: this },
        );
        this.registerOutputs({ addon });
    }
}

function configuration(args: VpcCniOptions): Output<object> {
    return output(args as Input<KnownOptions>).apply(({ enableNetworkPolicy, configurationValues, ...options }) => {
        const variables = Object.entries(environment).map(([name, [option, byDefault]]) => [
            name,
            shown(options[option]) ?? byDefault,
        ]);
        const init = configurationValues?.init;
        return {
            ...(enableNetworkPolicy === undefined ? {} : { enableNetworkPolicy: `${enableNetworkPolicy}` }),
            ...configurationValues,
            env: {
                ...(Object.fromEntries(variables.filter(([, text]) => text !== undefined)) as object),
                ...configurationValues?.env,
            },
            init: {
                ...init,
                env: { DISABLE_TCP_EARLY_DEMUX: `${options["disableTcpEarlyDemux"] ?? false}`, ...init?.env },
            },
        };
    });
}

/** The add-on's options once all of them are known. */
interface KnownOptions {
    readonly [option: string]: unknown;
    readonly enableNetworkPolicy?: boolean;
    readonly configurationValues?: { readonly env?: object; readonly init?: { readonly env?: object } };
}

/** As in the real component, options that are false, zero or empty count as not given. */
function shown(option: unknown): string | undefined {
    return typeof option === "string" || typeof option === "number" || typeof option === "boolean"
        ? `${option || ""}` || undefined
        : undefined;
}

function without<T extends object>(args: T, names: readonly string[]): T {
    return Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name))) as T;
}

function recommended(
    addonName: string,
    kubernetesVersion: Input<string> | undefined,
    parent: ComponentResource,
): Output<string> {
    const args: Inputs = { addonName, kubernetesVersion, mostRecent: true };
    return ask<{ version: string }>("aws:eks/getAddonVersion:getAddonVersion", args, parent).apply(
        ({ version }) => version,
    );
}

/** Sorts keys at every depth, so that equal settings are equal strings. */
function sortedJson(values: Input<unknown>): Output<string> {
    return jsonStringify(values, (_, value: unknown) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
            : value,
    );
}
