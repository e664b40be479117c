import * as pulumi from "@pulumi/pulumi";
import { connect, securityGroup, type DatabaseReach, type DatabaseTier, type Elsewhere } from "./databaseTier";

export interface DeployerGroupArgs {
    readonly vpcId: pulumi.Input<string>;
    /** How a client reaches the database and, if there is one, its proxy. */
    readonly reach: DatabaseReach;
}

/**
 * How a deployer reaches a database tier: the database itself, and its proxy if there is one.
 *
 * @param owner the tier's account, if it is another one
 */
export function reachTier(
    { databaseId, proxyId }: Pick<DatabaseTier, "databaseId" | "proxyId">,
    port: number,
    owner?: Elsewhere,
): DatabaseReach {
    return (name, from, parent) => {
        connect(name, from, { tier: "database", securityGroupId: databaseId, owner }, port, parent);
        if (proxyId !== undefined) {
            connect(name, from, { tier: "proxy", securityGroupId: proxyId, owner }, port, parent);
        }
    };
}

/** A resource that admits clients to the Kubernetes API. */
export interface ApiDoor {
    /**
     * The security group that EKS creates for a cluster. It is the only one of the private endpoint, and admits only its
     * own members (https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html,
     * https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1863).
     */
    readonly securityGroupId: pulumi.Input<string>;
    /**
     * Whether the group is left as it is: its owner admits clients.
     * @default false
     */
    readonly existing?: boolean | undefined;
}

/**
 * The security group of a host in the network that runs the program: it reaches the database itself, its proxy, and the
 * Kubernetes API. Other groups must allow anything else that the host needs, such as AWS' APIs.
 */
export class DeployerGroup extends pulumi.ComponentResource {
    readonly groupId: pulumi.Output<string>;

    constructor(
        private readonly name: string,
        { vpcId, reach }: DeployerGroupArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:security:DeployerGroup", name, {}, opts);
        this.groupId = securityGroup(name, vpcId, "deployers: reach the database and the Kubernetes API", this);
        reach(name, this.member, this);
        this.registerOutputs({ groupId: this.groupId });
    }

    /** Admits members to the Kubernetes API of a cluster in the same network. */
    admitToApi({ securityGroupId, existing }: ApiDoor): void {
        connect(this.name, this.member, { tier: "api", securityGroupId, existing }, 443, this);
    }

    private get member() {
        return { tier: "deployers", securityGroupId: this.groupId };
    }
}
