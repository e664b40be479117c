import type { CoreData } from "@pulumi/eks/types/output";
// The index registers the module, without which the cluster would arrive here as a bare URN.
import { NodeGroup } from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";
import { flag, requireKnown, resolved, type Arguments } from "./arguments";

const passed = [
    "capacityType", "diskSize", "instanceTypes", "labels", "launchTemplate", "nodeGroupName", "releaseVersion", "subnetIds", "tags", "taints", "updateConfig",
    "version", "scalingConfig",
] as const; // prettier-ignore

const known = [...passed, "amiType", "cluster", "clusterName", "ignoreScalingChanges", "nodeRoleArn", "operatingSystem"];

type Scaling = Record<"desiredSize" | "minSize" | "maxSize", number>;
const defaultScaling: Scaling = { desiredSize: 2, minSize: 1, maxSize: 2 };

/** EKS' names of the images for each operating system that the real component offers, for x86-64 instances. */
const images: Record<string, string> = { AL2023: "AL2023_x86_64_STANDARD", Bottlerocket: "BOTTLEROCKET_x86_64" };

/** The real component's `eks.ManagedNodeGroup` in its plain form: no user data and no launch template of its own. */
export class ManagedNodeGroup extends pulumi.ComponentResource {
    readonly state: pulumi.Inputs;

    constructor(name: string, args: Arguments, opts: pulumi.ComponentResourceOptions) {
        super("eks:index:ManagedNodeGroup", name, {}, opts);
        requireKnown("eks.ManagedNodeGroup", args, known);
        const nodeRoleArn = resolved<string>(args, "nodeRoleArn");
        if (nodeRoleArn === undefined) {
            throw new pulumi.InputPropertyError({ propertyPath: "nodeRoleArn", reason: "a managed node group needs the ARN of its nodes' role" });
        }
        const core = resolved<CoreData>(args, "cluster");
        if (core === undefined) {
            throw new pulumi.InputPropertyError({ propertyPath: "cluster", reason: "a managed node group needs its cluster's core" });
        }
        const system = resolved<string>(args, "operatingSystem");
        const amiType = resolved<string>(args, "amiType") ?? system?.apply(imageOf);
        const version = resolved<string>(args, "version") ?? (args["launchTemplate"] === undefined ? core.cluster.version : undefined);
        const nodeGroup = new NodeGroup(
            name,
            {
                ...Object.fromEntries(passed.map((key) => [key, args[key] as pulumi.Input<never>])),
                ...(version !== undefined && { version }),
                ...(amiType !== undefined && { amiType }),
                clusterName: resolved<string>(args, "clusterName") ?? core.cluster.name,
                nodeRoleArn,
                scalingConfig: (resolved<Partial<Scaling>>(args, "scalingConfig") ?? pulumi.output({})).apply((scaling) => ({ ...defaultScaling, ...scaling })),
                subnetIds: resolved<string[]>(args, "subnetIds") ?? core.subnetIds,
            },
            { parent: this, ignoreChanges: flag(args, "ignoreScalingChanges", false) ? ["scalingConfig.desiredSize"] : [] },
        );
        this.state = { nodeGroup, placementGroupName: "" };
        this.registerOutputs(this.state);
    }
}

function imageOf(system: string): string {
    const image = images[system];
    if (image === undefined) {
        throw new pulumi.InputPropertyError({
            propertyPath: "operatingSystem",
            reason: `${system} is not known to the stand-in, which has ${Object.keys(images).join(" and ")}`,
        });
    }
    return image;
}
