import { checkText } from "./metadata";
import { dnsLabel, dnsSubdomain, portName, portNumber } from "./names";
import { validateResources } from "./resources";
import { validateKeyReference, validateMounts } from "./volumes";
import type { Field } from "./field";
import type { Problems } from "./problems";

const envSources = ["configMapKeyRef", "fieldRef", "resourceFieldRef", "secretKeyRef"];
const handlers = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

/** One container or init container; `volumes` are the names it can mount, undefined while they are unknown. */
export function validateContainer(
    container: Field,
    volumes: ReadonlySet<string> | undefined,
    problems: Problems,
): void {
    const name = container.at("name");
    if (name.isEmpty) {
        problems.required(name);
    }
    checkText(name, dnsLabel, problems);
    if (container.at("image").isEmpty) {
        problems.required(container.at("image"));
    }
    oneOf(container.at("terminationMessagePolicy"), ["File", "FallbackToLogsOnError"], problems);
    validatePorts(container.at("ports"), problems);
    container
        .at("env")
        .items()
        .forEach((each) => validateEnv(each, problems));
    validateEnvFrom(container.at("envFrom"), problems);
    validateMounts(container.at("volumeMounts"), volumes, problems);
    oneOf(container.at("imagePullPolicy"), ["Always", "IfNotPresent", "Never"], problems);
    validateResources(container.at("resources"), problems);
    validateSecurity(container.at("securityContext"), problems);
}

/** Probes and hooks, which init containers cannot have. */
export function validateHandlers(container: Field, problems: Problems): void {
    for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
        validateHandler(container.at(probe), problems);
        const threshold = container.at(probe, "successThreshold");
        if (probe !== "readinessProbe" && (threshold.number() ?? 1) !== 1) {
            problems.invalid(threshold, "must be 1");
        }
    }
    validateHandler(container.at("lifecycle", "postStart"), problems);
    validateHandler(container.at("lifecycle", "preStop"), problems);
}

function validateHandler(parent: Field, problems: Problems): void {
    if (!parent.isSet || parent.isUnknown) {
        return;
    }
    const given = handlers.filter((each) => parent.at(each).isSet);
    if (given.length === 0) {
        problems.required(parent, "must specify a handler type");
    }
    const handler = parent.at(given[0] ?? "none");
    if (given[0] === "exec" && handler.at("command").isEmpty) {
        problems.required(handler.at("command"));
    }
    if (given[0] === "httpGet" || given[0] === "tcpSocket" || given[0] === "grpc") {
        validatePort(handler.at("port"), problems);
    }
    oneOf(handler.at("scheme"), ["HTTP", "HTTPS"], problems);
    given.slice(1).forEach((each) => problems.forbidden(parent.at(each), "may not specify more than 1 handler type"));
}

function validatePorts(ports: Field, problems: Problems): void {
    const names = new Set<string>();
    for (const port of ports.items()) {
        const name = port.at("name");
        checkText(name, portName, problems);
        if (!name.isEmpty && names.has(name.text() ?? "")) {
            problems.duplicate(name);
        }
        names.add(name.text() ?? "");
        if (port.at("containerPort").isEmpty) {
            problems.required(port.at("containerPort"));
        }
        for (const each of ["containerPort", "hostPort"]) {
            const number = port.at(each).number();
            if (number !== undefined && number !== 0) {
                problems.invalid(port.at(each), portNumber(number));
            }
        }
        oneOf(port.at("protocol"), ["SCTP", "TCP", "UDP"], problems);
    }
}

/** A port by number or by name. */
export function validatePort(port: Field, problems: Problems): void {
    if (port.isUnknown) {
        return;
    }
    const text = port.text();
    if (text === undefined) {
        problems.invalid(port, portNumber(port.number() ?? 0), port.number() ?? 0);
    } else {
        problems.invalid(port, portName(text));
    }
}

function validateEnv(variable: Field, problems: Problems): void {
    const name = variable.at("name");
    if (name.isEmpty) {
        problems.required(name);
    } else if (name.text() !== undefined && !/^[\x20-\x3c\x3e-\x7e]+$/.test(name.text() ?? "")) {
        problems.invalid(
            name,
            "a valid environment variable name must consist only of printable ASCII characters other than '='",
        );
    }
    const from = variable.at("valueFrom");
    if (!from.isSet || from.isUnknown) {
        return;
    }
    const sources = envSources.filter((each) => from.at(each).isSet);
    validateKeyReference(from.at("configMapKeyRef"), problems);
    validateKeyReference(from.at("secretKeyRef"), problems);
    if (from.at("fieldRef").isSet && from.at("fieldRef", "fieldPath").isEmpty) {
        problems.required(from.at("fieldRef", "fieldPath"));
    }
    if (sources.length === 0) {
        const all = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`";
        problems.invalid(from, `must specify one of: ${all}`, "");
    } else if (!variable.at("value").isEmpty) {
        problems.invalid(from, "may not be specified when `value` is not empty", "");
    } else if (sources.length > 1) {
        problems.invalid(from, "may not have more than one field specified at a time", "");
    }
}

function validateEnvFrom(list: Field, problems: Problems): void {
    for (const each of list.items()) {
        const sources = ["configMapRef", "secretRef"].filter((source) => each.at(source).isSet);
        for (const source of sources) {
            const name = each.at(source, "name");
            if (name.isEmpty) {
                problems.required(name);
            }
            checkText(name, dnsSubdomain, problems);
        }
        // Without the index, as in the API server.
        if (sources.length === 0 && !each.isUnknown) {
            problems.invalid(list, "must specify one of: `configMapRef` or `secretRef`", "");
        } else if (sources.length > 1) {
            problems.invalid(list, "may not have more than one field specified at a time", "");
        }
    }
}

function validateSecurity(context: Field, problems: Problems): void {
    validateIds(context, ["runAsUser", "runAsGroup"], problems);
    if (context.at("allowPrivilegeEscalation").value === false && context.at("privileged").value === true) {
        problems.invalid(context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
    }
    validateSeccomp(context.at("seccompProfile"), problems);
}

/** User and group ids of a security context. */
export function validateIds(context: Field, names: readonly string[], problems: Problems): void {
    for (const name of names) {
        const id = context.at(name).number();
        if (id !== undefined && (id < 0 || id > 2 ** 31 - 1)) {
            problems.invalid(context.at(name), "must be between 0 and 2147483647, inclusive");
        }
    }
}

export function validateSeccomp(profile: Field, problems: Problems): void {
    if (!profile.isSet) {
        return;
    }
    const type = profile.at("type");
    if (type.isEmpty) {
        problems.required(type, "type is required when seccompProfile is set");
    } else {
        oneOf(type, ["Localhost", "RuntimeDefault", "Unconfined"], problems);
    }
    const path = profile.at("localhostProfile");
    if (type.value === "Localhost" && path.isEmpty) {
        problems.required(path, "must be set when seccomp type is Localhost");
    } else if (type.value !== "Localhost" && !type.isUnknown && path.isSet) {
        problems.invalid(path, "can only be set when seccomp type is Localhost");
    }
}

/** One of several strings; it can be absent if the API server has a default. */
export function oneOf(field: Field, values: readonly string[], problems: Problems): void {
    const text = field.text();
    if (text !== undefined && text !== "" && !values.includes(text)) {
        problems.unsupported(field, values);
    }
}
