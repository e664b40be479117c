import { deepEqual, throws } from "node:assert/strict";

import { checkCluster } from "../../../../sandbox/providers/eks/clusterChecks";
import { knownArguments } from "../../../../sandbox/providers/eks/arguments";
import type { ClusterArgs } from "@pulumi/eks";

const careful: ClusterArgs = { vpcId: "vpc-1", privateSubnetIds: ["subnet-1"], skipDefaultNodeGroup: true };

function problems(args: ClusterArgs): Record<string, string> {
    try {
        checkCluster(args);
    } catch (error) {
        const { errors } = error as { errors: { propertyPath: string; reason: string }[] };
        return Object.fromEntries(errors.map(({ propertyPath, reason }) => [propertyPath, reason]));
    }
    return {};
}

describe("the arguments of an eks.Cluster", () => {
    it("default to the ConfigMap for authentication, as in the real component", () => {
        deepEqual(checkCluster(careful), { entries: false, configMap: true });
        deepEqual(checkCluster({ ...careful, authenticationMode: "API" }), { entries: true, configMap: false });
        deepEqual(checkCluster({ ...careful, authenticationMode: "API_AND_CONFIG_MAP" }), {
            entries: true,
            configMap: true,
        });
    });

    it("are refused together, each with its reason", () => {
        const wrong = {
            fargate: true,
            subnetIds: [],
            privateSubnetIds: [],
            accessEntries: {},
            publicAccessCidrs: [],
            endpointPublicAccess: false,
        } as ClusterArgs;
        deepEqual(problems(wrong), {
            fargate: `the sandbox's stand-in for eks.Cluster does not support this argument; it supports ${knownArguments["eks.Cluster"].join(", ")}`,
            accessEntries: "needs authenticationMode API or API_AND_CONFIG_MAP",
            subnetIds: "conflicts with publicSubnetIds and privateSubnetIds; use one or the other",
            publicAccessCidrs: "can only be set when endpointPublicAccess is true",
            vpcId: "is required: the sandbox's account has no default VPC",
            skipDefaultNodeGroup:
                "the sandbox does not support self-managed nodes: set it to true and add an eks.ManagedNodeGroup",
        });
    });

    for (const [property, args, reason] of [
        [
            "authenticationMode",
            { authenticationMode: "OIDC" as never },
            "invalid value OIDC; allowed are CONFIG_MAP, API_AND_CONFIG_MAP, API",
        ],
        [
            "roleMappings",
            { authenticationMode: "API", roleMappings: [{ roleArn: "a", username: "b", groups: [] }] },
            "has no effect with authenticationMode API; use accessEntries",
        ],
        [
            "autoMode",
            { autoMode: { enabled: true } },
            "needs access entries: set authenticationMode to API or API_AND_CONFIG_MAP",
        ],
        [
            "instanceRole",
            { instanceRole: {} as never, instanceRoles: [] },
            "instanceRole and instanceRoles are mutually exclusive",
        ],
        [
            "nodeGroupOptions",
            { nodeGroupOptions: {}, nodeAssociatePublicIpAddress: false },
            "conflicts with single options of the node group; use one or the other",
        ],
    ] as const satisfies readonly (readonly [string, ClusterArgs, string])[]) {
        it(`are refused for ${property}`, () => {
            deepEqual(problems({ ...careful, ...args }), { [property]: reason });
        });
    }

    it("need no node group with Auto Mode", () => {
        const auto: ClusterArgs = { vpcId: "vpc-1", authenticationMode: "API", autoMode: { enabled: true } };
        deepEqual(checkCluster(auto), { entries: true, configMap: false });
        throws(() => checkCluster({ ...auto, autoMode: { enabled: false } }), /arguments of eks\.Cluster are invalid/);
    });
});
