/** How the program reaches and signs in to a cluster's API. */
export interface WayToApi {
    /**
     * A proxy for all connections to the API, for example the bastion's: `socks5://127.0.0.1:1080`.
     * @default - none
     */
    readonly proxyUrl?: string | undefined;
    /**
     * The AWS CLI profile that signs in.
     * @default - the environment's credentials
     */
    readonly profile?: string | undefined;
    /**
     * ARN of the role that signs in.
     * @default - the principal of the credentials
     */
    readonly role?: string | undefined;
}

/** The parts of a kubeconfig that depend on the route to the API, for all its clusters and users. */
interface Kubeconfig {
    readonly clusters?: readonly { readonly cluster: object }[];
    readonly users?: readonly { readonly user: { readonly exec: { readonly args: readonly string[] } } }[];
}

/**
 * A cluster's kubeconfig for the program's own provider. The kubeconfig in the stack's outputs names neither a profile
 * nor a proxy, because both are specific to the machine.
 */
export function deployersKubeconfig(kubeconfig: string, { proxyUrl, profile, role }: WayToApi): string {
    const given = [
        ...(role === undefined ? [] : ["--role-arn", role]),
        ...(profile === undefined ? [] : ["--profile", profile]),
    ];
    if (proxyUrl === undefined && given.length === 0) {
        return kubeconfig;
    }
    const { clusters = [], users = [], ...rest } = JSON.parse(kubeconfig) as Kubeconfig;
    return JSON.stringify({
        ...rest,
        // https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#Cluster
        clusters: clusters.map((entry) => ({
            ...entry,
            cluster: { ...entry.cluster, ...(proxyUrl !== undefined && { "proxy-url": proxyUrl }) },
        })),
        // https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html
        users: users.map((entry) => ({
            ...entry,
            user: { ...entry.user, exec: { ...entry.user.exec, args: [...entry.user.exec.args, ...given] } },
        })),
    });
}
