import { all, output } from "@pulumi/pulumi/output";
import { ComponentResource } from "@pulumi/pulumi/resource";
import type { ManagedNodeGroupArgs } from "@pulumi/eks";
import type { Inputs, Output } from "@pulumi/pulumi/output";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";

import { ArgumentProblems } from "./arguments";
import { Child } from "./child";
import { Cluster } from "./cluster";

/** Arguments that are passed to AWS unchanged. */
const passedOn = [
    "capacityType",
    "forceUpdateVersion",
    "instanceTypes",
    "labels",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "releaseVersion",
    "remoteAccess",
    "tags",
    "taints",
] as const;

/** The parts of a cluster's core that a node group needs. */
interface Core {
    readonly cluster: Child<"aws:eks/cluster:Cluster">;
    readonly subnetIds?: string[];
    readonly privateSubnetIds?: string[];
    readonly publicSubnetIds?: string[];
    readonly eksNodeAccess?: Child;
    readonly instanceRoles?: Child<"aws:iam/role:Role">[];
}

/** `eks:index:ManagedNodeGroup`: nodes managed by EKS; it creates a launch template only for IMDSv2. */
export class ManagedNodeGroup extends ComponentResource {
    readonly state: Inputs;

    constructor(name: string, args: ManagedNodeGroupArgs, opts: ComponentResourceOptions) {
        super("eks:index:ManagedNodeGroup", name, {}, opts);
        check(args);
        const core = coreOf(args.cluster);
        const cluster = core.apply((known) => known.cluster);
        const nodeRoleArn = roleArn(args);
        requireMapped(core, nodeRoleArn);
        const template = args.enableIMDSv2 === undefined ? undefined : this.template(name, args);
        const nodeGroup = new Child(
            "aws:eks/nodeGroup:NodeGroup",
            name,
            {
                ...Object.fromEntries(passedOn.map((each) => [each, args[each]])),
                amiType: args.amiType ?? imageType(args),
                clusterName: args.clusterName ?? cluster.apply((known) => known.output<string>("name")),
                diskSize: template === undefined ? args.diskSize : undefined,
                launchTemplate:
                    template === undefined
                        ? args.launchTemplate
                        : {
                              id: template.id,
                              version: template.output<number>("latestVersion").apply((version) => `${version}`),
                          },
                nodeRoleArn,
                scalingConfig: output(args.scalingConfig).apply((config) => ({
                    desiredSize: 2,
                    minSize: 1,
                    maxSize: 2,
                    ...config,
                })),
                subnetIds:
                    args.subnetIds ??
                    core.apply((known) => known.subnetIds ?? known.privateSubnetIds ?? known.publicSubnetIds ?? []),
                // The program's launch template can set an image.
                version:
                    args.version ??
                    (args.launchTemplate === undefined
                        ? cluster.apply((known) => known.output<string>("version"))
                        : undefined),
            },
            {
                parent: this,
                dependsOn: core.apply(({ eksNodeAccess }) => (eksNodeAccess === undefined ? [] : [eksNodeAccess])),
                ignoreChanges: args.ignoreScalingChanges === true ? ["scalingConfig.desiredSize"] : [],
            },
        );
        this.state = { nodeGroup, placementGroupName: "" };
        this.registerOutputs(this.state);
    }

    private template(name: string, args: ManagedNodeGroupArgs): Child<"aws:ec2/launchTemplate:LaunchTemplate"> {
        const device = output(args.operatingSystem).apply((system) =>
            `${system}` === "Bottlerocket" ? "/dev/xvdb" : "/dev/xvda",
        );
        const disk =
            args.diskSize === undefined ? undefined : [{ deviceName: device, ebs: { volumeSize: args.diskSize } }];
        const httpTokens = args.enableIMDSv2 === true ? "required" : "optional";
        const metadataOptions = { httpTokens, httpPutResponseHopLimit: 2, httpEndpoint: "enabled" };
        const templated = { blockDeviceMappings: disk, metadataOptions };
        return new Child("aws:ec2/launchTemplate:LaunchTemplate", `${name}-launchTemplate`, templated, {
            parent: this,
        });
    }
}

/** @throws InputPropertiesError */
function check(args: ManagedNodeGroupArgs): void {
    const problems = new ArgumentProblems("eks.ManagedNodeGroup", args);
    if (args.nodeRole !== undefined && args.nodeRoleArn !== undefined) {
        problems.add(
            "nodeRole",
            "You cannot specify both nodeRole and nodeRoleArn when creating a managed node group.",
        );
    }
    if (args.nodeRole === undefined && args.nodeRoleArn === undefined) {
        problems.add("nodeRole", "An IAM role, or role ARN must be provided to create a managed node group");
    }
    if (args.cluster === undefined) {
        problems.add("cluster", "is required: an eks.Cluster or its core");
    }
    if (args.launchTemplate !== undefined && args.enableIMDSv2 !== undefined) {
        problems.add(
            "launchTemplate",
            "If you provide a custom launch template, you cannot provide enableIMDSv2. Please include it in the launch template that you are providing.",
        );
    }
    problems.throwIfAny();
}

function coreOf(cluster: ManagedNodeGroupArgs["cluster"]): Output<Core> {
    const core = output(cluster as unknown as Cluster | Core).apply((known) =>
        known instanceof Cluster ? (known as unknown as { core: Output<Core> }).core : known,
    );
    return core as unknown as Output<Core>;
}

function roleArn({ nodeRole, nodeRoleArn }: ManagedNodeGroupArgs): Output<string> {
    return nodeRoleArn === undefined
        ? output(nodeRole as unknown as Child<"aws:iam/role:Role">).apply((role) => role.output<string>("arn"))
        : output(nodeRoleArn);
}

/** Without access entries, only the ConfigMap authorizes nodes; the cluster creates it from its own roles. */
function requireMapped(core: Output<Core>, nodeRoleArn: Output<string>): void {
    const mode = core.apply(({ cluster }) =>
        cluster.output<{ authenticationMode?: string } | undefined>("accessConfig"),
    );
    const arns = core.apply(({ instanceRoles }) =>
        all((instanceRoles ?? []).map((role) => role.output<string>("arn"))),
    );
    all([mode, arns, nodeRoleArn]).apply(([access, known, arn]) => {
        if (
            access?.authenticationMode !== "API" &&
            access?.authenticationMode !== "API_AND_CONFIG_MAP" &&
            !known.includes(arn)
        ) {
            throw new Error(
                "A managed node group cannot be created without first setting its role in the cluster's instanceRoles",
            );
        }
    });
}

/** EKS' image type for an operating system and the instances' architecture; undefined leaves the choice to EKS. */
function imageType({ operatingSystem, instanceTypes, gpu }: ManagedNodeGroupArgs): Output<string> | undefined {
    if (operatingSystem === undefined) {
        return undefined;
    }
    return all([operatingSystem, instanceTypes, gpu]).apply(([system, types, withGpu]) => {
        // t4g, m7gd, …: a `g` after the generation means Graviton.
        const arm = (types ?? []).some((each) => /^[a-z]+[0-9]+g/.test(each));
        const name = images[`${system}${arm ? " arm" : ""}${withGpu === true ? " gpu" : ""}`];
        if (name === undefined) {
            throw new Error(
                `No AMI type found for OS: ${system}, GPU support: ${withGpu ?? false}, architecture: ${arm ? "arm64" : "x86_64"}`,
            );
        }
        return name;
    });
}

const images: Record<string, string> = {
    AL2: "AL2_x86_64",
    "AL2 gpu": "AL2_x86_64_GPU",
    "AL2 arm": "AL2_ARM_64",
    AL2023: "AL2023_x86_64_STANDARD",
    "AL2023 gpu": "AL2023_x86_64_NVIDIA",
    "AL2023 arm": "AL2023_ARM_64_STANDARD",
    Bottlerocket: "BOTTLEROCKET_x86_64",
    "Bottlerocket gpu": "BOTTLEROCKET_x86_64_NVIDIA",
    "Bottlerocket arm": "BOTTLEROCKET_ARM_64",
    "Bottlerocket arm gpu": "BOTTLEROCKET_ARM_64_NVIDIA",
};
