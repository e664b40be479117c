import { InputPropertiesError } from "@pulumi/pulumi/errors";
import type { InputPropertyErrorDetails } from "@pulumi/pulumi/errors";

const clusterArguments = [
    "accessEntries", "authenticationMode", "autoMode", "bootstrapSelfManagedAddons", "clusterSecurityGroup", "clusterSecurityGroupTags",
    "clusterTags", "corednsAddonOptions", "createInstanceRole", "createOidcProvider", "deletionProtection", "enableConfigMapMutable",
    "enabledClusterLogTypes", "encryptionConfigKeyArn", "endpointPrivateAccess", "endpointPublicAccess", "instanceRole", "instanceRoles",
    "ipFamily", "kubeProxyAddonOptions", "kubernetesServiceIpAddressRange", "name", "nodeAssociatePublicIpAddress", "nodeGroupOptions",
    "nodeSecurityGroupTags", "nodeSubnetIds", "privateSubnetIds", "providerCredentialOpts", "publicAccessCidrs", "publicSubnetIds",
    "roleMappings", "serviceRole", "skipDefaultNodeGroup", "skipDefaultSecurityGroups", "subnetIds", "tags", "upgradePolicy",
    "useDefaultVpcCni", "userMappings", "version", "vpcCniOptions", "vpcId",
];
const nodeGroupArguments = [
    "amiType", "capacityType", "cluster", "clusterName", "diskSize", "enableIMDSv2", "forceUpdateVersion", "gpu", "ignoreScalingChanges",
    "instanceTypes", "labels", "launchTemplate", "nodeGroupName", "nodeGroupNamePrefix", "nodeRole", "nodeRoleArn", "operatingSystem",
    "releaseVersion", "remoteAccess", "scalingConfig", "subnetIds", "tags", "taints", "version",
];
const addonArguments = [
    "addonName", "addonVersion", "cluster", "configurationValues", "preserve", "resolveConflictsOnCreate", "resolveConflictsOnUpdate",
    "serviceAccountRoleArn", "tags",
];

/** What the stand-in knows of each component. */
export const knownArguments = {
    "eks.Cluster": clusterArguments,
    "eks.ManagedNodeGroup": nodeGroupArguments,
    "eks.Addon": addonArguments,
} as const;

/** Collects what is wrong with a component's arguments, to name all of it at once. */
export class ArgumentProblems {
    private readonly found: InputPropertyErrorDetails[] = [];

    constructor(
        private readonly component: keyof typeof knownArguments,
        args: object,
    ) {
        const known = knownArguments[component];
        for (const [name, value] of Object.entries(args)) {
            if (value !== undefined && !known.includes(name)) {
                this.add(name, `the sandbox's stand-in for ${component} does not know this argument; it knows ${known.join(", ")}`);
            }
        }
    }

    add(propertyPath: string, reason: string): void {
        this.found.push({ propertyPath, reason });
    }

    /** @throws InputPropertiesError if anything was found */
    throwIfAny(): void {
        if (this.found.length > 0) {
            throw new InputPropertiesError({ message: `the arguments of ${this.component} are wrong`, errors: this.found });
        }
    }
}
