import assert from "node:assert/strict";

import { check } from "../../../access/assertions/check";
import { parseAssertions } from "../../../access/assertions/parse";
import { Edit } from "../support/edit";
import { urn } from "../support/resources";
import { ACCOUNT, LATER } from "../support/stack";
import { changeOf, modelOf } from "../support/summary";

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1:";
const PLATFORM = `arn:aws:iam::${ACCOUNT}:role/platform-team`;

type Plant = (edit: Edit) => Edit;

const sound = (): Edit => new Edit({ tenants: ["shop", "billing"] });

/** The result of a comparison with the sound stack. */
function gained(plant: Plant): string[] {
    return changeOf(sound().sketches, plant(sound()).sketches);
}

function everything(who: string, risks = "crosses"): string[] {
    return ["billing", "shop"].map((schema) => `+ ${who} → aurora/app/${schema}: write (${risks})`);
}

function entry(edit: Edit, inputs: object = {}, more: object = {}): Edit {
    return edit.add(
        "aws:eks/accessEntry:AccessEntry",
        "platform",
        { clusterName: "eks", principalArn: PLATFORM, ...inputs },
        more,
    );
}

function associate(edit: Edit, policy: string, ...namespaces: string[]): Edit {
    return associateIn("eks", edit, policy, ...namespaces);
}

function associateIn(clusterName: unknown, edit: Edit, policy: string, ...namespaces: string[]): Edit {
    const accessScope = namespaces.length === 0 ? { type: "cluster" } : { type: "namespace", namespaces };
    return edit.add("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", `platform-${policy}`, {
        clusterName,
        principalArn: PLATFORM,
        policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
        accessScope,
    });
}

const group = (name: string): object => ({ kind: "Group", name, apiGroup: "rbac.authorization.k8s.io" });
const account = (namespace: string, name: string): object => ({ kind: "ServiceAccount", namespace, name });

function bindEverywhere(edit: Edit, role: string, ...subjects: object[]): Edit {
    return edit.add(`${RBAC}ClusterRoleBinding`, `everywhere-${role}`, {
        metadata: { name: role },
        roleRef: { kind: "ClusterRole", name: role },
        subjects,
    });
}

function bind(edit: Edit, namespace: string, kind: string, role: string, ...subjects: object[]): Edit {
    return edit.add(`${RBAC}RoleBinding`, `in-${namespace}-${role}`, {
        metadata: { name: role, namespace },
        roleRef: { kind, name: role },
        subjects,
    });
}

describe("who may act as service accounts by EKS's access entries", () => {
    it("includes the cluster's administrators, with all data of its workloads", () => {
        assert.deepEqual(
            gained((edit) => associate(entry(edit), "AmazonEKSClusterAdminPolicy")),
            everything(PLATFORM),
        );
        assert.deepEqual(
            gained((edit) => associate(entry(edit), "AmazonEKSAdminViewPolicy")),
            everything(PLATFORM),
        );
    });

    it("includes principals that may edit a namespace, with the data of its services", () => {
        const inShop = [`+ ${PLATFORM} → aurora/app/shop: write (crosses)`];
        for (const policy of [
            "AmazonEKSEditPolicy",
            "AmazonEKSAdminPolicy",
            "AmazonEKSClusterAdminPolicy",
            "AmazonEKSSecretReaderPolicy",
        ]) {
            assert.deepEqual(
                gained((edit) => associate(entry(edit), policy, "shop")),
                inShop,
            );
        }
    });

    it("includes principals that may edit kube-system, which controls the whole cluster", () => {
        assert.deepEqual(
            gained((edit) => associate(entry(edit), "AmazonEKSEditPolicy", "kube-system")),
            everything(PLATFORM),
        );
    });

    it("excludes principals that may only view, or edit namespaces without data", () => {
        assert.deepEqual(
            gained((edit) => associate(entry(edit), "AmazonEKSViewPolicy")),
            [],
        );
        assert.deepEqual(
            gained((edit) => associate(entry(edit), "AmazonEKSEditPolicy", "monitoring")),
            [],
        );
    });

    for (const [title, plant] of [
        ["an unknown policy", (edit) => associate(entry(edit), "AmazonNewPolicy", "shop")],
        ["an entry alone, whose policy another stack may associate", entry],
    ] as const satisfies readonly (readonly [string, Plant])[]) {
        it(`is expected to include principals with ${title}`, () => {
            const states = modelOf(plant(sound()).sketches)
                .cells.filter(({ identity }) => identity.label === PLATFORM)
                .flatMap(({ paths }) => paths.map(({ state }) => state));
            assert.deepEqual([...new Set(states)], ["expected"]);
        });
    }

    it("includes administrators of a cluster whose name may be the stack's or is unknown", () => {
        const unnamed = (): Edit => sound().set("eks", "eks", { name: LATER });
        const after = (clusterName: unknown): string[] =>
            changeOf(
                unnamed().sketches,
                associateIn(clusterName, entry(unnamed(), { clusterName }), "AmazonEKSClusterAdminPolicy").sketches,
            );
        assert.deepEqual(after("production"), everything(PLATFORM));
        assert.deepEqual(after(LATER), everything(PLATFORM));
        assert.deepEqual(
            gained((edit) =>
                associateIn("another", entry(edit, { clusterName: "another" }), "AmazonEKSClusterAdminPolicy"),
            ),
            [],
        );
    });

    it("includes the workloads of a role that has an entry", () => {
        const plant: Plant = (edit) =>
            edit.add("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "shop", {
                clusterName: "eks",
                principalArn: `arn:aws:iam::${ACCOUNT}:role/shop`,
                policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
                accessScope: { type: "namespace", namespaces: ["billing"] },
            });
        assert.deepEqual(gained(plant), ["+ shop/shop → aurora/app/billing: write (crosses)"]);
    });

    it("is reported at a first preview, when the role has no ARN yet", () => {
        const edit = new Edit({ tenants: ["shop", "billing"], deployed: false });
        edit.add(
            "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
            "shop",
            {
                clusterName: LATER,
                principalArn: LATER,
                policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
                accessScope: { type: "namespace", namespaces: ["billing"] },
            },
            {
                id: undefined,
                propertyDependencies: {
                    principalArn: [urn("aws:iam/role:Role", "shop")],
                    clusterName: [urn("aws:eks/cluster:Cluster", "eks")],
                },
            },
        );
        assert.deepEqual(
            changeOf(new Edit({ tenants: ["shop", "billing"], deployed: false }).sketches, edit.sketches),
            ["+ shop/shop → aurora/app/billing: write (crosses)"],
        );
    });

    it("includes entries of aws-native, which contain the policies", () => {
        const plant: Plant = (edit) =>
            edit.add("aws-native:eks:AccessEntry", "platform", {
                clusterName: "eks",
                principalArn: PLATFORM,
                accessPolicies: [
                    {
                        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
                        accessScope: { type: "cluster" },
                    },
                ],
            });
        assert.deepEqual(gained(plant), everything(PLATFORM));
    });

    it("includes subjects of Kubernetes role bindings, by the entry's groups or name", () => {
        const deployers = [`+ ${PLATFORM} → aurora/app/shop: write (crosses)`];
        assert.deepEqual(
            gained((edit) =>
                bind(
                    entry(edit, { kubernetesGroups: ["deployers"] }),
                    "shop",
                    "ClusterRole",
                    "edit",
                    group("deployers"),
                ),
            ),
            deployers,
        );
        assert.deepEqual(
            gained((edit) =>
                bind(entry(edit, { userName: "deployer" }), "shop", "ClusterRole", "edit", {
                    kind: "User",
                    name: "deployer",
                }),
            ),
            deployers,
        );
        assert.deepEqual(
            gained((edit) => bind(entry(edit), "shop", "ClusterRole", "admin", { kind: "User", name: PLATFORM })),
            deployers,
        );
    });

    it("is not a node, whose entry has a type of its own", () => {
        assert.deepEqual(
            gained((edit) => entry(edit, { type: "EC2_LINUX", kubernetesGroups: ["system:masters"] })),
            [],
        );
    });
});

describe("who may act as service accounts by aws-auth", () => {
    const auth = (edit: Edit, data: object): Edit =>
        edit.add("kubernetes:core/v1:ConfigMap", "auth", {
            metadata: { name: "aws-auth", namespace: "kube-system" },
            data,
        });
    const mapRoles = `- rolearn: ${PLATFORM}\n  username: platform\n  groups:\n    - system:masters\n- rolearn: arn:aws:iam::${ACCOUNT}:role/nodes\n  groups: [system:bootstrappers, system:nodes]\n`;

    it("includes principals mapped to system:masters, but not nodes", () => {
        assert.deepEqual(
            gained((edit) => auth(edit, { mapRoles })),
            everything(PLATFORM),
        );
        const ada = `arn:aws:iam::${ACCOUNT}:user/ada`;
        assert.deepEqual(
            gained((edit) =>
                auth(edit, { mapUsers: `- {userarn: "${ada}", username: ada, groups: ["system:masters"]}` }),
            ),
            everything(ada),
        );
    });

    it("is empty where the cluster authenticates only by its API, or the map is invalid", () => {
        assert.deepEqual(
            gained((edit) =>
                auth(edit.set("eks", "eks", { accessConfig: { authenticationMode: "API" } }), { mapRoles }),
            ),
            [],
        );
        assert.deepEqual(
            gained((edit) => auth(edit, { mapRoles: "{" })),
            [],
        );
        assert.deepEqual(
            gained((edit) =>
                edit.add("kubernetes:core/v1:ConfigMap", "other", {
                    metadata: { name: "aws-auth", namespace: "shop" },
                    data: { mapRoles },
                }),
            ),
            [],
        );
    });
});

describe("who may act as service accounts by Kubernetes' roles", () => {
    it("includes every client of the API, when all of them administer the cluster", () => {
        const who = "any authenticated user of the API of cluster eks";
        assert.deepEqual(
            gained((edit) => bindEverywhere(edit, "cluster-admin", group("system:authenticated"))),
            everything(who, "crosses, wildcard"),
        );
        const anybody = "any client of the API of cluster eks";
        assert.deepEqual(
            gained((edit) => bindEverywhere(edit, "cluster-admin", { kind: "User", name: "system:anonymous" })),
            everything(anybody, "crosses, wildcard"),
        );
    });

    it("includes the pods of a service account that may do so in another namespace, or of all service accounts in one", () => {
        const crossing = ["+ shop/shop → aurora/app/billing: write (crosses)"];
        assert.deepEqual(
            gained((edit) => bind(edit, "billing", "ClusterRole", "edit", account("shop", "shop"))),
            crossing,
        );
        assert.deepEqual(
            gained((edit) =>
                bind(edit, "billing", "ClusterRole", "edit", { kind: "User", name: "system:serviceaccount:shop:shop" }),
            ),
            crossing,
        );
        assert.deepEqual(
            gained((edit) => bind(edit, "billing", "ClusterRole", "edit", group("system:serviceaccounts:shop"))),
            crossing,
        );
        assert.deepEqual(
            gained((edit) => bindEverywhere(edit, "edit", account("ci", "deployer"))),
            everything("ci/deployer"),
        );
    });

    it("adds no identity when a service account may do so in its own namespace", () => {
        assert.deepEqual(
            gained((edit) => bind(edit, "shop", "ClusterRole", "edit", account("shop", "shop"))),
            [],
        );
    });

    it("includes principals that may do so in the namespace of a service account that may", () => {
        const plant: Plant = (edit) =>
            associate(
                entry(bindEverywhere(edit, "cluster-admin", account("ci", "deployer"))),
                "AmazonEKSEditPolicy",
                "ci",
            );
        assert.deepEqual(gained(plant), [...everything(PLATFORM), ...everything("ci/deployer")].sort());
    });

    it("includes subjects that namespaces reach in a cycle", () => {
        const plant: Plant = (edit) =>
            bind(
                bind(edit, "billing", "ClusterRole", "edit", account("shop", "shop")),
                "shop",
                "ClusterRole",
                "edit",
                account("billing", "billing"),
            );
        assert.deepEqual(gained(plant), [
            "+ billing/billing → aurora/app/shop: write (crosses)",
            "+ shop/shop → aurora/app/billing: write (crosses)",
        ]);
    });

    it("is expected to include groups of another authentication method", () => {
        assert.deepEqual(
            gained((edit) => bind(edit, "shop", "ClusterRole", "edit", group("oidc:developers"))),
            ["+ group oidc:developers of cluster eks → aurora/app/shop: write (crosses)"],
        );
    });

    const rule = (apiGroup: string, resources: string, verbs: string, more: object = {}): object => ({
        apiGroups: [apiGroup],
        resources: resources.split(" "),
        verbs: verbs.split(" "),
        ...more,
    });
    const byRole = (rules: readonly object[]): string[] =>
        gained((edit) =>
            bind(
                edit.add(`${RBAC}Role`, "own", { metadata: { name: "own", namespace: "shop" }, rules }),
                "shop",
                "Role",
                "own",
                group("team"),
            ),
        );
    const withClusterRole = (edit: Edit, rules: readonly object[]): Edit =>
        bindEverywhere(
            edit.add(`${RBAC}ClusterRole`, "own", { metadata: { name: "own" }, rules }),
            "own",
            group("team"),
        );
    const byClusterRole = (rules: readonly object[]): string[] => gained((edit) => withClusterRole(edit, rules));

    for (const [what, ...rules] of [
        [
            "pods",
            rule("", "pods", "create"),
            rule("", "pods", "patch"),
            rule("", "replicationcontrollers", "update"),
            rule("*", "*", "*"),
            rule("", "*", "create"),
        ],
        [
            "workloads",
            rule("apps", "deployments", "create"),
            rule("apps", "statefulsets", "patch"),
            rule("apps", "daemonsets replicasets", "update"),
            rule("apps", "*", "*"),
        ],
        [
            "jobs",
            rule("batch", "jobs", "create"),
            rule("batch", "cronjobs", "patch"),
            rule("batch", "cronjobs", "update", { resourceNames: ["nightly"] }),
        ],
        [
            "commands in pods",
            rule("", "pods/exec", "create"),
            rule("", "pods/exec", "get"),
            rule("", "pods/attach", "create"),
            rule("", "*/exec", "create"),
            rule("", "pods/ephemeralcontainers", "patch"),
        ],
        [
            "tokens",
            rule("", "serviceaccounts/token", "create"),
            rule("", "serviceaccounts/token", "create", { resourceNames: ["shop"] }),
        ],
        ["secrets", rule("", "secrets", "get"), rule("", "secrets", "list watch")],
        ["service accounts", rule("", "serviceaccounts", "update"), rule("", "serviceaccounts", "impersonate")],
        [
            "roles",
            rule("rbac.authorization.k8s.io", "roles", "escalate"),
            rule("rbac.authorization.k8s.io", "clusterroles", "bind", { resourceNames: ["edit"] }),
        ],
        ["resources whose controllers make pods", rule("argoproj.io", "workflows", "create")],
    ] as const) {
        it(`includes subjects that may create, change or use ${what}`, () => {
            for (const one of rules) {
                assert.deepEqual(
                    byRole([one]),
                    ["+ group team of cluster eks → aurora/app/shop: write (crosses)"],
                    JSON.stringify(one),
                );
                assert.deepEqual(byClusterRole([one]), everything("group team of cluster eks"), JSON.stringify(one));
            }
        });
    }

    it("includes subjects that may act as any user, on nodes, by webhooks or by certificates, cluster-wide", () => {
        for (const one of [
            rule("", "users", "impersonate"),
            rule("", "groups", "impersonate", { resourceNames: ["system:masters"] }),
            rule("", "nodes/proxy", "get"),
            rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch"),
            rule("certificates.k8s.io", "signers", "approve"),
        ]) {
            assert.deepEqual(byClusterRole([one]), everything("group team of cluster eks"), JSON.stringify(one));
            assert.deepEqual(byRole([one]), [], JSON.stringify(one));
        }
    });

    it("excludes subjects that may only view, scale, restart or configure", () => {
        const harmless = [
            rule("", "pods pods/log services configmaps serviceaccounts", "get list watch"),
            rule("", "pods", "create", { resourceNames: ["one"] }),
            rule("", "pods", "delete"),
            rule("", "services persistentvolumeclaims events", "create update patch delete"),
            rule("apps", "deployments/scale deployments/status", "update patch"),
            rule("apps", "deployments", "get list watch delete"),
            rule("autoscaling", "horizontalpodautoscalers", "*"),
            rule("networking.k8s.io", "*", "*"),
            rule("argoproj.io", "workflows", "get"),
        ];
        assert.deepEqual([byRole(harmless), byClusterRole(harmless)], [[], []]);
    });

    it("includes principals that may change aws-auth, which can make any principal an administrator", () => {
        const configure = [rule("", "configmaps", "get update", { resourceNames: ["aws-auth"] })];
        assert.deepEqual(byClusterRole(configure), everything("group team of cluster eks"));
        const [cell] = modelOf(withClusterRole(sound(), configure).sketches).cells.filter(
            ({ identity }) => identity.label === "group team of cluster eks",
        );
        assert.match(
            cell?.paths[0]?.chain.links[0]?.text ?? "",
            /^group team of cluster eks may change aws-auth everywhere /,
        );
    });

    it("includes principals that may change what pods of a namespace read, roll back to, are scheduled by, or are reached through", () => {
        for (const one of [
            rule("", "configmaps", "patch"),
            rule("", "secrets", "create"),
            rule("apps", "controllerrevisions", "update"),
            rule("", "pods/binding", "create"),
            rule("", "pods/portforward", "create"),
        ]) {
            assert.equal(byRole([one]).length, 1, JSON.stringify(one));
        }
    });

    it("includes principals that may change what the cluster's tokens pass through, or its nodes", () => {
        for (const one of [
            rule("apiregistration.k8s.io", "apiservices", "create"),
            rule("storage.k8s.io", "csidrivers", "update"),
            rule("", "nodes", "patch"),
        ]) {
            assert.deepEqual(byClusterRole([one]), everything("group team of cluster eks"), JSON.stringify(one));
            assert.deepEqual(byRole([one]), [], JSON.stringify(one));
        }
    });

    it("is expected to include subjects with a role outside the resources", () => {
        assert.deepEqual(
            gained((edit) => bind(edit, "shop", "ClusterRole", "deployer", group("team"))),
            ["+ group team of cluster eks → aurora/app/shop: write (crosses)"],
        );
        assert.deepEqual(
            gained((edit) => bind(edit, "shop", "ClusterRole", "view", group("team"))),
            [],
        );
    });

    it("includes subjects of aggregated roles, custom or built-in", () => {
        const exec = [rule("", "pods/exec", "create")];
        const part = (edit: Edit, labels: object): Edit =>
            edit.add(`${RBAC}ClusterRole`, "part", { metadata: { name: "part", labels }, rules: exec });
        const whole = (edit: Edit): Edit =>
            edit.add(`${RBAC}ClusterRole`, "whole", {
                metadata: { name: "whole" },
                aggregationRule: { clusterRoleSelectors: [{ matchLabels: { team: "true" } }] },
            });
        const shop = ["+ group team of cluster eks → aurora/app/shop: write (crosses)"];
        assert.deepEqual(
            gained((edit) => bind(whole(part(edit, { team: "true" })), "shop", "ClusterRole", "whole", group("team"))),
            shop,
        );
        assert.deepEqual(
            gained((edit) => bind(whole(part(edit, { team: "false" })), "shop", "ClusterRole", "whole", group("team"))),
            [],
        );
        assert.deepEqual(
            gained((edit) =>
                bind(
                    part(edit, { "rbac.authorization.k8s.io/aggregate-to-view": "true" }),
                    "shop",
                    "ClusterRole",
                    "view",
                    group("team"),
                ),
            ),
            shop,
        );
    });

    it("shows the chain: subject, binding, service account, role", () => {
        const edit = associate(entry(sound()), "AmazonEKSEditPolicy", "shop");
        const path = modelOf(edit.sketches).cells.find(({ identity }) => identity.label === PLATFORM)?.paths[0];
        assert.deepEqual(path?.chain.links.map(({ kind, state, text }) => `${kind} ${state}: ${text}`).slice(0, 4), [
            `credential holds: ${PLATFORM} may make pods in namespace shop by AmazonEKSEditPolicy of aws:AccessPolicyAssociation platform-AmazonEKSEditPolicy, and so act as shop/shop`,
            "credential holds: service account shop/shop is annotated with aws:Role shop",
            "credential holds: the trust of aws:Role shop admits system:serviceaccount:shop:shop of cluster eks",
            "connect holds: aws:Role shop may connect to cluster-ABCDEFGHIJKL as shop_app",
        ]);
    });
});

describe("assertions about principals that act as service accounts", () => {
    function violated(plant: Plant, ...stated: object[]): string[] {
        return check(modelOf(plant(sound()).sketches), parseAssertions(stated)).map(({ text }) => text);
    }

    it("isolated and only are not violated by a person who administers the cluster, and never is", () => {
        const plant: Plant = (edit) => associate(entry(edit), "AmazonEKSClusterAdminPolicy");
        assert.deepEqual(violated(plant, { isolated: "tenants" }, { only: "shop writes shop" }), []);
        assert.deepEqual(violated(plant, { never: "*platform-team reads billing" }), [
            `${PLATFORM} may read billing: tables to come of billing_owner`,
        ]);
    });

    it("isolated and only are violated by a workload that administers the cluster, and by all of its users", () => {
        const found = violated((edit) => bindEverywhere(edit, "cluster-admin", account("shop", "shop")), {
            isolated: "tenants",
        });
        assert.deepEqual(found, ["shop/shop reaches shop and billing"]);
        const who = "any authenticated user of the API of cluster eks";
        const plant: Plant = (edit) => bindEverywhere(edit, "cluster-admin", group("system:authenticated"));
        assert.deepEqual(violated(plant, { isolated: "tenants" }), [`${who} reaches shop and billing`]);
        assert.deepEqual(violated(plant, { only: "shop writes shop" }), [
            `${who} may write shop: tables to come of shop_owner`,
        ]);
    });

    it("never is violated by all of its users, when the assertion names one of them", () => {
        const plant: Plant = (edit) => bindEverywhere(edit, "cluster-admin", group("system:authenticated"));
        assert.deepEqual(violated(plant, { never: "billing/billing reaches shop" }), [
            "any authenticated user of the API of cluster eks may reach shop: tables to come of shop_owner",
        ]);
    });

    it("a new tenant's data counts as known to earlier administrators of the cluster", () => {
        const admin: Plant = (edit) => associate(entry(edit), "AmazonEKSClusterAdminPolicy");
        const [before, after] = [admin(new Edit({ tenants: ["shop"] })), admin(sound())];
        assert.deepEqual(changeOf(before.sketches, after.sketches), [
            `+ ${PLATFORM} → aurora/app/billing: write`,
            "+ billing/billing → aurora/app/billing: write",
        ]);
    });
});
