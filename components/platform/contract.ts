import * as pulumi from "@pulumi/pulumi";
import type { AppTier } from "../cluster/vocabulary";

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
    /** ARN of the database cluster. */
    readonly clusterArn: pulumi.Output<string>;
    /** `cluster-…`, the id that `rds-db:connect` names. */
    readonly clusterResourceId: pulumi.Output<string>;
    /** Ranges in CIDR notation of the subnets that the database is in. */
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
    /** Security groups that pods must be given to reach the database; none where the nodes carry it. */
    readonly podSecurityGroupIds: pulumi.Output<string[]>;
}

/** Reads another stack's outputs; one that is missing or of another type fails the run with its name. */
export function readPlatform(name: string, stack: string, appTier: AppTier): PlatformContract {
    const reference = new pulumi.StackReference(name, { name: stack });
    const read = <T>(output: string, { is, allowed }: Kind<T>) =>
        reference.getOutput(output).apply((value: unknown) => {
            if (!is(value)) {
                throw wrongOutput(stack, output, value, allowed);
            }
            return value;
        });
    const text = (output: string) => read(output, aText);
    return {
        endpoint: text("endpoint"),
        readerEndpoint: text("readerEndpoint"),
        port: read("port", aNumber),
        database: text("database"),
        engineVersion: text("engineVersion"),
        clusterArn: text("clusterArn"),
        clusterResourceId: text("clusterResourceId"),
        databaseCidrs: read("databaseCidrs", texts),
        endpointCidrs: read("endpointCidrs", texts),
        kubeconfig: text("kubeconfig"),
        kubernetesArn: text("kubernetesArn"),
        oidcProviderArn: text("oidcProviderArn"),
        oidcIssuer: text("oidcIssuer"),
        appTier,
        podSecurityGroupIds: read("podSecurityGroupIds", texts).apply((ids) => checkTier(stack, appTier, ids)),
    };
}

interface Kind<T> {
    readonly is: (value: unknown) => value is T;
    readonly allowed: string;
}

const isText = (value: unknown): value is string => typeof value === "string";
const aText: Kind<string> = { is: isText, allowed: "a text" };
const aNumber: Kind<number> = { is: (value) => typeof value === "number", allowed: "a number" };
const texts: Kind<string[]> = { is: (value) => Array.isArray(value) && value.every(isText), allowed: "a list of texts" };

function checkTier(stack: string, appTier: AppTier, podSecurityGroupIds: string[]): string[] {
    const actual: AppTier = podSecurityGroupIds.length > 0 ? "pods" : "nodes";
    if (actual !== appTier) {
        throw new pulumi.RunError(`access.appTier is ${appTier}, in platform stack ${stack} it is ${actual}: write access.appTier: ${actual}`);
    }
    return podSecurityGroupIds;
}

function wrongOutput(stack: string, output: string, value: unknown, allowed: string): Error {
    const given = value === undefined ? "missing" : JSON.stringify(value);
    return new pulumi.RunError(
        `output ${output} of platform stack ${stack} is ${given}, allowed is ${allowed}: run \`pulumi up\` on that stack first, or name another in platformStack`,
    );
}
