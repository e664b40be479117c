import { isIPv4 } from "node:net";

import { oneOf, validatePort } from "../validation/containers";
import { validateLabelSelector } from "../validation/metadata";
import { dnsSubdomain, portNumber } from "../validation/names";
import type { ApiKind } from "./kind";
import type { Field } from "../validation/field";
import type { Problems } from "../validation/problems";
import type { Props } from "../../../cloud/props";

/** The limit of security groups in a policy for pods: that of a network interface. */
const maxGroups = 16;

export const networkingKinds: readonly ApiKind[] = [
    {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        plural: "networkpolicies",
        namespaced: true,
        nameRule: dnsSubdomain,
        validate: (object, problems) => validateNetworkPolicy(object.at("spec"), problems),
        complete: completeNetworkPolicy,
    },
    {
        // A custom resource of every EKS cluster. Source: aws/amazon-vpc-resource-controller-k8s, config/crd.
        apiVersion: "vpcresources.k8s.aws/v1beta1",
        kind: "SecurityGroupPolicy",
        plural: "securitygrouppolicies",
        namespaced: true,
        nameRule: dnsSubdomain,
        custom: true,
        validate: (object, problems) => validateSecurityGroupPolicy(object.at("spec"), problems),
    },
];

/** Source: kubernetes/kubernetes, pkg/apis/networking/validation. */
function validateNetworkPolicy(spec: Field, problems: Problems): void {
    validateLabelSelector(spec.at("podSelector"), problems);
    for (const [rules, peers] of [
        ["ingress", "from"],
        ["egress", "to"],
    ] as const) {
        for (const rule of spec.at(rules).items()) {
            rule.at("ports")
                .items()
                .forEach((each) => validatePolicyPort(each, problems));
            rule.at(peers)
                .items()
                .forEach((each) => validatePeer(each, problems));
        }
    }
    const types = spec.at("policyTypes").items();
    if (types.length > 2) {
        problems.invalid(spec.at("policyTypes"), "may not specify more than two policyTypes");
        return;
    }
    types.forEach((type) => oneOf(type, ["Ingress", "Egress"], problems));
}

function validatePolicyPort(port: Field, problems: Problems): void {
    oneOf(port.at("protocol"), ["TCP", "UDP", "SCTP"], problems);
    const end = port.at("endPort");
    const number = port.at("port");
    if (number.isSet) {
        validatePort(number, problems);
    }
    if (!end.isSet || number.isUnknown) {
        return;
    }
    if (!number.isSet) {
        problems.invalid(end, "may not be specified when `port` is not specified");
    } else if (number.text() !== undefined) {
        problems.invalid(end, "may not be specified when `port` is non-numeric");
    } else if (end.number() !== undefined) {
        problems.invalid(
            end,
            (end.number() ?? 0) < (number.number() ?? 0) ? ["must be greater than or equal to `port`"] : [],
        );
        problems.invalid(end, portNumber(end.number() ?? 0));
    }
}

function validatePeer(peer: Field, problems: Problems): void {
    if (peer.isUnknown) {
        return;
    }
    const given = ["podSelector", "namespaceSelector", "ipBlock"].filter((each) => peer.at(each).isSet);
    validateLabelSelector(peer.at("podSelector"), problems);
    validateLabelSelector(peer.at("namespaceSelector"), problems);
    validateBlock(peer.at("ipBlock"), problems);
    if (given.length === 0) {
        problems.required(peer, "must specify a peer");
    } else if (given.length > 1 && given.includes("ipBlock")) {
        problems.forbidden(peer, "may not specify both ipBlock and another peer");
    }
}

function validateBlock(block: Field, problems: Problems): void {
    if (!block.isSet || block.isUnknown) {
        return;
    }
    const cidr = block.at("cidr");
    if (cidr.isEmpty) {
        problems.required(cidr);
        return;
    }
    checkCidr(cidr, problems);
    const outer = range(cidr.text() ?? "");
    for (const except of block.at("except").items()) {
        checkCidr(except, problems);
        const inner = range(except.text() ?? "");
        if (outer === undefined || inner === undefined) {
            continue;
        }
        if (inner.first < outer.first || inner.last > outer.last || inner.bits <= outer.bits) {
            problems.invalid(except, "must be a strict subset of `cidr`");
        }
    }
}

function checkCidr(cidr: Field, problems: Problems): void {
    const text = cidr.text();
    if (text !== undefined && range(text) === undefined && !/^[0-9a-fA-F:]*:[0-9a-fA-F:.]*\/[0-9]{1,3}$/.test(text)) {
        problems.invalid(cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    }
}

/** The first and the last address of an IPv4 range as numbers; undefined if it is not one. */
function range(cidr: string): { first: number; last: number; bits: number } | undefined {
    const [address = "", length = ""] = cidr.split("/");
    const bits = Number(length);
    if (!isIPv4(address) || !/^[0-9]{1,2}$/.test(length) || bits > 32) {
        return undefined;
    }
    const size = 2 ** (32 - bits);
    const first = Math.floor(address.split(".").reduce((sum, each) => sum * 256 + Number(each), 0) / size) * size;
    return { first, last: first + size - 1, bits };
}

function validateSecurityGroupPolicy(spec: Field, problems: Problems): void {
    const groups = spec.at("securityGroups", "groupIds");
    const count = Array.isArray(groups.value) ? groups.value.length : undefined;
    if (count === 0) {
        problems.invalid(groups, `${groups.path} in body should have at least 1 items`, 0);
    } else if (count !== undefined && count > maxGroups) {
        problems.tooMany(groups, count, maxGroups);
    }
    for (const selector of ["podSelector", "serviceAccountSelector"]) {
        for (const expression of spec.at(selector, "matchExpressions").items()) {
            for (const each of ["key", "operator"]) {
                if (!expression.at(each).isSet) {
                    problems.required(expression.at(each));
                }
            }
        }
    }
}

/** Without `policyTypes`, a policy applies to ingress, and to egress too if it has egress rules. */
function completeNetworkPolicy(object: Props): Props {
    const spec = (object["spec"] ?? {}) as Props;
    return {
        ...object,
        spec: { podSelector: {}, policyTypes: "egress" in spec ? ["Ingress", "Egress"] : ["Ingress"], ...spec },
    };
}
