/** An object as Kubernetes takes it. */
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

/** Creates objects; says what the server answered, or nothing when it took the object. */
export interface Creates {
    create(path: string, object: ApiObject, dryRun: boolean): Promise<string | undefined>;
}

export interface Outcome {
    /** Kind, namespace and name. */
    readonly object: string;
    /** Why it was refused; undefined when it was accepted. */
    readonly message: string | undefined;
}

/** What others need to be there before the server judges them. */
const first = ["Namespace", "ServiceAccount"];

/**
 * Shows objects to a server: namespaces and service accounts are made, so that the rest can be judged; all else is a dry run.
 * A server judges a Deployment's or a Job's pods when its controller makes them, so each is shown as a pod too.
 */
export async function judge(server: Creates, objects: readonly ApiObject[]): Promise<Outcome[]> {
    const ordered = [...objects].sort((a, b) => rank(a) - rank(b));
    const outcomes: Outcome[] = [];
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
    ConfigMap: "configmaps",
    Deployment: "deployments",
    Job: "jobs",
    Namespace: "namespaces",
    NetworkPolicy: "networkpolicies",
    Pod: "pods",
    SecurityGroupPolicy: "securitygrouppolicies",
    ServiceAccount: "serviceaccounts",
};

/** @throws when the kind is not one that the program makes */
function pathOf({ apiVersion, kind, metadata }: ApiObject): string {
    const plural = plurals[kind];
    if (plural === undefined) {
        throw new Error(`no plural is known of ${kind}: there are ${Object.keys(plurals).join(", ")}`);
    }
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return metadata.namespace === undefined
        ? `${root}/${plural}`
        : `${root}/namespaces/${metadata.namespace}/${plural}`;
}
