import * as pulumi from "@pulumi/pulumi";

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
    /** For a Kubernetes provider. */
    readonly kubeconfig: pulumi.Output<string>;
    readonly oidcProviderArn: pulumi.Output<string>;
    /** The issuer of service account tokens without `https://`. */
    readonly oidcIssuer: pulumi.Output<string>;
}

/** Reads another stack's outputs; one that is missing or of another type fails the run with its name. */
export function readPlatform(name: string, stack: string): PlatformContract {
    const reference = new pulumi.StackReference(name, { name: stack });
    const text = (output: string) => reference.getOutput(output).apply((value) => expectText(stack, output, value));
    return {
        endpoint: text("endpoint"),
        readerEndpoint: text("readerEndpoint"),
        port: reference.getOutput("port").apply((value) => expectNumber(stack, "port", value)),
        database: text("database"),
        engineVersion: text("engineVersion"),
        clusterArn: text("clusterArn"),
        clusterResourceId: text("clusterResourceId"),
        kubeconfig: text("kubeconfig"),
        oidcProviderArn: text("oidcProviderArn"),
        oidcIssuer: text("oidcIssuer"),
    };
}

function expectText(stack: string, output: string, value: unknown): string {
    if (typeof value !== "string") {
        throw wrongOutput(stack, output, value, "a text");
    }
    return value;
}

function expectNumber(stack: string, output: string, value: unknown): number {
    if (typeof value !== "number") {
        throw wrongOutput(stack, output, value, "a number");
    }
    return value;
}

function wrongOutput(stack: string, output: string, value: unknown, allowed: string): Error {
    const given = value === undefined ? "missing" : JSON.stringify(value);
    return new pulumi.RunError(
        `output ${output} of platform stack ${stack} is ${given}, allowed is ${allowed}: run \`pulumi up\` on that stack first, or name another in platformStack`,
    );
}
