import { InputPropertiesError } from "@pulumi/pulumi/errors";
import type { InputPropertyErrorDetails } from "@pulumi/pulumi/errors";

const clusterArguments = [
    "accessEntries",
    "authenticationMode",
    "autoMode",
    "bootstrapSelfManagedAddons",
    "clusterSecurityGroup",
    "clusterSecurityGroupTags",
    "clusterTags",
    "corednsAddonOptions",
    "createInstanceRole",
    "createOidcProvider",
    "deletionProtection",
    "enableConfigMapMutable",
    "enabledClusterLogTypes",
    "encryptionConfigKeyArn",
    "endpointPrivateAccess",
    "endpointPublicAccess",
    "instanceRole",
    "instanceRoles",
    "ipFamily",
    "kubeProxyAddonOptions",
    "kubernetesServiceIpAddressRange",
    "name",
    "nodeAssociatePublicIpAddress",
    "nodeGroupOptions",
    "nodeSecurityGroupTags",
    "nodeSubnetIds",
    "privateSubnetIds",
    "providerCredentialOpts",
    "publicAccessCidrs",
    "publicSubnetIds",
    "roleMappings",
    "serviceRole",
    "skipDefaultNodeGroup",
    "skipDefaultSecurityGroups",
    "subnetIds",
    "tags",
    "upgradePolicy",
    "useDefaultVpcCni",
    "userMappings",
    "version",
    "vpcCniOptions",
    "vpcId",
];
const nodeGroupArguments = [
    "amiType",
    "capacityType",
    "cluster",
    "clusterName",
    "diskSize",
    "enableIMDSv2",
    "forceUpdateVersion",
    "gpu",
    "ignoreScalingChanges",
    "instanceTypes",
    "labels",
    "launchTemplate",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "nodeRole",
    "nodeRoleArn",
    "operatingSystem",
    "releaseVersion",
    "remoteAccess",
    "scalingConfig",
    "subnetIds",
    "tags",
    "taints",
    "version",
];
const addonArguments = [
    "addonName",
    "addonVersion",
    "cluster",
    "configurationValues",
    "preserve",
    "resolveConflictsOnCreate",
    "resolveConflictsOnUpdate",
    "serviceAccountRoleArn",
    "tags",
];

/** The arguments of each component that the stand-in supports. */
export const knownArguments = {
    "eks.Cluster": clusterArguments,
    "eks.ManagedNodeGroup": nodeGroupArguments,
    "eks.Addon": addonArguments,
} as const;

/** Collects the errors in a component's arguments, to report them together. */
export class ArgumentProblems {
    private readonly found: InputPropertyErrorDetails[] = [];

    constructor(
        private readonly component: keyof typeof knownArguments,
        args: object,
    ) {
        const known = knownArguments[component];
        for (const [name, value] of Object.entries(args)) {
            if (value !== undefined && !known.includes(name)) {
                this.add(
                    name,
                    `the sandbox's stand-in for ${component} does not support this argument; it supports ${known.join(", ")}`,
                );
            }
        }
    }

    add(propertyPath: string, reason: string): void {
        this.found.push({ propertyPath, reason });
    }

    /** @throws InputPropertiesError if anything was found */
    throwIfAny(): void {
        if (this.found.length > 0) {
            throw new InputPropertiesError({
                message: `the arguments of ${this.component} are invalid`,
                errors: this.found,
            });
        }
    }
}
