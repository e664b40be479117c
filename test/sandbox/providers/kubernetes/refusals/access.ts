import { clusterWide, object, policy, rbac, subdomain } from "./refusal";
import type { Refusal } from "./refusal";

export const accessRefusals: readonly Refusal[] = [
    {
        why: "a network policy with an empty peer, a mixed peer and a bad range",
        object: policy({
            podSelector: {},
            egress: [
                {
                    to: [
                        {},
                        { podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } },
                        { ipBlock: { cidr: "10.0.0.0" } },
                        { ipBlock: { cidr: "10.0.0.0/16", except: ["10.1.0.0/24"] } },
                    ],
                },
            ],
        }),
        message:
            'NetworkPolicy.networking.k8s.io "thing" is invalid: [spec.egress[0].to[0]: Required value: must specify a peer, spec.egress[0].to[1]: Forbidden: may not specify both ipBlock and another peer, spec.egress[0].to[2].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64), spec.egress[0].to[3].ipBlock.except[0]: Invalid value: "10.1.0.0/24": must be a strict subset of `cidr`]',
    },
    {
        why: "a network policy of an unknown type with bad ports",
        object: policy({
            podSelector: {},
            policyTypes: ["Out"],
            ingress: [{ ports: [{ protocol: "HTTP", port: 0 }, { endPort: 9 }, { port: 9, endPort: 8 }] }],
        }),
        message:
            'NetworkPolicy.networking.k8s.io "thing" is invalid: [spec.ingress[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "TCP", "UDP", "SCTP", spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive, spec.ingress[0].ports[1].endPort: Invalid value: 9: may not be specified when `port` is not specified, spec.ingress[0].ports[2].endPort: Invalid value: 8: must be greater than or equal to `port`, spec.policyTypes[0]: Unsupported value: "Out": supported values: "Ingress", "Egress"]',
    },
    {
        why: "a Role without verbs and for a URL",
        object: object(rbac, "Role", {
            rules: [
                { apiGroups: [""], resources: ["pods"] },
                { verbs: ["get"], nonResourceURLs: ["/x"] },
                { verbs: ["get"] },
            ],
        }),
        message:
            'Role.rbac.authorization.k8s.io "thing" is invalid: [rules[0].verbs: Required value: verbs must contain at least one value, rules[1].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs, rules[2].apiGroups: Required value: resource rules must supply at least one api group, rules[2].resources: Required value: resource rules must supply at least one resource]',
    },
    {
        why: "a RoleBinding to an invalid role, with a subject of an unknown kind",
        object: object(rbac, "RoleBinding", {
            roleRef: { apiGroup: "rbac", kind: "Group", name: "a/b" },
            subjects: [
                { kind: "Robot", name: "x" },
                { kind: "ServiceAccount", name: "A" },
            ],
        }),
        message: `RoleBinding.rbac.authorization.k8s.io "thing" is invalid: [roleRef.apiGroup: Unsupported value: "rbac": supported values: "rbac.authorization.k8s.io", roleRef.kind: Unsupported value: "Group": supported values: "Role", "ClusterRole", roleRef.name: Invalid value: "a/b": may not contain '/', subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group", subjects[1].name: Invalid value: "A": ${subdomain}]`,
    },
    {
        why: "a ClusterRoleBinding to a Role, with a service account without a namespace",
        object: clusterWide(rbac, "ClusterRoleBinding", {
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "x" },
            subjects: [{ kind: "ServiceAccount", name: "x" }],
        }),
        message:
            'ClusterRoleBinding.rbac.authorization.k8s.io "thing" is invalid: [roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole", subjects[0].namespace: Required value]',
    },
    {
        why: "a SecurityGroupPolicy without groups",
        object: object("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", {
            spec: { podSelector: {}, securityGroups: { groupIds: [] } },
        }),
        message:
            'SecurityGroupPolicy.vpcresources.k8s.aws "thing" is invalid: spec.securityGroups.groupIds: Invalid value: 0: spec.securityGroups.groupIds in body should have at least 1 items',
    },
    {
        why: "a SecurityGroupPolicy with a misspelt field",
        object: object("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", {
            spec: { podSelector: {}, securityGroupIds: ["sg-1"] },
        }),
        message:
            'SecurityGroupPolicy in version "v1beta1" cannot be handled as a SecurityGroupPolicy: strict decoding error: unknown field "spec.securityGroupIds"',
    },
];
