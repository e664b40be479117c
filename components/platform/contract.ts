import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AppTier } from "../cluster/appTier";
import { accountProvider } from "../identity/accountProvider";
import { accountOf, regionOf } from "../../toolkit/arn";
import type { ConnectTarget, ProxyGrant } from "../identity/grantConnect";

/**
 * What `access` needs of a platform, its own stack's or another's: the outputs of a platform stack by these very names.
 * A name or a type here is a promise to every stack that reads it.
 */
export interface PlatformContract {
    /** Host name of the database's writer. */
    readonly endpoint: pulumi.Output<string>;
    /** Host name that spreads over the database's readers. */
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    /** Name of the database. */
    readonly database: pulumi.Output<string>;
    /** Version of the engine as declared, like `16.6` or `16`. */
    readonly engineVersion: pulumi.Output<string>;
    /** How many sessions the server takes at least; 0 where that is not known. */
    readonly maxConnections: pulumi.Output<number>;
    /** Host name that services connect to: the proxy's where there is one, else the writer's. */
    readonly serviceEndpoint: pulumi.Output<string>;
    /** Host name for read-only connections: the proxy's if there is one, else the readers'. */
    readonly serviceReaderEndpoint: pulumi.Output<string>;
    /** Host name of the copy in another region; empty where there is none. */
    readonly replicaEndpoint: pulumi.Output<string>;
    /** ARN of the database, a cluster or an instance. */
    readonly clusterArn: pulumi.Output<string>;
    /** `cluster-…` or `db-…`, the id that `rds-db:connect` names where no proxy stands between. */
    readonly clusterResourceId: pulumi.Output<string>;
    /** What `rds-db:connect` names for services: the proxy or the database, and the copy in another region. */
    readonly targets: pulumi.Output<readonly pulumi.Unwrap<ConnectTarget>[]>;
    /** The proxy before the database. Its presence is not an output, because it decides which resources exist. */
    readonly proxy: ProxyGrant | undefined;
    /** The database's security group for rules that end by themselves. */
    readonly temporarySecurityGroupId: pulumi.Output<string>;
    /** Ranges in CIDR notation of the subnets that the database is in, and its copy in another region. */
    readonly databaseCidrs: pulumi.Output<string[]>;
    /** Ranges of the subnets in which AWS' services are reached; none where they are reached over the internet. */
    readonly endpointCidrs: pulumi.Output<string[]>;
    /** For a Kubernetes provider. */
    readonly kubeconfig: pulumi.Output<string>;
    /** ARN of the Kubernetes cluster. */
    readonly kubernetesArn: pulumi.Output<string>;
    readonly oidcProviderArn: pulumi.Output<string>;
    /** The issuer of service account tokens without `https://`. */
    readonly oidcIssuer: pulumi.Output<string>;
    /** Who is in the app tier. No output, because it decides which resources there are: an access stack declares it. */
    readonly appTier: AppTier;
    /** For the account that the database is in, where it is not the cluster's. No output: an access stack declares the role. */
    readonly databaseAccount?: aws.Provider | undefined;
    /** ARN of the policy that lets people through the platform's bastion, if it has one. */
    readonly bastionPolicyArn?: pulumi.Output<string> | undefined;
    /** ARN of the policy that permits a shell on it. */
    readonly bastionShellPolicyArn?: pulumi.Output<string> | undefined;
    /** Security groups that pods must be given to reach the database; none where the nodes carry it. */
    readonly podSecurityGroupIds: pulumi.Output<string[]>;
}

/** What is more than an output read as it is. */
type Derived =
    | "maxConnections"
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

/** The outputs that are read as they are. The compiler holds it to the contract: each is here, by its type, and no other. */
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

/** What an access stack says of the platform that it uses, because it decides which resources there are. */
export interface Declared {
    /** @default "nodes" */
    readonly appTier?: AppTier | undefined;
    /** @default false */
    readonly proxy?: boolean | undefined;
    /** @default false */
    readonly bastion?: boolean | undefined;
    /** The people who get access, some of them perhaps a shell on the bastion. */
    readonly people?: readonly { readonly shell?: boolean | undefined }[];
    /**
     * ARN of the role that reaches the database's account.
     * @default - both are in the program's own account
     */
    readonly databaseRole?: string | undefined;
}

/** Reads another stack's outputs; one that is missing or of another type fails the run with its name. */
export function readPlatform(
    name: string,
    stack: string,
    { appTier = "nodes", proxy = false, bastion = false, people = [], databaseRole }: Declared,
): PlatformContract {
    const reference = new pulumi.StackReference(name, { name: stack });
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
        // A platform of an earlier version does not say it.
        maxConnections: reference
            .getOutput("maxConnections")
            .apply((value: unknown) => (typeof value === "number" ? value : 0)),
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

function checkProxy<T>(stack: string, declared: boolean, role: string, value: T): T {
    const actual = role !== "";
    if (actual !== declared) {
        throw new pulumi.RunError(
            `access.proxy is ${declared}, in platform stack ${stack} it is ${actual}: write access.proxy: ${actual}`,
        );
    }
    return value;
}

/** The database's ARN, if its account is that of the role that was declared; where Kubernetes has none, any is right. */
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
