import { jsonStringify, output } from "@pulumi/pulumi/output";
import { ComponentResource } from "@pulumi/pulumi/resource";
import type { AddonArgs } from "@pulumi/eks";
import type { Inputs, Output } from "@pulumi/pulumi/output";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";

import { ArgumentProblems } from "./arguments";
import { Child } from "./child";
import type { Cluster } from "./cluster";

/** `eks:index:Addon`: an add-on as a child of its cluster, wherever the program declares it. */
export class Addon extends ComponentResource {
    readonly state: Inputs;

    constructor(name: string, args: AddonArgs, opts: ComponentResourceOptions) {
        const cluster = args.cluster as unknown as Cluster;
        super("eks:index:Addon", name, {}, { ...opts, parent: cluster });
        new ArgumentProblems("eks.Addon", args).throwIfAny();
        const core = (cluster as unknown as { core: Output<{ cluster: Child<"aws:eks/cluster:Cluster"> }> }).core;
        const {
            addonName,
            addonVersion,
            preserve,
            resolveConflictsOnCreate,
            resolveConflictsOnUpdate,
            serviceAccountRoleArn,
            tags,
        } = args;
        const addon = new Child(
            "aws:eks/addon:Addon",
            name,
            {
                addonName,
                addonVersion,
                preserve,
                resolveConflictsOnCreate,
                resolveConflictsOnUpdate,
                serviceAccountRoleArn,
                tags,
                clusterName: output(core).apply((known) => known.cluster.output<string>("name")),
                configurationValues:
                    args.configurationValues === undefined ? undefined : jsonStringify(args.configurationValues),
            },
            { parent: this },
        );
        this.state = { addon };
    }
}
