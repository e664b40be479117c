import { EKS } from "../network/groups";
import type { Connects } from "../iam/connect";
import type { Principal, Principals } from "../iam/principals";
import type { Clusters } from "../kubernetes/clusters";
import { isWorkload, podOf } from "../kubernetes/workloads";
import { postgresTypes } from "../postgres/declared";
import type { Graph } from "../resources/graph";
import { label } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, hasUnknown, isValues, list, Unknown } from "../resources/value";
import type { Value } from "../resources/value";
import type { Opening } from "./opening";

const OIDC = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const ROLE = "postgresql:index/role:Role";
const SCHEMA = "postgresql:index/schema:Schema";
const DATABASE = "postgresql:index/database:Database";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const IAM = ["aws:iam/role:Role", "aws:iam/user:User", "aws:iam/group:Group"];

/** The decisive inputs of each type, and the suppliers that the model follows while an input is unknown. */
type Decisive = Readonly<Record<string, readonly string[]>>;

const NAMES = {
    role: [ROLE],
    database: [DATABASE, "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"],
    schema: [SCHEMA],
};
const GRANTED = { objectType: [], privileges: [], withGrantOption: [] };
const DECISIVE: Readonly<Record<string, Decisive>> = {
    [ROLE]: {
        superuser: [],
        createRole: [],
        createDatabase: [],
        login: [],
        inherit: [],
        bypassRowLevelSecurity: [],
        replication: [],
        roles: [ROLE],
        assumeRole: [ROLE],
        searchPaths: [SCHEMA],
    },
    "postgresql:index/grantRole:GrantRole": { role: [ROLE], grantRole: [ROLE], withAdminOption: [] },
    [DATABASE]: { owner: [ROLE] },
    [SCHEMA]: { name: [], database: NAMES.database, owner: [ROLE], policies: [ROLE] },
    "postgresql:index/defaultPrivileges:DefaultPrivileges": { ...NAMES, ...GRANTED, owner: [ROLE] },
    "postgresql:index/function:Function": { database: NAMES.database, schema: [SCHEMA], securityDefiner: [] },
    "postgresql:index/grant:Grant": { ...NAMES, ...GRANTED, objects: [], columns: [] },
    "postgresql:index/extension:Extension": { name: [] },
    "aws:rds/cluster:Cluster": { enableHttpEndpoint: [] },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": { parameters: [] },
    "aws:rds/parameterGroup:ParameterGroup": { parameters: [] },
    "aws:eks/accessEntry:AccessEntry": { kubernetesGroups: [], userName: [], type: [], accessPolicies: [] },
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
        namespace: [NAMESPACE],
        serviceAccount: [ACCOUNT],
        roleArn: IAM,
    },
    "aws:iam/userGroupMembership:UserGroupMembership": { user: IAM, groups: IAM },
    "aws:iam/groupMembership:GroupMembership": { users: IAM, group: IAM },
};
/** What has its meaning in a namespace, besides workloads. */
const NAMESPACED = /^kubernetes:(?:rbac\.authorization\.k8s\.io\/\w+:RoleBinding|core\/v1:ServiceAccount)(?:Patch)?$/;

/** Inputs that may be secret without hiding permissions. */
const PASSWORDS: ReadonlySet<string> = new Set(["masterPassword", "masterPasswordWo", "password", "passwordWo"]);
/** Secrets of other packages' resources do not matter here. */
const HIDES =
    /^aws:(?:iam|rds|eks|ssoadmin|ecs|lambda|ec2|vpc)\/|^kubernetes:(?:rbac\.authorization\.k8s\.io\/|core\/v1:ServiceAccount)/;

/**
 * Values that a preview hides and that the model would treat as absent: a secret, or one that depends on a future
 * resource that does not determine the value.
 */
export function unknownValues(graph: Graph): readonly Opening[] {
    return graph.resources.flatMap((resource): readonly Opening[] => {
        if (resource.component) {
            return [];
        }
        const secret = secretsIn(resource);
        const later = [...new Set(laterIn(graph, resource))].filter((input) => !secret.includes(input));
        return [
            ...later.map((input) =>
                opening(
                    resource,
                    input,
                    `${input} of ${label(resource)} is not known yet, and may give access`,
                    suppliersOf(resource, input),
                ),
            ),
            ...secret.map((input) =>
                opening(resource, input, `${input} of ${label(resource)} is secret, and may give access`, "secret"),
            ),
        ];
    });
}

function laterIn(graph: Graph, resource: Resource): readonly string[] {
    const { type, inputs } = resource;
    const decisive = Object.hasOwn(DECISIVE, type) ? Object.entries(DECISIVE[type] ?? {}) : [];
    const found = decisive.flatMap(([input, types]) =>
        hasUnknown(inputs[input]) && graph.suppliersOf(resource, input, types).length === 0 ? [input] : [],
    );
    const nowhere =
        (isWorkload(resource) || NAMESPACED.test(type)) &&
        at(inputs["metadata"], "namespace") instanceof Unknown &&
        graph.suppliersOf(resource, "metadata", [NAMESPACE]).length === 0;
    return [
        ...found,
        ...(nowhere ? ["metadata"] : []),
        ...(isWorkload(resource) && isHidden(graph, resource) ? ["spec"] : []),
    ];
}

/** Whether the pods' identity, or whether they reach their node, is unknown; their code is compared as it is. */
function isHidden(graph: Graph, workload: Resource): boolean {
    const { spec } = podOf({ ...workload, outputs: {} });
    const containers = ["initContainers", "containers", "ephemeralContainers"].map((kind) => at(spec, kind));
    const parts = [
        spec,
        at(spec, "volumes"),
        ...["hostNetwork", "hostPID", "hostIPC"].map((name) => at(spec, name)),
        ...containers,
    ];
    const inside = containers
        .flatMap((some) => list(some))
        .flatMap((one) => [one, at(one, "securityContext"), at(one, "securityContext", "privileged")]);
    const account = at(spec, "serviceAccountName") ?? at(spec, "serviceAccount");
    const unsupplied = account instanceof Unknown && graph.suppliersOf(workload, "spec", [ACCOUNT]).length === 0;
    return unsupplied || [...parts, ...inside].some((part) => part instanceof Unknown);
}

function secretsIn({ type, inputs }: Resource): readonly string[] {
    const counts = HIDES.test(type) || postgresTypes.includes(type) || Object.hasOwn(DECISIVE, type);
    return counts ? Object.keys(inputs).filter((input) => !PASSWORDS.has(input) && hidesSecret(inputs[input])) : [];
}

function hidesSecret(value: Value | undefined): boolean {
    if (value instanceof Unknown) {
        return value.why === "secret";
    }
    return Array.isArray(value)
        ? value.some(hidesSecret)
        : isValues(value) && Object.entries(value).some(([name, one]) => !PASSWORDS.has(name) && hidesSecret(one));
}

/**
 * Unknown IAM documents: permissions whose suppliers do not determine a login, and trusts that something other than
 * a cluster's own provider will vouch for.
 */
export function unknownDocuments(
    graph: Graph,
    principals: Principals,
    clusters: Clusters,
    connects: Connects,
): readonly Opening[] {
    const own = new Set(
        clusters.all
            .flatMap(({ oidc, resource }) => [...oidc, ...(resource === undefined ? [] : [resource])])
            .map(({ urn }) => urn),
    );
    return principals.all().flatMap((principal): readonly Opening[] => [
        ...principal.held.flatMap(({ sources: [source], document, input, elsewhere }) => {
            const known =
                source === undefined || elsewhere !== undefined || (document !== undefined && !document.unknown);
            const foreseen =
                document === undefined && source !== undefined && connects.foresees(principal, source, input);
            return known
                ? []
                : [
                      opening(
                          source,
                          input,
                          `what ${label(source)} will let ${label(principal.resource)} do is not known yet`,
                          suppliersOf(source, input),
                          foreseen,
                      ),
                  ];
        }),
        ...trusted(graph, principal, own),
    ]);
}

function trusted(
    graph: Graph,
    { resource, trust, kind, held }: Principal,
    own: ReadonlySet<string>,
): readonly Opening[] {
    const input = "assumeRolePolicy";
    if (kind !== "role" || held.length === 0 || (trust !== undefined && !trust.unknown)) {
        return [];
    }
    const vouching = graph.suppliersOf(resource, input, [OIDC, EKS]);
    const foreseen = trust === undefined && vouching.length > 0 && vouching.every(({ urn }) => own.has(urn));
    return [
        opening(
            resource,
            input,
            `whom ${label(resource)} will trust is not known yet`,
            suppliersOf(resource, input),
            foreseen,
        ),
    ];
}

function suppliersOf({ suppliers }: Resource, input: string): string {
    return [...(suppliers[input] ?? [])].sort().join();
}

/** @param foreseen not reported for a new resource: the matrix includes the access that it will grant */
function opening({ urn }: Resource, input: string, text: string, content: string, foreseen = false): Opening {
    return { key: `${urn} ${input} unknown ${content}`, text, ...(foreseen && { comesWith: urn }) };
}
