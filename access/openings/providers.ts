import { digest } from "../coverage/partly";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import type { Value } from "../resources/value";
import type { Opening } from "./opening";

/**
 * Provider settings that decide where the deployment's credentials go, or whether it authenticates the other side.
 * https://www.pulumi.com/registry/packages/aws/api-docs/provider/ and those of postgresql and kubernetes
 */
const SETTINGS: Readonly<Record<string, RegExp>> = {
    "pulumi:providers:aws":
        /^(?:endpoints|insecure|skip\w+|customCaBundle|httpProxy|httpsProxy|assumeRole\w*|s3UsePathStyle)$/,
    "pulumi:providers:aws-native": /^(?:endpoints|insecure|skip\w+|assumeRole\w*)$/,
    "pulumi:providers:postgresql": /^(?:sslmode|sslrootcert|clientcert|host)$/,
    "pulumi:providers:kubernetes": /^(?:kubeconfig|context|cluster)$/,
};

/** Reported for a new provider, too. */
const ALWAYS = /^(?:endpoints|insecure|skip\w+|customCaBundle|http\w*Proxy)$/;

/** Those settings of a stack's providers; the resources of a new provider show its other settings. */
export function providerSettings(graph: Graph): readonly Opening[] {
    return graph.resources.flatMap((provider): readonly Opening[] => {
        const settings = Object.hasOwn(SETTINGS, provider.type) ? SETTINGS[provider.type] : undefined;
        return settings === undefined
            ? []
            : Object.keys(provider.inputs)
                  .filter((input) => settings.test(input) && !isUsual(property(provider, input)))
                  .map((input) => opening(provider, input));
    });
}

function opening(provider: Resource, input: string): Opening {
    const suppliers = [...(provider.suppliers[input] ?? [])].sort().join();
    return {
        key: `${provider.urn} ${input} ${digest(provider.inputs[input]) ?? ""} ${suppliers}`,
        text: `${input} of ${label(provider)} decides with whom the deployment talks, and with which credentials`,
        ...(!ALWAYS.test(input) && { comesWith: provider.urn }),
    };
}

/** The settings' defaults. */
function isUsual(value: Value | undefined): boolean {
    return (
        value === undefined || value === null || value === "" || value === false || value === "false" || value === "[]"
    );
}
