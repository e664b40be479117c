import { at, texts } from "../../resources/value";
import type { Value } from "../../resources/value";

/** One rule of a Kubernetes role. */
export interface RbacRule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    /** Empty: any name. */
    readonly resourceNames?: readonly string[];
}

/** A permission that leads to the data of a namespace's workloads. */
export interface Power {
    /** After `may`: `make pods`. */
    readonly does: string;
    /** Only effective if held in the whole cluster. */
    readonly clusterOnly: boolean;
    /** Only effective if held in the namespace of aws-auth, in a cluster that reads it. */
    readonly mapsUsers?: true;
    /** Whether this leads anywhere depends on what is in the cluster. */
    readonly expected: boolean;
}

interface Known extends Power {
    readonly group: string;
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
}

const CHANGES = ["create", "update", "patch"];
const namespaced = { clusterOnly: false, expected: false };

/**
 * What leads to a namespace's service accounts, and with them to their data, worst first:
 * https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
 */
const KNOWN: readonly Known[] = [
    {
        group: "rbac.authorization.k8s.io",
        resources: ["roles", "clusterroles"],
        verbs: ["bind", "escalate"],
        does: "give itself any role",
        clusterOnly: false,
        expected: false,
    },
    {
        group: "",
        resources: ["users", "groups"],
        verbs: ["impersonate"],
        does: "act as any user",
        clusterOnly: true,
        expected: false,
    },
    {
        group: "",
        resources: ["nodes/proxy"],
        verbs: ["get", "create"],
        does: "run commands in pods by the nodes' kubelets",
        clusterOnly: true,
        expected: false,
    },
    {
        group: "admissionregistration.k8s.io",
        resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations", "mutatingadmissionpolicies"],
        verbs: CHANGES,
        does: "see and change what others make, by webhooks",
        clusterOnly: true,
        expected: false,
    },
    {
        group: "certificates.k8s.io",
        resources: ["certificatesigningrequests/approval", "signers"],
        verbs: ["update", "patch", "approve"],
        does: "approve certificates for any user",
        clusterOnly: true,
        expected: true,
    },
    {
        group: "",
        resources: ["configmaps"],
        verbs: ["update", "patch"],
        does: "change aws-auth",
        clusterOnly: false,
        mapsUsers: true,
        expected: false,
    },
    {
        group: "",
        resources: ["persistentvolumes"],
        verbs: ["create"],
        does: "make volumes of the nodes' disks",
        clusterOnly: true,
        expected: true,
    },
    {
        group: "apiregistration.k8s.io",
        resources: ["apiservices"],
        verbs: CHANGES,
        does: "answer in place of the API server, with the tokens of its clients",
        clusterOnly: true,
        expected: true,
    },
    {
        group: "storage.k8s.io",
        resources: ["csidrivers"],
        verbs: CHANGES,
        does: "have the tokens of pods handed to a storage driver",
        clusterOnly: true,
        expected: true,
    },
    {
        group: "",
        resources: ["nodes", "nodes/status"],
        verbs: CHANGES,
        does: "make and change nodes, and so choose where pods run",
        clusterOnly: true,
        expected: true,
    },
    { ...namespaced, group: "", resources: ["pods", "replicationcontrollers"], verbs: CHANGES, does: "make pods" },
    {
        ...namespaced,
        group: "apps",
        resources: ["deployments", "replicasets", "statefulsets", "daemonsets"],
        verbs: CHANGES,
        does: "make pods, by workloads",
    },
    { ...namespaced, group: "batch", resources: ["jobs", "cronjobs"], verbs: CHANGES, does: "make pods, by jobs" },
    // A WebSocket connection begins with a GET.
    {
        ...namespaced,
        group: "",
        resources: ["pods/exec", "pods/attach"],
        verbs: ["get", "create"],
        does: "run commands in pods",
    },
    {
        ...namespaced,
        group: "",
        resources: ["pods/ephemeralcontainers"],
        verbs: ["update", "patch"],
        does: "run containers in pods",
    },
    {
        ...namespaced,
        group: "",
        resources: ["serviceaccounts/token"],
        verbs: ["create"],
        does: "make tokens of service accounts",
    },
    {
        ...namespaced,
        group: "",
        resources: ["serviceaccounts"],
        verbs: ["impersonate"],
        does: "act as service accounts",
        expected: true,
    },
    {
        ...namespaced,
        group: "",
        resources: ["secrets"],
        verbs: ["get", "list", "watch"],
        does: "read secrets, where tokens of service accounts may be",
        expected: true,
    },
    {
        ...namespaced,
        group: "",
        resources: ["serviceaccounts"],
        verbs: CHANGES,
        does: "make and change service accounts",
        expected: true,
    },
    {
        ...namespaced,
        group: "",
        resources: ["configmaps", "secrets"],
        verbs: CHANGES,
        does: "change what pods take as environment, scripts and files",
        expected: true,
    },
    {
        ...namespaced,
        group: "apps",
        resources: ["controllerrevisions"],
        verbs: CHANGES,
        does: "change what workloads go back to",
        expected: true,
    },
    {
        ...namespaced,
        group: "",
        resources: ["pods/binding", "bindings"],
        verbs: ["create"],
        does: "choose the node of pods",
        expected: true,
    },
    {
        ...namespaced,
        group: "",
        resources: ["pods/portforward", "pods/proxy", "services/proxy"],
        verbs: ["get", "create"],
        does: "talk to what listens in pods",
        expected: true,
    },
];

/** API groups of Kubernetes itself, whose relevant resources are all listed above. */
const OWN = /^(|apps|batch|autoscaling|policy|extensions|events|[a-z.]+\.k8s\.io)$/;

/** All escalations, in the order of {@link KNOWN}. */
export function powersOf(rules: readonly RbacRule[]): readonly Power[] {
    const known = KNOWN.filter((power) => rules.some((rule) => allows(rule, power)));
    const others = rules.flatMap((rule) =>
        rule.apiGroups.filter(
            (group) =>
                group !== "*" && !OWN.test(group) && rule.verbs.some((verb) => verb === "*" || CHANGES.includes(verb)),
        ),
    );
    return [
        ...known,
        ...[...new Set(others)].map((group) => ({
            does: `make resources of ${group}, whose controllers may make pods`,
            clusterOnly: false,
            expected: true,
        })),
    ];
}

function allows({ apiGroups, resources, verbs, resourceNames = [] }: RbacRule, power: Known): boolean {
    const named = power.resources.filter((resource) => resources.some((one) => matches(one, resource)));
    // RBAC cannot restrict create by name: a new object has none when it is authorized. A subresource's object has one.
    const usable = power.verbs.filter(
        (verb) => verb !== "create" || resourceNames.length === 0 || named.some((resource) => resource.includes("/")),
    );
    return (
        (apiGroups.includes("*") || apiGroups.includes(power.group)) &&
        named.length > 0 &&
        usable.some((verb) => verbs.includes(verb) || verbs.includes("*"))
    );
}

/** `*` is every resource with its subresources, and `*` before a slash every resource that has the subresource. */
function matches(rule: string, resource: string): boolean {
    return rule === "*" || rule === resource || (rule.startsWith("*/") && resource.endsWith(rule.slice(1)));
}

/** Reads a rule as a role holds it. */
export function ruleOf(value: Value): RbacRule {
    const of = (name: string): readonly string[] => texts(at(value, name));
    return {
        apiGroups: of("apiGroups"),
        resources: of("resources"),
        verbs: of("verbs"),
        resourceNames: of("resourceNames"),
    };
}
