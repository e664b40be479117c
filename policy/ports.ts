import type { Database } from "./database";
import type { Answer } from "./iam";
import { field, isUnknown } from "./plain";
import type { Resource } from "./resource";

/**
 * The port that an engine listens on where none is given; the first part of an engine's name that fits counts
 * (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, "Port").
 */
const defaults: readonly (readonly [engine: RegExp, port: number])[] = [
    [/postgres/, 5432],
    [/mysql|mariadb|^aurora$/, 3306],
    [/oracle/, 1521],
    [/sqlserver/, 1433],
    [/db2/, 50000],
];

/** The ports of the databases that authenticate with IAM, for rules of which no database is known. */
export const usualPorts: readonly number[] = [5432, 3306];

/** The port of a database; undefined where it is not known. */
export function portOf({ resource, engine }: Database): number | undefined {
    return asPort(resource.props["port"]) ?? (isUnknown(resource.inputs["port"]) ? undefined : defaultPort(engine));
}

/** The port of an RDS Proxy, which is its engine's and cannot be chosen. */
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
 * Whether an ingress rule lets traffic through to a port; `maybe` where the port or the rule's range is not known.
 * Databases speak TCP only; the protocol may be given by its number, and -1 stands for all
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
