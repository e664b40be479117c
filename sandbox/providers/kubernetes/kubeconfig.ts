import type { Props, Value } from "../../cloud/props";
import { isProps } from "../../cloud/props";

/** The parts of a kubeconfig that identify a cluster: the entry of its current context. */
export interface ClusterAddress {
    /** `https://….eks.amazonaws.com` */
    readonly server: string;
    /** Base64 of the certificate authority's PEM, if the file has one. */
    readonly certificateAuthority: string | undefined;
    /** The proxy for all connections to it. */
    readonly proxyUrl?: string;
}

/**
 * Parses a kubeconfig: JSON or YAML as a string, or the object itself (@pulumi/eks offers both).
 * @throws Error if it is invalid
 */
export async function readKubeconfig(
    config: Value | undefined,
    contextName: Value | undefined,
): Promise<ClusterAddress> {
    const root = typeof config === "string" ? await parse(config) : config;
    if (!isProps(root)) {
        throw new Error(
            "no kubeconfig: give the provider the kubeconfig of an eks.Cluster; the sandbox never reads one from this machine",
        );
    }
    const current = typeof contextName === "string" ? contextName : root["current-context"];
    const context = entry(root, "contexts", current)?.["context"];
    if (!isProps(context)) {
        throw new Error(`invalid configuration: context ${shown(current)} does not exist`);
    }
    const cluster = entry(root, "clusters", context["cluster"])?.["cluster"];
    if (!isProps(cluster)) {
        throw new Error(`invalid configuration: no cluster ${shown(context["cluster"])} for context ${shown(current)}`);
    }
    if (entry(root, "users", context["user"]) === undefined) {
        throw new Error(`invalid configuration: no user ${shown(context["user"])} for context ${shown(current)}`);
    }
    const server = cluster["server"];
    if (typeof server !== "string" || !server.startsWith("https://")) {
        throw new Error(
            `invalid configuration: server ${shown(server)} of cluster ${shown(context["cluster"])} is not an https address`,
        );
    }
    const authority = cluster["certificate-authority-data"];
    const proxyUrl = cluster["proxy-url"];
    return {
        server,
        certificateAuthority: typeof authority === "string" ? authority : undefined,
        ...(typeof proxyUrl === "string" && { proxyUrl }),
    };
}

async function parse(text: string): Promise<Value> {
    if (text.trimStart().startsWith("{")) {
        return JSON.parse(text) as Value;
    }
    // Loaded on demand: most kubeconfigs are JSON, and start-up time counts.
    const { parse: parseYaml } = await import("yaml");
    return parseYaml(text) as Value;
}

function entry(root: Props, list: string, name: Value | undefined): Props | undefined {
    const entries = root[list];
    return Array.isArray(entries) ? entries.filter(isProps).find((each) => each["name"] === name) : undefined;
}

function shown(value: Value | undefined): string {
    return JSON.stringify(value ?? "");
}
