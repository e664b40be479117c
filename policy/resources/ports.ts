import type { Database } from "./database";
import type { Answer } from "../iam";
import { field, isUnknown } from "./unknownValues";
import type { Resource } from "./resource";

/**
 * The default port of an engine, by the first part of its name that matches
 * (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, "Port").
 */
const defaults: readonly (readonly [engine: RegExp, port: number])[] = [
    [/postgres/, 5432],
    [/mysql|mariadb|^aurora$/, 3306],
    [/oracle/, 1521],
    [/sqlserver/, 1433],
    [/db2/, 50000],
];

/** The default ports of databases with IAM authentication, for ingress rules without a known database. */
export const usualPorts: readonly number[] = [5432, 3306];

/** The port of a database; undefined if it is not known. */
export function portOf({ resource, engine }: Database): number | undefined {
    return asPort(resource.props["port"]) ?? (isUnknown(resource.inputs["port"]) ? undefined : defaultPort(engine));
}

/** The port of an RDS Proxy, which is its engine's default and cannot be changed. */
export function proxyPort({ props }: Resource): number | undefined {
    return defaultPort(props["engineFamily"]);
}

function defaultPort(engine: unknown): number | undefined {
    const name = typeof engine === "string" && !isUnknown(engine) ? engine.toLowerCase() : "";
    return defaults.find(([pattern]) => pattern.test(name))?.[1];
}

function asPort(value: unknown): number | undefined {
    const port = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    return typeof port === "number" && Number.isInteger(port) ? port : undefined;
}

/**
 * Whether an ingress rule allows traffic to a port; `maybe` if the port or the rule's range is not known. Databases
 * use TCP only; the protocol may be a number, and -1 means all protocols
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html).
 */
export function reachesPort(rule: unknown, port: number | undefined): Answer {
    const protocol = field(rule, "protocol") ?? field(rule, "ipProtocol");
    if (isUnknown(protocol)) {
        return "maybe";
    }
    if (["-1", "all", "undefined", "null"].includes(String(protocol).toLowerCase())) {
        return "yes";
    }
    if (!["tcp", "6"].includes(String(protocol).toLowerCase())) {
        return "no";
    }
    const [from, to] = [field(rule, "fromPort"), field(rule, "toPort")];
    const [first, last] = [Math.max(asPort(from) ?? 0, 0), (asPort(to) ?? -1) < 0 ? 65535 : Number(to)];
    if (port === undefined) {
        return first === 0 && last === 65535 && !isUnknown(from) && !isUnknown(to) ? "yes" : "maybe";
    }
    if (port < first || port > last) {
        return "no";
    }
    return isUnknown(from) || isUnknown(to) ? "maybe" : "yes";
}
