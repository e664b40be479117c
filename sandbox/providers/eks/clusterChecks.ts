import type { ClusterArgs } from "@pulumi/eks";

import { ArgumentProblems } from "./arguments";

/** How principals are granted access: with access entries of the EKS API, or with the ConfigMap `aws-auth`. */
export interface Access {
    readonly entries: boolean;
    /** The real component's default. */
    readonly configMap: boolean;
}

/**
 * Refuses what the real component refuses, and what the stand-in does not support.
 * @throws InputPropertiesError that lists all errors
 */
export function checkCluster(args: ClusterArgs): Access {
    const problems = new ArgumentProblems("eks.Cluster", args);
    const mode = args.authenticationMode as string | undefined;
    if (mode !== undefined && !["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"].includes(mode)) {
        problems.add("authenticationMode", `invalid value ${mode}; allowed are CONFIG_MAP, API_AND_CONFIG_MAP, API`);
    }
    const access = { entries: mode === "API" || mode === "API_AND_CONFIG_MAP", configMap: mode !== "API" };
    for (const name of ["roleMappings", "userMappings", "instanceRoles"] as const) {
        const value: unknown = args[name];
        if (!access.configMap && Array.isArray(value) && value.length > 0) {
            problems.add(name, "has no effect with authenticationMode API; use accessEntries");
        }
    }
    if (args.accessEntries !== undefined && !access.entries) {
        problems.add("accessEntries", "needs authenticationMode API or API_AND_CONFIG_MAP");
    }
    if (args.autoMode?.enabled === true && !access.entries) {
        problems.add("autoMode", "needs access entries: set authenticationMode to API or API_AND_CONFIG_MAP");
    }
    if (args.instanceRole !== undefined && args.instanceRoles !== undefined) {
        problems.add("instanceRole", "instanceRole and instanceRoles are mutually exclusive");
    }
    if (args.subnetIds !== undefined && (args.publicSubnetIds !== undefined || args.privateSubnetIds !== undefined)) {
        problems.add("subnetIds", "conflicts with publicSubnetIds and privateSubnetIds; use one or the other");
    }
    if (
        args.nodeGroupOptions !== undefined &&
        (args.nodeSubnetIds !== undefined || args.nodeAssociatePublicIpAddress !== undefined)
    ) {
        problems.add("nodeGroupOptions", "conflicts with single options of the node group; use one or the other");
    }
    if (args.publicAccessCidrs !== undefined && args.endpointPublicAccess === false) {
        problems.add("publicAccessCidrs", "can only be set when endpointPublicAccess is true");
    }
    // Below: limits of the stand-in only.
    if (args.vpcId === undefined) {
        problems.add("vpcId", "is required: the sandbox's account has no default VPC");
    }
    if (args.skipDefaultNodeGroup !== true && args.autoMode?.enabled !== true) {
        problems.add(
            "skipDefaultNodeGroup",
            "the sandbox does not support self-managed nodes: set it to true and add an eks.ManagedNodeGroup",
        );
    }
    problems.throwIfAny();
    return access;
}
