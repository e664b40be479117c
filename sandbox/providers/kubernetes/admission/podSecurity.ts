import type { Field } from "../validation/field";

/**
 * The Pod Security Standards, in the words of the built-in admission plugin. Source: k8s.io/pod-security-admission,
 * policy; without Windows pods and the annotations that preceded the fields.
 */
export type Level = "privileged" | "baseline" | "restricted";

interface Check {
    readonly reason: string;
    /** The violation; undefined if there is none. */
    readonly detail: (pod: Field, containers: readonly Field[]) => string | undefined;
}

const baselineCapabilities = new Set([
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
]);
const safeSysctls = new Set([
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
]);
const restrictedVolumes = new Set([
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
]);

const hostNamespaces: Check = {
    reason: "host namespaces",
    detail: (pod) => {
        const used = ["hostNetwork", "hostPID", "hostIPC"].filter((each) => pod.at(each).value === true);
        return used.length === 0 ? undefined : used.map((each) => `${each}=true`).join(", ");
    },
};
const hostPorts: Check = {
    reason: "hostPort",
    detail: (_, containers) => {
        const used = containers.filter((each) => ports(each).length > 0);
        const numbers = [...new Set(used.flatMap(ports))].sort();
        return used.length === 0
            ? undefined
            : `${named(used)} ${plural(used, "uses", "use")} ${plural(numbers, "hostPort", "hostPorts")} ${numbers.join(", ")}`;
    },
};
const privileged: Check = {
    reason: "privileged",
    detail: (_, containers) => {
        const bad = containers.filter((each) => each.at("securityContext", "privileged").value === true);
        return bad.length === 0 ? undefined : `${named(bad)} must not set securityContext.privileged=true`;
    },
};
const sysctls: Check = {
    reason: "forbidden sysctls",
    detail: (pod) => {
        const names = pod
            .at("securityContext", "sysctls")
            .items()
            .map((each) => each.at("name").text() ?? "");
        const bad = names.filter((name) => !safeSysctls.has(name));
        return bad.length === 0 ? undefined : bad.join(", ");
    },
};
const hostPaths: Check = {
    reason: "hostPath volumes",
    detail: (pod) => {
        const names = pod
            .at("volumes")
            .items()
            .filter((each) => each.at("hostPath").isSet)
            .map(nameOf);
        return names.length === 0 ? undefined : `${plural(names, "volume", "volumes")} ${quoted(names)}`;
    },
};
const defaultCapabilities: Check = {
    reason: "non-default capabilities",
    detail: (_, containers) => addedBeyond(containers, baselineCapabilities),
};
const seccompNotOff: Check = { reason: "seccompProfile", detail: (pod, containers) => badSeccomp(pod, containers) };

const noEscalation: Check = {
    reason: "allowPrivilegeEscalation != false",
    detail: (_, containers) => {
        const bad = containers.filter((each) => !holds(each.at("securityContext", "allowPrivilegeEscalation"), false));
        return bad.length === 0 ? undefined : `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`;
    },
};
const dropAll: Check = {
    reason: "unrestricted capabilities",
    detail: (_, containers) => {
        const drops = (each: Field) => each.at("securityContext", "capabilities", "drop");
        const keeping = containers.filter(
            (each) =>
                !drops(each).isUnknown &&
                !drops(each)
                    .items()
                    .some((one) => holds(one, "ALL")),
        );
        const details = [
            keeping.length === 0 ? undefined : `${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`,
            addedBeyond(containers, new Set(["NET_BIND_SERVICE"])),
        ].filter((each) => each !== undefined);
        return details.length === 0 ? undefined : details.join("; ");
    },
};
const volumeTypes: Check = {
    reason: "restricted volume types",
    detail: (pod) => {
        const typeOf = (volume: Field) =>
            volume.keys().find((key) => key !== "name" && volume.at(key).isSet) ?? "unknown";
        const bad = pod
            .at("volumes")
            .items()
            .filter((each) => !each.isUnknown && !restrictedVolumes.has(typeOf(each)));
        const types = [...new Set(bad.map(typeOf))].sort();
        const volumes = `${plural(bad, "volume", "volumes")} ${quoted(bad.map(nameOf))} ${plural(bad, "uses", "use")}`;
        return bad.length === 0
            ? undefined
            : `${volumes} ${plural(types, "restricted volume type", "restricted volume types")} ${quoted(types)}`;
    },
};
const nonRoot: Check = {
    reason: "runAsNonRoot != true",
    detail: (pod, containers) => {
        const field = (each: Field) => each.at("securityContext", "runAsNonRoot");
        const setters = setBy(pod, containers, (each) => field(each).value === false);
        if (setters !== undefined) {
            return `${setters} must not set securityContext.runAsNonRoot=false`;
        }
        const unset = holds(field(pod), true) ? [] : containers.filter((each) => !field(each).isSet);
        return unset.length === 0 ? undefined : `pod or ${named(unset)} must set securityContext.runAsNonRoot=true`;
    },
};
const notUserZero: Check = {
    reason: "runAsUser=0",
    detail: (pod, containers) => {
        const setters = setBy(pod, containers, (each) => each.at("securityContext", "runAsUser").value === 0);
        return setters === undefined ? undefined : `${setters} must not set runAsUser=0`;
    },
};
const seccompOn: Check = {
    reason: "seccompProfile",
    detail: (pod, containers) => {
        const profile = (each: Field) => each.at("securityContext", "seccompProfile");
        const bad = badSeccomp(pod, containers);
        const unset = profile(pod).isSet ? [] : containers.filter((each) => !profile(each).isSet);
        const missing = `pod or ${named(unset)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
        return bad ?? (unset.length === 0 ? undefined : missing);
    },
};

/** In the plugin's order; the stricter forms replace some of the baseline ones. */
const checks: Record<Level, readonly Check[]> = {
    privileged: [],
    baseline: [defaultCapabilities, hostNamespaces, hostPaths, hostPorts, privileged, seccompNotOff, sysctls],
    restricted: [
        hostNamespaces,
        hostPorts,
        privileged,
        sysctls,
        noEscalation,
        dropAll,
        volumeTypes,
        nonRoot,
        notUserZero,
        seccompOn,
    ],
};

/** The violations of a pod's `spec`; undefined if the level allows it. Unknown values are assumed to be allowed. */
export function podSecurityViolation(spec: Field, level: Level): string | undefined {
    const containers = ["initContainers", "containers"].flatMap((each) => spec.at(each).items());
    const details = checks[level].flatMap(({ reason, detail }) => {
        const text = detail(spec, containers);
        return text === undefined ? [] : [`${reason} (${text})`];
    });
    return details.length === 0 ? undefined : details.join(", ");
}

function holds(field: Field, value: unknown): boolean {
    return field.isUnknown || field.value === value;
}

function ports(container: Field): string[] {
    return container
        .at("ports")
        .items()
        .flatMap((each) => (each.at("hostPort").number() ? [`${each.at("hostPort").number()}`] : []));
}

function addedBeyond(containers: readonly Field[], allowed: ReadonlySet<string>): string | undefined {
    const added = (each: Field) =>
        each
            .at("securityContext", "capabilities", "add")
            .items()
            .map((one) => one.text() ?? "");
    const bad = containers.filter((each) => added(each).some((name) => !allowed.has(name)));
    const names = [...new Set(bad.flatMap(added).filter((name) => !allowed.has(name)))].sort();
    return bad.length === 0
        ? undefined
        : `${named(bad)} must not include ${quoted(names)} in securityContext.capabilities.add`;
}

function badSeccomp(pod: Field, containers: readonly Field[]): string | undefined {
    const type = (each: Field) => each.at("securityContext", "seccompProfile", "type").text();
    const isBad = (each: Field) =>
        type(each) !== undefined && type(each) !== "RuntimeDefault" && type(each) !== "Localhost";
    const setters = setBy(pod, containers, isBad);
    const values = [...new Set([pod, ...containers].filter(isBad).map((each) => type(each) ?? ""))].sort();
    return setters === undefined
        ? undefined
        : `${setters} must not set securityContext.seccompProfile.type to ${quoted(values)}`;
}

/** `pod and container "a"`: the objects that violate a rule. */
function setBy(pod: Field, containers: readonly Field[], does: (each: Field) => boolean): string | undefined {
    const bad = containers.filter(does);
    const setters = [...(does(pod) ? ["pod"] : []), ...(bad.length === 0 ? [] : [named(bad)])];
    return setters.length === 0 ? undefined : setters.join(" and ");
}

function named(containers: readonly Field[]): string {
    return `${plural(containers, "container", "containers")} ${quoted(containers.map(nameOf))}`;
}

function nameOf(each: Field): string {
    return each.at("name").text() ?? "";
}

function plural(list: readonly unknown[], one: string, many: string): string {
    return list.length === 1 ? one : many;
}

function quoted(names: readonly string[]): string {
    return names.map((each) => `"${each}"`).join(", ");
}
