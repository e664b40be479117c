import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { DependencyProviderResource } from "@pulumi/pulumi/resource";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { disconnect, runInPulumiStack, setAllConfig, setMocks, type MockResourceArgs } from "@pulumi/pulumi/runtime";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { ICallbackServer } from "@pulumi/pulumi/runtime/callbacks";

/** The SDK's state of a run, which its declarations omit. */
const { getStore } = createRequire(__filename)("@pulumi/pulumi/runtime/state") as {
    getStore(this: void): {
        supportsTransforms: boolean;
        callbacks: ICallbackServer;
        settings: { monitor: Monitor };
    };
};

interface Monitor {
    registerResource(request: RegisterResourceRequest, answer: (error: unknown, response?: Urn) => void): unknown;
}

interface Urn {
    getUrn(): string;
}

/** A resource as a program registered it. */
export interface Recorded {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
}

/** A resource with what the program received for it. */
export interface Created extends Recorded {
    /** Undefined in a preview. */
    readonly id: string | undefined;
    /** Its outputs as the program sees them. */
    readonly state: Record<string, unknown>;
    /** The URN and id of its provider; empty for the default provider. */
    readonly provider: string;
}

/** A resource with those that it depends on. */
export interface Registered extends Recorded {
    readonly urn: string;
    /** URNs. */
    readonly dependencies: readonly string[];
    /** Names of hooks. */
    readonly beforeDelete: readonly string[];
}

export interface RecordOptions {
    /** Outputs that cannot be known before creation stay unknown, as in a first preview. */
    readonly preview?: boolean;
    readonly stack?: string;
    /** The stack's config by full key (`keyless:platform`); groups and lists are JSON, as the engine passes them on. */
    readonly config?: Readonly<Record<string, string>>;
    /** Outputs of referenced stacks, and of the stack's own last run, by the stack's name. */
    readonly stacks?: Readonly<Record<string, Record<string, unknown>>>;
    /** Whether the program runs within a stack's resource, as in the engine: the parent of all resources that have no other. */
    readonly inStack?: boolean;
    /** Resolves when a resource may be answered. */
    readonly answering?: (resource: MockResourceArgs) => Promise<void>;
}

/** A program's resources, ordered by type and name. */
export class Recording {
    readonly resources: readonly Recorded[];
    private readonly byType = new Map<string, Recorded[]>();

    constructor(
        readonly created: readonly Created[],
        private readonly accounts: ReadonlyMap<Created, string>,
        private readonly order: readonly Omit<Registered, "inputs">[],
        /** The functions that the program called, each with its provider's name unless that is the default provider. */
        readonly calls: readonly string[],
    ) {
        this.resources = created.map(({ type, name, inputs }) => ({ type, name, inputs }));
        for (const resource of this.resources) {
            const same = this.byType.get(resource.type) ?? [];
            same.push(resource);
            this.byType.set(resource.type, same);
        }
    }

    /** The resources with those that each depends on. */
    registered(): readonly Registered[] {
        const keyOf = ({ type, name }: Omit<Recorded, "inputs">) => `${type} ${name}`;
        const known = new Map(this.resources.map((resource) => [keyOf(resource), resource.inputs]));
        assert.equal(known.size, this.resources.length, "two resources of one type and name");
        return this.order.map((resource) => ({ ...resource, inputs: known.get(keyOf(resource)) ?? {} }));
    }

    /** Where the resources of that type are: by the role that their provider assumes, else in the program's own account. */
    placesOf(type: string): readonly string[] {
        const found = this.created.filter((resource) => resource.type === type);
        return found.map((resource) => `${resource.name} in ${this.accounts.get(resource)}`);
    }

    /** How many there are of each type, providers and components included. */
    inventory(): Record<string, number> {
        return Object.fromEntries([...this.byType].map(([type, { length }]) => [type, length]));
    }

    /** What the program registered of that type. */
    of(type: string): readonly Recorded[] {
        return this.byType.get(type) ?? [];
    }

    /** The inputs of the one resource of that type and name. */
    inputs(type: string, name: string): Record<string, unknown> {
        const found = this.of(type).filter((resource) => resource.name === name);
        const [resource] = found;
        assert.ok(
            resource !== undefined && found.length === 1,
            `${found.length} of ${type} ${name}, there are: ${this.of(type)
                .map((other) => other.name)
                .join(", ")}`,
        );
        return resource.inputs;
    }

    /** An IAM document among the inputs. */
    document(type: string, name: string, property: string): unknown {
        return JSON.parse(String(this.inputs(type, name)[property]));
    }
}

/** Runs a program against an AWS that only records requests, and returns its resources. An unknown function throws. */
export async function record(program: () => unknown, options: RecordOptions = {}): Promise<Recording> {
    const created: Created[] = [];
    const transforms: pulumi.ResourceTransform[] = [];
    const providers = new Map<string, Place>();
    const accounts = new Map<Created, string>();
    const order: Omit<Registered, "inputs">[] = [];
    const calls: string[] = [];
    const config = { "aws:region": "eu-central-1", ...options.config };
    const own: Place = { account: ownAccount, region: config["aws:region"] };
    const nameOf = (provider = "") => provider.split("::")[3] ?? "";
    const placeOf = (provider: string | undefined) => providers.get(nameOf(provider)) ?? own;
    const preview = options.preview ?? false;
    setAllConfig(config);
    await setMocks(
        {
            async newResource(args) {
                const { type, name } = args;
                await options.answering?.(args);
                const inputs = await transformed(transforms, args);
                if (type === "pulumi:pulumi:StackReference") {
                    const outputs = options.stacks?.[String(inputs["name"])];
                    assert.ok(outputs, `unknown stack ${JSON.stringify(inputs["name"])}`);
                    return { id: name, state: { name: inputs["name"], outputs, secretOutputNames: [] } };
                }
                const place = placeOf(args.provider);
                const id = preview ? undefined : `${name}-id`;
                const state = preview ? inputs : { ...inputs, ...outputsOf(args, place) };
                const resource: Created = { type, name, inputs, id, state, provider: args.provider ?? "" };
                created.push(resource);
                accounts.set(resource, place.account);
                if (type === "pulumi:providers:aws") {
                    const account = /:iam::(\d{12}):role/.exec(String(inputs["assumeRoles"]))?.[1] ?? ownAccount;
                    providers.set(name, {
                        account,
                        region: typeof inputs["region"] === "string" ? inputs["region"] : own.region,
                    });
                }
                return { id, state };
            },
            call({ token, inputs, provider }) {
                if (token === "pulumi:pulumi:readStackOutputs") {
                    return { outputs: options.stacks?.[String((inputs as { name: unknown }).name)] ?? {} };
                }
                calls.push(`${token.split(":").at(-1)} ${nameOf(provider)}`.trim());
                const answer = functions[token]?.(placeOf(provider), inputs as Record<string, unknown>);
                assert.ok(answer, `unknown function ${token}(${JSON.stringify(inputs)})`);
                return answer;
            },
        },
        "keyless",
        options.stack ?? "test",
        preview,
        "organization",
    );
    collectTransforms(transforms);
    const { monitor } = getStore().settings;
    const register = monitor.registerResource.bind(monitor);
    // The SDK's mocks hide what a resource depends on.
    monitor.registerResource = (request, answer) =>
        register(request, (error, response) => {
            if (response !== undefined) {
                const dependencies = request.getDependenciesList();
                const beforeDelete = request.getHooks()?.getBeforeDeleteList() ?? [];
                order.push({
                    type: request.getType(),
                    name: request.getName(),
                    urn: response.getUrn(),
                    dependencies,
                    beforeDelete,
                });
            }
            answer(error, response);
        });
    await (options.inStack === true ? runInPulumiStack(async () => void (await program())) : program());
    await disconnect(false);
    return new Recording(
        created.sort((a, b) => compare(a.type, b.type) || compare(a.name, b.name)),
        accounts,
        order,
        calls.sort(),
    );
}

/** The SDK's mocks do not apply transforms, as the engine would: a harness applies those that this adds to the list. */
export function collectTransforms(transforms: pulumi.ResourceTransform[]): void {
    const store = getStore();
    store.supportsTransforms = true;
    store.callbacks = {
        registerTransform: async () => new Callback(),
        registerStackTransform: (transform) => void transforms.push(transform),
        registerStackInvokeTransform: () => assert.fail("no transforms of functions here"),
        registerStackInvokeTransformAsync: () => assert.fail("no transforms of functions here"),
        // The engine would call it.
        registerResourceHook: async () => undefined,
        registerErrorHook: async () => undefined,
        shutdown: () => undefined,
        awaitStackRegistrations: async () => undefined,
    };
}

const known = new Map<string, DependencyProviderResource>();

function providerOf(reference: string): DependencyProviderResource {
    const provider = known.get(reference) ?? new DependencyProviderResource(reference);
    known.set(reference, provider);
    return provider;
}

/** The inputs of a resource as the stack's transforms leave them. */
export async function transformed(
    transforms: readonly pulumi.ResourceTransform[],
    { type, name, custom = false, inputs, provider }: MockResourceArgs,
): Promise<Record<string, unknown>> {
    let props = inputs as Record<string, unknown>;
    for (const transform of transforms) {
        const opts = provider === undefined || provider === "" ? {} : { provider: providerOf(provider) };
        props = ((await transform({ type, name, custom, props, opts })) ?? { props }).props;
    }
    // A transform of an output, which is known whenever its source is.
    const settled = Object.entries(props).map(
        async ([key, value]) => [key, pulumi.Output.isInstance(value) ? await valueOf(value) : value] as const,
    );
    return Object.fromEntries(await Promise.all(settled));
}

/** The value of an output, for tests. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

const ownAccount = "111122223333";

/** Where a provider works. */
interface Place {
    readonly account: string;
    readonly region: string;
}

/** The AWS partition of a region: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function partitionOf(region: string) {
    const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    return partition === "aws-cn"
        ? { partition, dnsSuffix: "amazonaws.com.cn", reverseDnsPrefix: "cn.com.amazonaws" }
        : { partition, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
}

/** A subnet whose zone has the last letter or digit of its id. */
function subnetOf(id: string, region: string) {
    const last = parseInt(id.slice(-1), 36);
    const zone = last >= 10 ? last - 10 : last;
    return {
        availabilityZone: region + String.fromCharCode("a".charCodeAt(0) + zone),
        availabilityZoneId: `az${zone + 1}`,
        cidrBlock: `10.30.${zone}.0/24`,
    };
}

/** An identifier as a part of a resource id, which has only letters and digits. */
const plain = (id: unknown): string => String(id).toUpperCase().replace(/\W/g, "");

/** What the lookups of clusters and instances share. */
function existingDatabase(id: string, resource: string, { account, region }: Place) {
    const { partition } = partitionOf(region);
    return {
        arn: `arn:${partition}:rds:${region}:${account}:${resource}`,
        endpoint: `${id}.cluster-abc.${region}.rds.amazonaws.com`,
        ...{ port: 5432, engineVersion: "16.9", masterUsername: "orders_admin", masterUserSecrets: [] },
        vpcSecurityGroupIds: ["sg-0e000000000000001"],
    };
}

const functions: Record<string, (place: Place, inputs: Record<string, unknown>) => Record<string, unknown>> = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": ({ region }) => ({
        names: ["b", "a", "c"].map((letter) => region + letter),
    }),
    "aws:cloudwatch/getLogGroup:getLogGroup": () => ({ name: "/aws/cloudtrail/all" }),
    "aws:ec2/getSecurityGroup:getSecurityGroup": () => ({ vpcId: "vpc-existing" }),
    "aws:ec2/getSubnet:getSubnet": ({ region }, { id }) => ({
        ...subnetOf(String(id), region),
        id,
        vpcId: "vpc-existing",
    }),
    "aws:ec2/getSubnets:getSubnets": (_place, { tags }) => ({
        ids: Object.values(tags as Record<string, string>).map((value) => `subnet-${value}`),
    }),
    "aws:ec2/getVpc:getVpc": () => ({ id: "vpc-existing", enableDnsSupport: true, enableDnsHostnames: true }),
    "aws:ec2/getRouteTables:getRouteTables": () => ({ ids: ["rtb-existing"] }),
    "aws:ec2/getRouteTable:getRouteTable": (_place, { routeTableId }) => ({
        routeTableId,
        associations: [{ subnetId: "", main: true }],
        routes: [],
    }),
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": () => ({ subnetIds: ["subnet-endpoint-a"] }),
    "aws:eks/getCluster:getCluster": ({ account, region }, { name }) => ({
        arn: `arn:${partitionOf(region).partition}:eks:${region}:${account}:cluster/${String(name)}`,
        name,
        status: "ACTIVE",
        version: "1.33",
        endpoint: "https://0123.gr7.eu-central-1.eks.amazonaws.com",
        certificateAuthorities: [{ data: "Q0E=" }],
        identities: [{ oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/0123` }] }],
        accessConfigs: [{ authenticationMode: "API_AND_CONFIG_MAP" }],
        vpcConfig: { vpcId: "vpc-existing", clusterSecurityGroupId: "sg-cluster" },
    }),
    "aws:eks/getAddon:getAddon": () => ({ configurationValues: JSON.stringify({ env: { ENABLE_POD_ENI: "true" } }) }),
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": ({ account, region }, { url }) => ({
        arn: `arn:${partitionOf(region).partition}:iam::${account}:oidc-provider/${String(url).replace("https://", "")}`,
        clientIdLists: ["sts.amazonaws.com"],
    }),
    "aws:rds/getCluster:getCluster": (place, { clusterIdentifier: id, region = place.region }) => ({
        ...existingDatabase(String(id), `cluster:${String(id)}`, { ...place, region: String(region) }),
        ...{
            clusterIdentifier: id,
            clusterResourceId: `cluster-${plain(id)}`,
            engine: "aurora-postgresql",
        },
        ...{ readerEndpoint: `${String(id)}.cluster-ro-abc.${String(region)}.rds.amazonaws.com` },
        ...{ iamDatabaseAuthenticationEnabled: true, dbSubnetGroupName: id, replicationSourceIdentifier: "" },
    }),
    "aws:rds/getInstance:getInstance": (place, { dbInstanceIdentifier: id, region = place.region }) => {
        const { arn, endpoint, vpcSecurityGroupIds, ...rest } = existingDatabase(String(id), `db:${String(id)}`, {
            ...place,
            region: String(region),
        });
        return {
            ...rest,
            ...{ dbInstanceIdentifier: id, dbInstanceArn: arn, resourceId: `db-${plain(id)}` },
            ...{ address: endpoint, engine: "postgres", dbSubnetGroup: id, vpcSecurityGroups: vpcSecurityGroupIds },
            // An instance called like another one with a suffix is a copy of it.
            ...{ dbClusterIdentifier: "", replicateSourceDb: /^(.+)-copy$/.exec(String(id))?.[1] ?? "" },
        };
    },
    "aws:rds/getProxy:getProxy": (place, { name }) => ({
        ...{
            name,
            engineFamily: "POSTGRESQL",
            requireTls: true,
            defaultAuthScheme: "IAM_AUTH",
            vpcSubnetIds: ["proxy-b"],
        },
        arn: `arn:aws:rds:${place.region}:${place.account}:db-proxy:prx-0existing`,
        endpoint: `${String(name)}.proxy-abc.${place.region}.rds.amazonaws.com`,
        roleArn: `arn:aws:iam::${place.account}:role/service/${String(name)}-role`,
        vpcSecurityGroupIds: ["sg-0e000000000000002"],
    }),
    "aws:rds/getSubnetGroup:getSubnetGroup": (_place, { name }) => ({
        subnetIds: [`${String(name)}-a`, `${String(name)}-b`],
    }),
    "aws:index/getCallerIdentity:getCallerIdentity": ({ account, region }) => ({
        accountId: account,
        arn: `arn:${partitionOf(region).partition}:sts::${account}:assumed-role/deployer/session`,
    }),
    "aws:iam/getSessionContext:getSessionContext": ({ account, region }) => ({
        issuerArn: `arn:${partitionOf(region).partition}:iam::${account}:role/ci/deployer`,
    }),
    "aws:eks/getAddonVersion:getAddonVersion": () => ({ version: "v1.2.3-eksbuild.4" }),
    "aws:ssoadmin/getInstances:getInstances": () => ({
        arns: ["arn:aws:sso:::instance/ssoins-0"],
        identityStoreIds: ["d-0"],
    }),
    "aws:rds/getEngineVersion:getEngineVersion": (_place, { version }) => ({
        versionActual: `${String(version)}.preferred`,
        validMinorTargets: [],
    }),
    "aws:ssm/getParameter:getParameter": () => ({ value: "ami-0123" }),
    "aws:index/getRegion:getRegion": ({ region }) => ({ region }),
    "aws:index/getPartition:getPartition": ({ region }) => partitionOf(region),
};

/** Values that only AWS knows: derived from the name, so that tests can distinguish them. */
function outputsOf(
    { type, name, inputs }: MockResourceArgs,
    { account, region: here }: Place,
): Record<string, unknown> {
    const { partition, dnsSuffix } = partitionOf(here);
    const arn = (service: string, resource: string, region = here) =>
        `arn:${partition}:${service}:${region}:${account}:${resource}`;
    switch (type) {
        case "aws:cloudwatch/logGroup:LogGroup":
            return { name, arn: arn("logs", `log-group:${name}`) };
        case "aws:s3/bucket:Bucket":
            return { bucket: name, arn: `arn:${partition}:s3:::${name}` };
        case "aws:sns/topic:Topic":
            return { name, arn: arn("sns", name) };
        case "aws:ssoadmin/permissionSet:PermissionSet":
            return { name, arn: `arn:aws:sso:::permissionSet/ssoins-0/${name}` };
        case "aws:ec2/eip:Eip":
            return { allocationId: `eipalloc-${name}` };
        case "aws:ec2/launchTemplate:LaunchTemplate":
            return { latestVersion: 1 };
        case "aws:kms/key:Key":
            return { arn: arn("kms", `key/${name}`), keyId: `${name}-key` };
        case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
            return {
                arn: arn("iam", `oidc-provider/${String((inputs as { url: string }).url).replace("https://", "")}`, ""),
            };
        case "aws:iam/role:Role": {
            const { name: physical = name } = inputs as { name?: string };
            return { name: physical, arn: arn("iam", `role/${physical}`, "") };
        }
        case "aws:iam/instanceProfile:InstanceProfile":
            return { name };
        case "aws:iam/policy:Policy":
            return { name, arn: arn("iam", `policy/${name}`, "") };
        case "aws:ec2/instance:Instance":
            return { arn: arn("ec2", `instance/${name}-id`) };
        case "aws:ssm/document:Document":
            return { name, arn: arn("ssm", `document/${name}`) };
        case "aws:eks/podIdentityAssociation:PodIdentityAssociation":
            return { externalId: `${name}-external-id`, associationId: `a-${name}` };
        case "aws:rds/subnetGroup:SubnetGroup":
        case "aws:rds/clusterParameterGroup:ClusterParameterGroup":
        case "aws:rds/parameterGroup:ParameterGroup":
            return { name };
        case "aws:rds/clusterInstance:ClusterInstance":
            return { availabilityZone: `${here}a` };
        case "aws:rds/instance:Instance":
            return {
                availabilityZone: `${here}a`,
                arn: arn("rds", `db:${name}`),
                resourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                address: `${name}.abc.${here}.rds.${dnsSuffix}`,
                port: 5432,
                engineVersionActual: "running",
                masterUserSecrets: [{ secretArn: arn("secretsmanager", `secret:${name}`) }],
            };
        case "aws:rds/proxy:Proxy":
            return {
                name,
                arn: arn("rds", "db-proxy:prx-0123456789abcdef0"),
                endpoint: `${name}.proxy-abc.${here}.rds.${dnsSuffix}`,
            };
        case "aws:rds/proxyEndpoint:ProxyEndpoint":
            return { endpoint: `${name}-ro.proxy-abc.${here}.rds.${dnsSuffix}` };
        case "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup":
            return { name: "default" };
        case "aws:scheduler/scheduleGroup:ScheduleGroup":
            return { name, arn: arn("scheduler", `schedule-group/${name}`) };
        case "aws:rds/cluster:Cluster":
            return {
                arn: arn("rds", `cluster:${name}`),
                clusterResourceId: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                endpoint: `${name}.cluster-abc.${here}.rds.${dnsSuffix}`,
                readerEndpoint: `${name}.cluster-ro-abc.${here}.rds.${dnsSuffix}`,
                port: 5432,
                engineVersionActual: "running",
                masterUserSecrets: [{ secretArn: arn("secretsmanager", `secret:${name}`) }],
            };
        case "eks:index:Cluster":
            return {
                core: { cluster: { name } },
                eksCluster: {
                    arn: arn("eks", `cluster/${name}`),
                    endpoint: `https://0123.gr7.${here}.eks.${dnsSuffix}`,
                    vpcConfig: { subnetIds: [] },
                },
                clusterSecurityGroupId: `sg-${name}`,
                kubeconfigJson: "{}",
                oidcProviderArn: arn("iam", `oidc-provider/oidc.eks.${here}.${dnsSuffix}/id/0123`, ""),
                oidcIssuer: `oidc.eks.${here}.${dnsSuffix}/id/0123`,
            };
        default:
            return {};
    }
}
