import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AppTier } from "../cluster/appTier";
import type { Engine } from "../engines";
import { accountProvider } from "../identity/accountProvider";
import { accountOf, regionOf } from "../../toolkit/arn";
import type { ConnectTarget, ProxyGrant } from "../identity/grantConnect";

/**
 * The values that `access` needs of a platform in the same stack or another one: exactly these outputs of a platform stack.
 * Names and types are part of the public interface: every stack that reads them depends on them.
 */
export interface PlatformContract {
    /** Host name of the database's writer. */
    readonly endpoint: pulumi.Output<string>;
    /** Host name that distributes connections across the database's readers. */
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    /** Name of the database. */
    readonly database: pulumi.Output<string>;
    /** Version of the engine as declared, for example `16.6` or `16`. */
    readonly engineVersion: pulumi.Output<string>;
    /** The minimum number of sessions that the server supports; 0 if unknown. */
    readonly maxConnections: pulumi.Output<number>;
    /** Host name that services connect to: the proxy's if there is one, else the writer's. */
    readonly serviceEndpoint: pulumi.Output<string>;
    /** Host name for read-only connections: the proxy's if there is one, else the readers'. */
    readonly serviceReaderEndpoint: pulumi.Output<string>;
    /** Host name of the copy in another region; empty if there is none. */
    readonly replicaEndpoint: pulumi.Output<string>;
    /** ARN of the database, a cluster or an instance. */
    readonly clusterArn: pulumi.Output<string>;
    /** `cluster-…` or `db-…`, the id in `rds-db:connect` permissions for direct connections. */
    readonly clusterResourceId: pulumi.Output<string>;
    /** The targets of services' `rds-db:connect` permissions: the proxy or the database, and the copy in another region. */
    readonly targets: pulumi.Output<readonly pulumi.Unwrap<ConnectTarget>[]>;
    /** The proxy in front of the database. Its presence is not an output, because it decides which resources exist. */
    readonly proxy: ProxyGrant | undefined;
    /** The database's security group for temporary rules. */
    readonly temporarySecurityGroupId: pulumi.Output<string>;
    /** CIDR ranges to which the database's subnets have a route; empty if they are unknown. */
    readonly routedCidrs: pulumi.Output<string[]>;
    /** CIDR ranges of the subnets that contain the database and its copy in another region. */
    readonly databaseCidrs: pulumi.Output<string[]>;
    /** CIDR ranges of the subnets that contain endpoints of AWS' services; empty if these are reached over the internet. */
    readonly endpointCidrs: pulumi.Output<string[]>;
    /** For a Kubernetes provider. */
    readonly kubeconfig: pulumi.Output<string>;
    /** ARN of the Kubernetes cluster. */
    readonly kubernetesArn: pulumi.Output<string>;
    /** ARN of the cluster's OpenID Connect provider in the account of the services' roles, which is the database's. */
    readonly oidcProviderArn: pulumi.Output<string>;
    /** The issuer of service account tokens without `https://`. */
    readonly oidcIssuer: pulumi.Output<string>;
    /** The members of the app tier. Not an output, because it decides which resources exist: an access stack declares it. */
    readonly appTier: AppTier;
    /** The provider for the database's account, if it is not the cluster's. Not an output: an access stack declares the role. */
    readonly databaseAccount?: aws.Provider | undefined;
    /** ARN of the policy that permits use of the platform's bastion, if it has one. */
    readonly bastionPolicyArn?: pulumi.Output<string> | undefined;
    /** ARN of the policy that permits a shell on it. */
    readonly bastionShellPolicyArn?: pulumi.Output<string> | undefined;
    /** Security groups that pods need to reach the database; empty if they are attached to the nodes. */
    readonly podSecurityGroupIds: pulumi.Output<string[]>;
    /** Namespaces whose pods run on Fargate, where EKS Pod Identity does not work; only known of an existing cluster. */
    readonly fargateNamespaces: pulumi.Output<string[]>;
}

/** The values that are not simply outputs. */
type Derived =
    | "maxConnections"
    | "routedCidrs"
    | "fargateNamespaces"
    | "targets"
    | "proxy"
    | "appTier"
    | "databaseAccount"
    | "bastionPolicyArn"
    | "bastionShellPolicyArn";
type Outputs = Omit<PlatformContract, Derived>;

interface OutputKind<T> {
    readonly is: (value: unknown) => value is T;
    readonly allowed: string;
}

const isText = (value: unknown): value is string => typeof value === "string";
const aText: OutputKind<string> = { is: isText, allowed: "a text" };
const aNumber: OutputKind<number> = { is: (value) => typeof value === "number", allowed: "a number" };
const texts: OutputKind<string[]> = {
    is: (value) => Array.isArray(value) && value.every(isText),
    allowed: "a list of texts",
};

/** The outputs that are read unchanged. The compiler checks that these are exactly the contract's, with their types. */
export const platformOutputs: { readonly [Name in keyof Outputs]: OutputKind<pulumi.Unwrap<Outputs[Name]>> } = {
    endpoint: aText,
    readerEndpoint: aText,
    port: aNumber,
    database: aText,
    engineVersion: aText,
    serviceEndpoint: aText,
    serviceReaderEndpoint: aText,
    replicaEndpoint: aText,
    clusterArn: aText,
    clusterResourceId: aText,
    temporarySecurityGroupId: aText,
    databaseCidrs: texts,
    endpointCidrs: texts,
    kubeconfig: aText,
    kubernetesArn: aText,
    oidcProviderArn: aText,
    oidcIssuer: aText,
    podSecurityGroupIds: texts,
};

/** What an access stack declares about the platform that it uses, because it decides which resources exist. */
export interface Declared {
    /** @default "nodes" */
    readonly appTier?: AppTier | undefined;
    /** @default "postgres" */
    readonly engine?: Engine | undefined;
    /** @default false */
    readonly proxy?: boolean | undefined;
    /** @default false */
    readonly bastion?: boolean | undefined;
    /** The people who get access, possibly with a shell on the bastion. */
    readonly people?: readonly { readonly shell?: boolean | undefined }[];
    /**
     * ARN of the role to assume in the database's account.
     * @default - both are in the program's own account
     */
    readonly databaseRole?: string | undefined;
}

/**
 * Reads another stack's outputs. The run fails, naming the output, if one is missing or has the wrong type.
 *
 * @param checked what has to hold before the stack is read
 */
export function readPlatform(
    name: string,
    stack: string,
    { appTier = "nodes", engine = "postgres", proxy = false, bastion = false, people = [], databaseRole }: Declared,
    checked: Promise<void> = Promise.resolve(),
): PlatformContract {
    // A resource that is only read has no transform, so that beforeEverything does not hold it back.
    const reference = new pulumi.StackReference(name, { name: checked.then(() => stack) });
    const read = <T>(output: string, { is, allowed }: OutputKind<T>) =>
        reference.getOutput(output).apply((value: unknown) => {
            if (!is(value)) {
                throw wrongOutput(stack, output, value, allowed);
            }
            return value;
        });
    const text = (output: string) => read(output, aText);
    const outputs = Object.fromEntries(
        Object.entries<OutputKind<unknown>>(platformOutputs).map(([output, kind]) => [output, read(output, kind)]),
    ) as Outputs;
    const { clusterResourceId, kubernetesArn } = outputs;
    const clusterArn = pulumi
        .all([outputs.clusterArn, kubernetesArn])
        .apply(([database, kubernetes]) => checkAccount(stack, databaseRole, database, kubernetes));
    return {
        ...outputs,
        clusterArn,
        // Every provider of the database needs it.
        port: pulumi
            .all([outputs.port, reference.getOutput("engine")])
            .apply(([port, actual]) => checkEngine(stack, engine, actual, port)),
        oidcProviderArn: pulumi
            .all([outputs.oidcProviderArn, clusterArn])
            .apply(([arn]) => checkIssuer(stack, databaseRole, arn)),
        // A platform of an earlier version does not have these outputs.
        maxConnections: reference
            .getOutput("maxConnections")
            .apply((value: unknown) => (typeof value === "number" ? value : 0)),
        routedCidrs: reference.getOutput("routedCidrs").apply((value: unknown) => (texts.is(value) ? value : [])),
        fargateNamespaces: reference
            .getOutput("fargateNamespaces")
            .apply((value: unknown) => (texts.is(value) ? value : [])),
        targets: pulumi
            .all([read("connectTargets", targets), read("proxyRole", aText)])
            .apply(([list, role]) => checkProxy(stack, proxy, role, list)),
        proxy: proxy
            ? { roleName: text("proxyRole"), target: { arn: clusterArn, resourceId: clusterResourceId } }
            : undefined,
        appTier,
        ...(databaseRole !== undefined && {
            databaseAccount: accountProvider(
                `${name}-database-account`,
                databaseRole,
                outputs.clusterArn.apply(regionOf),
            ),
        }),
        ...(bastion && { bastionPolicyArn: text("bastionPolicyArn") }),
        ...(bastion && people.some(({ shell }) => shell) && { bastionShellPolicyArn: text("bastionShellPolicyArn") }),
        podSecurityGroupIds: outputs.podSecurityGroupIds.apply((ids) => checkTier(stack, appTier, ids)),
    };
}

const targets: OutputKind<readonly pulumi.Unwrap<ConnectTarget>[]> = {
    is: (value): value is readonly pulumi.Unwrap<ConnectTarget>[] =>
        Array.isArray(value) &&
        value.every(
            (one: unknown) =>
                typeof one === "object" &&
                one !== null &&
                ["arn", "resourceId"].every((key) => isText(Reflect.get(one, key))),
        ),
    allowed: "a list of ARNs with resource ids",
};

/** A platform of an earlier version does not have the output. */
function checkEngine(stack: string, declared: Engine, actual: unknown, port: number): number {
    if (typeof actual === "string" && actual !== declared) {
        throw new pulumi.RunError(
            `access.engine is ${declared}, in platform stack ${stack} it is ${actual}: write access.engine: ${actual}`,
        );
    }
    return port;
}

function checkProxy<T>(stack: string, declared: boolean, role: string, value: T): T {
    const actual = role !== "";
    if (actual !== declared) {
        throw new pulumi.RunError(
            `access.proxy is ${declared}, in platform stack ${stack} it is ${actual}: write access.proxy: ${actual}`,
        );
    }
    return value;
}

/** The database's ARN, if it is in the declared role's account; without a cluster, any account is accepted. */
function checkAccount(stack: string, role: string | undefined, databaseArn: string, kubernetesArn: string): string {
    const [account, own] = [
        accountOf(databaseArn),
        kubernetesArn === "" ? accountOf(databaseArn) : accountOf(kubernetesArn),
    ];
    if (account === (role === undefined ? own : accountOf(role))) {
        return databaseArn;
    }
    const fix =
        account === own ? "remove access.databaseRole" : `write the ARN of a role of ${account} in access.databaseRole`;
    throw new pulumi.RunError(
        `access.databaseRole is ${JSON.stringify(role) ?? "missing"}, the database of platform stack ${stack} is in account ${account}, its cluster in ${own}: ${fix}`,
    );
}

/** A platform of an earlier version has the cluster's OIDC provider in the cluster's account alone. */
function checkIssuer(stack: string, role: string | undefined, arn: string): string {
    if (role !== undefined && arn !== "" && accountOf(arn) !== accountOf(role)) {
        throw new pulumi.RunError(
            `platform stack ${stack} has no OIDC provider for its cluster in account ${accountOf(role)}: update that stack first, with this version of the program`,
        );
    }
    return arn;
}

function checkTier(stack: string, appTier: AppTier, podSecurityGroupIds: string[]): string[] {
    const actual: AppTier = podSecurityGroupIds.length > 0 ? "pods" : "nodes";
    if (actual !== appTier) {
        throw new pulumi.RunError(
            `access.appTier is ${appTier}, in platform stack ${stack} it is ${actual}: write access.appTier: ${actual}`,
        );
    }
    return podSecurityGroupIds;
}

function wrongOutput(stack: string, output: string, value: unknown, allowed: string): Error {
    const given = value === undefined ? "missing" : JSON.stringify(value);
    return new pulumi.RunError(
        `output ${output} of platform stack ${stack} is ${given}, allowed is ${allowed}: run \`pulumi up\` on that stack first, or name another in platformStack`,
    );
}
