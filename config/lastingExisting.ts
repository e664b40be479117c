import type { Problem } from "./problems";
import type { PlatformSettings } from "./platform";

/** What a deployed stack says of its network and cluster. */
interface DeployedParts {
    /** Id of the network, if it was there before the stack. */
    readonly vpcId: string | undefined;
    /** ARN of the cluster, if it was there before the stack. */
    readonly clusterArn: string | undefined;
}

const ANOTHER_STACK = "deploy another stack for it";

/**
 * Changes between a network or cluster that the stack created and one that exists: AWS would delete the first with all that is
 * in it, and moves no database into another network. An existing cluster can be exchanged for another one of the network.
 */
export function existingPartProblems(platform: PlatformSettings, deployed: DeployedParts): Problem[] {
    if (!("network" in platform)) {
        return [];
    }
    const { network, cluster } = platform;
    return [
        ...("existing" in network
            ? toExistingNetwork(network.existing.vpcId, deployed.vpcId)
            : deployed.vpcId === undefined
              ? []
              : [
                    {
                        path: "platform.network",
                        given: undefined,
                        wrong: `the stack is in the existing network ${deployed.vpcId}, and would create another one, into which its database cannot move`,
                        allowed: "existing",
                        fix: `write network: { existing: … } again; for a network of its own, ${ANOTHER_STACK}`,
                    },
                ]),
        ...("existing" in cluster && deployed.clusterArn === undefined
            ? [
                  {
                      path: "platform.cluster.existing",
                      given: cluster.existing.name,
                      wrong: "the stack created its cluster, which would be deleted with all that runs in it",
                      allowed: "the keys of a cluster that the stack creates",
                      fix: `write them again; for an existing cluster, ${ANOTHER_STACK}`,
                  },
              ]
            : []),
    ];
}

function toExistingNetwork(vpcId: string | undefined, was: string | undefined): Problem[] {
    const path = "platform.network.existing";
    if (was === undefined) {
        return [
            {
                path,
                given: vpcId,
                wrong: "the stack created its network, which would be deleted with all that is in it",
                allowed: "the keys of a network that the stack creates",
                fix: `write them again; for an existing network, ${ANOTHER_STACK}`,
            },
        ];
    }
    return vpcId === undefined || vpcId === was
        ? []
        : [
              {
                  path: `${path}.vpcId`,
                  given: vpcId,
                  wrong: `the stack is in ${was}, and its database cannot move to another network`,
                  allowed: was,
                  fix: `write ${was}; for another network, ${ANOTHER_STACK}`,
              },
          ];
}
