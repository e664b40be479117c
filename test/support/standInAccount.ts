import assert from "node:assert/strict";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import type * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";

import {
    ACCESS_ENTRY,
    DB_CLUSTER,
    DB_INSTANCE,
    EKS_CLUSTER,
    NODE_GROUP,
    OIDC_PROVIDER,
} from "../../sandbox/cloud/aws/tokens";
import { must } from "../../sandbox/cloud/aws/values";
import { isProps, type Props, type Value } from "../../sandbox/cloud/props";
import { structuredKeys } from "../../sandbox/providers/aws/configuration";
import { releaseMaster } from "../../sandbox/providers/aws/rds/release";
import type { Created } from "../../sandbox/providers/protocol/types";
import { context, type Stage } from "../sandbox/providers/aws/stage";
import { valueOf } from "./mocks";

/** A resource of a program, deployed to the stand-in for AWS. */
export interface Deployed {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly custom: boolean;
    readonly retained: boolean;
    /** URNs that the engine derives the order of deletions from: dependencies, parent, provider, `deletedWith`. */
    readonly needs: readonly string[];
    readonly parent: string;
    /** Undefined for a component, and for a resource of another package. */
    readonly made?: Made;
}

/** An AWS resource: the arguments and outputs of its last run. */
interface Made extends Created {
    readonly stage: Stage;
    readonly inputs: Props;
}

/** Answers the SDK for a run of a program as AWS and the engine would, and records the resources. */
export class Account {
    readonly resources: Deployed[] = [];
    readonly operations: string[] = [];
    /** The resources that others have replaced. */
    readonly replaced: Deployed[] = [];
    private readonly stages = new Map<string, Promise<Stage>>();
    private readonly last: ReadonlyMap<string, Deployed>;
    private readonly made = new Map<string, Made>();
    private readonly requests = new Map<string, RegisterResourceRequest>();
    private readonly children = new Map<string, (parent: Deployed, request: RegisterResourceRequest) => Deployed[]>();

    constructor(
        private readonly base: Stage,
        last: readonly Deployed[],
    ) {
        this.last = new Map(last.filter(({ made }) => made).map((one) => [keyOf(one), one]));
    }

    async invoke(token: string, inputs: Props, provider: string | undefined): Promise<Props> {
        const stage = await this.stageOf(provider);
        return (await stage.provider.invoke?.(token, inputs)) ?? assert.fail(`unknown function ${token}`);
    }

    async deploy(args: MockResourceArgs, inputs: Props): Promise<{ id: string; state: Props }> {
        const { type, name } = args;
        if (type === "pulumi:providers:aws") {
            const parsed = Object.entries(inputs).map(([key, value]) => [
                key,
                structuredKeys.includes(key) && typeof value === "string" ? (JSON.parse(value) as unknown) : value,
            ]);
            this.stages.set(name, this.base.beside(Object.fromEntries(parsed) as Props));
        }
        if (type === "eks:index:Cluster") {
            return { id: "", state: await this.cluster(name, inputs) };
        }
        if (type === "eks:index:ManagedNodeGroup") {
            await this.nodeGroup(name, inputs);
            return { id: "", state: {} };
        }
        if (!type.startsWith("aws:")) {
            return { id: `${name}-id`, state: inputs };
        }
        const ignored = this.requests.get(`${type} ${name}`)?.getIgnorechangesList() ?? [];
        const { id, state } = await this.apply(await this.stageOf(args.provider), type, name, inputs, ignored);
        // The steps that docs/databases.md describes for a copy.
        if (type === DB_CLUSTER || type === DB_INSTANCE) {
            releaseMaster(this.base.store, must(state, type === DB_CLUSTER ? "clusterResourceId" : "resourceId"));
        }
        return { id, state };
    }

    /** Creates, updates or replaces an AWS resource, or leaves it as it is. */
    private async apply(
        stage: Stage,
        type: string,
        name: string,
        wanted: Props,
        ignored: readonly string[] = [],
    ): Promise<Made> {
        const key = `${type} ${name}`;
        const last = this.last.get(key);
        const keep = (made: Made, operation?: string): Made => {
            this.made.set(key, made);
            if (operation !== undefined) {
                this.operations.push(`${operation} ${key}`);
            }
            return made;
        };
        if (last?.made === undefined) {
            return keep({ stage, ...(await stage.create(type, wanted, name)) }, "create");
        }
        const old = last.made;
        const inputs = await stage.checked(
            type,
            ignored.reduce((props, path) => kept(path, props, old.inputs), wanted),
            old.inputs,
            name,
        );
        const kind = stage.kind(type);
        const { changed, replace, deleteBeforeReplace } = await kind.diff(old.id, old.state, old.inputs, inputs);
        if (changed.length === 0) {
            return keep({ ...old, stage });
        }
        if (replace.length === 0) {
            const state = await kind.update(old.id, old.state, inputs, context(type, name), false);
            return keep({ stage, inputs, id: old.id, state }, "update");
        }
        if (deleteBeforeReplace === true) {
            await stage.remove(type, old);
        } else {
            this.replaced.push(last);
        }
        // The engine generates another name for the new one.
        return keep({ stage, ...(await stage.create(type, wanted, `${name}-new`)) }, "replace");
    }

    /** Records what the SDK says of each resource. */
    listen(monitor: MockMonitor): void {
        const register = monitor.registerResource.bind(monitor);
        monitor.registerResource = async (
            request: RegisterResourceRequest,
            answer: (error: unknown, response: RegisterResourceResponse | undefined) => void,
        ) => {
            this.requests.set(`${request.getType()} ${request.getName()}`, request);
            await register(request, (error: unknown, response: RegisterResourceResponse | undefined) => {
                if (response !== undefined) {
                    this.record(response.getUrn(), request);
                }
                answer(error, response);
            });
        };
    }

    private record(urn: string, request: RegisterResourceRequest): void {
        const [type, name] = [request.getType(), request.getName()];
        const provider = request.getProvider().replace(/::[^:]*$/, "");
        const needs = [...request.getDependenciesList(), request.getParent(), provider, request.getDeletedwith()];
        const made = this.made.get(`${type} ${name}`);
        const resource: Deployed = {
            ...{ urn, type, name, custom: request.getCustom(), retained: request.getRetainondelete() === true },
            needs: needs.filter((need) => need !== ""),
            parent: request.getParent(),
            ...(made && { made }),
        };
        this.resources.push(resource, ...(this.children.get(`${type} ${name}`)?.(resource, request) ?? []));
    }

    private stageOf(provider: string | undefined): Promise<Stage> {
        return this.stages.get((provider ?? "").split("::")[3] ?? "") ?? Promise.resolve(this.base);
    }

    /** The children of the cluster's component that the program uses: the cluster, its entries and its issuer. */
    private async cluster(name: string, args: Props): Promise<Props> {
        const { base } = this;
        // The SDK gives a resource as such.
        const { serviceRole } = args as unknown as { readonly serviceRole: { readonly arn: pulumi.Output<string> } };
        const asked: Props = {
            name: args["name"] ?? null,
            version: args["version"] ?? null,
            roleArn: await valueOf(serviceRole.arn),
            vpcConfig: {
                subnetIds: args["privateSubnetIds"] ?? [],
                endpointPrivateAccess: true,
                endpointPublicAccess: false,
            },
            accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
            enabledClusterLogTypes: args["enabledClusterLogTypes"] ?? [],
            encryptionConfig: { provider: { keyArn: must(args, "encryptionConfigKeyArn") }, resources: ["secrets"] },
        };
        const cluster = await this.apply(base, EKS_CLUSTER, name, asked, ["vpcConfig.subnetIds"]);
        const issuer = must(cluster.state, "identities.oidcs.issuer");
        const trusted = { url: issuer, clientIdLists: ["sts.amazonaws.com"] };
        const oidc = await this.apply(base, OIDC_PROVIDER, name, trusted);
        // One for each principal, as oneEntryForCaller of components/cluster/people.ts arranges.
        const entries = Object.values((args["accessEntries"] ?? {}) as Readonly<Record<string, Props>>);
        const admitted: [string, Made][] = [];
        for (const entry of entries) {
            const principalArn = must(entry, "principalArn");
            const entering = { clusterName: cluster.id, principalArn };
            const key = `${name}-${principalArn}`;
            admitted.push([key, await this.apply(base, ACCESS_ENTRY, key, entering)]);
        }
        this.children.set(`eks:index:Cluster ${name}`, (parent, request) => {
            const own = ["name", "privateSubnetIds", "serviceRole", "encryptionConfigKeyArn"];
            const plane = this.child(
                parent,
                EKS_CLUSTER,
                own.flatMap((key) => propertyNeeds(request, key)),
                cluster,
            );
            const after = (type: string, made: Made, child = name) =>
                this.child(parent, type, [plane.urn], made, child);
            return [
                plane,
                after(OIDC_PROVIDER, oidc),
                ...admitted.map(([key, entry]) => after(ACCESS_ENTRY, entry, key)),
            ];
        });
        const { state } = cluster;
        return {
            core: { cluster: { name: cluster.id } },
            eksCluster: {
                arn: must(state, "arn"),
                endpoint: must(state, "endpoint"),
                vpcConfig: state["vpcConfig"] ?? {},
            },
            clusterSecurityGroupId: must(state, "vpcConfig.clusterSecurityGroupId"),
            kubeconfigJson: "{}",
            oidcProviderArn: must(oidc.state, "arn"),
            oidcIssuer: issuer.replace("https://", ""),
        };
    }

    private async nodeGroup(name: string, args: Props): Promise<void> {
        const passed = [
            "version",
            "nodeRoleArn",
            "subnetIds",
            "instanceTypes",
            "scalingConfig",
            "launchTemplate",
        ] as const;
        const asked: Props = {
            clusterName: must(args, "cluster.cluster.name"),
            ...Object.fromEntries(passed.map((key) => [key, args[key] ?? null])),
        };
        const made = await this.apply(this.base, NODE_GROUP, name, asked, ["subnetIds"]);
        this.children.set(`eks:index:ManagedNodeGroup ${name}`, (parent, request) => [
            this.child(
                parent,
                NODE_GROUP,
                ["cluster", ...passed].flatMap((key) => propertyNeeds(request, key)),
                made,
            ),
        ]);
    }

    private child(parent: Deployed, type: string, needs: readonly string[], made: Made, name = parent.name): Deployed {
        return {
            ...{ urn: `${parent.urn}/${type}/${name}`, type, name, custom: true, retained: false },
            ...{ needs: [...needs, parent.urn], parent: parent.urn, made },
        };
    }
}

/** Arguments with an earlier value at a path, as for `ignoreChanges`. */
function kept(path: string, props: Props, old: Props): Props {
    const [name = "", ...rest] = path.split(".");
    const before: Value | undefined = old[name];
    const now: Value | undefined = props[name];
    if (rest.length === 0) {
        return before === undefined ? props : { ...props, [name]: before };
    }
    return isProps(before) && isProps(now) ? { ...props, [name]: kept(rest.join("."), now, before) } : props;
}

function propertyNeeds(request: RegisterResourceRequest, key: string): string[] {
    return request.getPropertydependenciesMap().get(key)?.getUrnsList() ?? [];
}

/** Of a resource, whatever its parent. */
export function keyOf({ type, name }: Pick<Deployed, "type" | "name">): string {
    return `${type} ${name}`;
}
