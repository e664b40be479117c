import { oneOf, validatePort } from "../validation/containers";
import { checkText, validateLabels } from "../validation/metadata";
import { dnsLabel, dnsSubdomain, portNumber } from "../validation/names";
import { Field } from "../validation/field";
import type { Problems } from "../validation/problems";
import type { Props, Value } from "../../../cloud/props";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/** A Service's `spec`. Source: kubernetes/kubernetes, pkg/apis/core/validation, validateService. */
export function validateService(spec: Field, problems: Problems): void {
    const type = spec.at("type");
    const headless = spec.at("clusterIP").value === "None";
    const ports = spec.at("ports");
    if (ports.isEmpty && !headless && type.value !== "ExternalName" && !type.isUnknown && !spec.isUnknown) {
        problems.required(ports);
    }
    if (headless && (type.value === "LoadBalancer" || type.value === "NodePort")) {
        problems.invalid(spec.at("clusterIPs[0]"), `may not be set to 'None' for ${type.value} services`, "None");
    }
    if (type.value === "ExternalName") {
        if (spec.at("externalName").isEmpty) {
            problems.required(spec.at("externalName"));
        }
        checkText(spec.at("externalName"), (name) => dnsSubdomain(name.replace(/\.$/, "")), problems);
    }
    validatePorts(ports, type.value === "ClusterIP" || !type.isSet, problems);
    validateLabels(spec.at("selector"), problems);
    oneOf(spec.at("sessionAffinity"), ["ClientIP", "None"], problems);
    oneOf(type, types, problems);
    const ranges = new Field("spec.LoadBalancerSourceRanges", spec.at("loadBalancerSourceRanges").value);
    for (const field of [ranges, spec.at("allocateLoadBalancerNodePorts")]) {
        if (field.isSet && type.value !== "LoadBalancer" && !type.isUnknown) {
            problems.forbidden(field, "may only be used when `type` is 'LoadBalancer'");
        }
    }
}

function validatePorts(ports: Field, clusterIp: boolean, problems: Problems): void {
    const names = new Set<string>();
    const seen = new Set<string>();
    for (const port of ports.items()) {
        const name = port.at("name");
        if (name.isEmpty && ports.items().length > 1) {
            problems.required(name);
        }
        checkText(name, dnsLabel, problems);
        if (!name.isEmpty && names.has(name.text() ?? "")) {
            problems.duplicate(name);
        }
        names.add(name.text() ?? "");
        const number = port.at("port");
        if (!number.isUnknown) {
            problems.invalid(number, portNumber(number.number() ?? 0), number.number() ?? 0);
        }
        oneOf(port.at("protocol"), ["SCTP", "TCP", "UDP"], problems);
        if (port.at("targetPort").isSet) {
            validatePort(port.at("targetPort"), problems);
        }
        if (clusterIp && !port.at("nodePort").isEmpty) {
            problems.forbidden(port.at("nodePort"), "may not be used when `type` is 'ClusterIP'");
        }
        // Shown as Go prints the relevant part of the port.
        const key = {
            Name: "",
            Protocol: port.at("protocol").text() ?? "TCP",
            AppProtocol: null,
            Port: number.number() ?? 0,
            TargetPort: 0,
            NodePort: 0,
        };
        if (number.number() !== undefined && seen.has(JSON.stringify(key))) {
            problems.duplicate(port, key);
        }
        seen.add(JSON.stringify(key));
    }
}

/** The API server's defaults; the cluster IP is in EKS' default service range and derived from the name. */
export function completeService(object: Props): Props {
    const spec = (object["spec"] ?? {}) as Props;
    const ports = ((spec["ports"] ?? []) as Props[]).map((port): Value => ({
        protocol: "TCP",
        targetPort: port["port"] ?? null,
        ...port,
    }));
    const type = spec["type"] ?? "ClusterIP";
    const addressed: Props = type === "ExternalName" ? {} : { clusterIP: clusterIp(object["metadata"] as Props) };
    return {
        ...object,
        spec: { sessionAffinity: "None", internalTrafficPolicy: "Cluster", ...addressed, ...spec, type, ports },
    };
}

function clusterIp(metadata: Props): string {
    const sum = [...JSON.stringify([metadata["namespace"], metadata["name"]])].reduce(
        (total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 65_000,
        7,
    );
    return `172.20.${Math.floor(sum / 255)}.${(sum % 254) + 1}`;
}
