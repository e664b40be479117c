/** A Kubernetes object. */
export interface ApiObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name?: string;
        readonly namespace?: string;
        readonly labels?: Readonly<Record<string, string>>;
    };
    readonly spec?: { readonly template?: { readonly metadata?: object; readonly spec?: object } };
}

/** Creates objects; returns the server's error, or undefined on success. */
export interface Creates {
    create(path: string, object: ApiObject, dryRun: boolean): Promise<string | undefined>;
}

export interface Outcome {
    /** Kind, namespace and name. */
    readonly object: string;
    /** Why it was rejected; undefined when it was accepted. */
    readonly message: string | undefined;
}

/** Kinds that must exist before the server validates the others. */
const first = ["Namespace", "ServiceAccount"];

/**
 * Validates objects against a server: creates namespaces and service accounts, which the rest depends on, also namespaces that
 * exist before the stack; the rest is a dry run. A server checks the pods of a Deployment or Job when its controller creates
 * them, so each is also sent as a pod.
 */
export async function judge(server: Creates, objects: readonly ApiObject[]): Promise<Outcome[]> {
    const ordered = [...objects].sort((a, b) => rank(a) - rank(b));
    const outcomes: Outcome[] = [];
    for (const name of existingNamespaces(objects)) {
        const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
        await server.create(pathOf(namespace), namespace, false);
    }
    for (const object of ordered.flatMap((each) => [each, ...podOf(each)])) {
        const { kind, metadata } = object;
        const message = await server.create(pathOf(object), object, !first.includes(kind));
        outcomes.push({
            object: [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join(" "),
            message,
        });
    }
    return outcomes;
}

/** Those that the objects are in and that are not among them. */
function existingNamespaces(objects: readonly ApiObject[]): Set<string> {
    const created = new Set(objects.flatMap(({ kind, metadata }) => (kind === "Namespace" ? [metadata.name] : [])));
    const used = objects.flatMap(({ metadata: { namespace } }) => namespace ?? []);
    return new Set(used.filter((name) => !created.has(name)));
}

function rank({ kind }: ApiObject): number {
    const place = first.indexOf(kind);
    return place < 0 ? first.length : place;
}

function podOf({ kind, metadata, spec }: ApiObject): ApiObject[] {
    const template = ["Deployment", "Job"].includes(kind) ? spec?.template : undefined;
    return template?.spec === undefined
        ? []
        : [{ apiVersion: "v1", kind: "Pod", metadata: { ...template.metadata, ...metadata }, spec: template.spec }];
}

const plurals: Readonly<Record<string, string>> = {
    ClusterRoleBinding: "clusterrolebindings",
    ConfigMap: "configmaps",
    Deployment: "deployments",
    Job: "jobs",
    Namespace: "namespaces",
    NetworkPolicy: "networkpolicies",
    Pod: "pods",
    SecurityGroupPolicy: "securitygrouppolicies",
    ServiceAccount: "serviceaccounts",
    Stack: "stacks",
    Update: "updates",
    Workspace: "workspaces",
};

/** Where objects of its kind are created. @throws for a kind that the program does not create */
export function pathOf({ apiVersion, kind, metadata }: Omit<ApiObject, "spec">): string {
    const plural = plurals[kind];
    if (plural === undefined) {
        throw new Error(`unknown plural of ${kind}; known are ${Object.keys(plurals).join(", ")}`);
    }
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return metadata.namespace === undefined
        ? `${root}/${plural}`
        : `${root}/namespaces/${metadata.namespace}/${plural}`;
}
