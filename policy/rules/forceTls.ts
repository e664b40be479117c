import { databaseOf, databaseTypes, familyOf } from "../database";
import type { Database } from "../database";
import { field, isUnknown, items } from "../plain";
import { referred } from "../references";
import type { Finding, Resource, Rule } from "../rule";

const groupTypes = new Set([
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws-native:rds:DbClusterParameterGroup",
    "aws-native:rds:DbParameterGroup",
]);

/** The parameter that refuses a connection without TLS, by family, and the values that switch it on. */
const switches = { postgres: "rds.force_ssl", mysql: "require_secure_transport" } as const;
const on = new Set(["1", "on", "true"]);

/** Every connection to a database is encrypted: judged by the parameter group that the database really uses. */
export const forceTls: Rule = {
    name: "database-tls",
    description: "Every database refuses connections without TLS",
    severity: "high",
    remediation: 'Set rds.force_ssl to "1" (MySQL: require_secure_transport to "ON") in the parameter group that the database uses.',
    parameters: {},
    types: new Set([...databaseTypes, ...groupTypes, "aws:rds/proxy:Proxy"]),
    judgeStack: (resources) => {
        const groups = resources.filter(({ type }) => groupTypes.has(type));
        return [
            ...resources.flatMap((resource) => {
                const database = databaseOf(resource);
                return database === undefined || database.kind === "member" ? [] : judge(database, groups);
            }),
            ...resources.filter(({ type }) => type === "aws:rds/proxy:Proxy").flatMap(judgeProxy),
        ];
    },
};

function judge(database: Database, groups: readonly Resource[]): Finding[] {
    const { resource, engine, parameterGroup } = database;
    const family = familyOf(engine);
    if (family === undefined || family === "unknown") {
        return [];
    }
    const parameter = switches[family];
    const fix = `set ${parameter} to "${family === "postgres" ? "1" : "ON"}" in the parameter group of ${resource.name}`;
    const plainText = (because: string): Finding => ({ resource, fault: `${because}, so it takes connections in plain text`, fix });
    const unproven = (because: string): Finding => ({ resource, fault: `${because}, on which TLS depends`, fix, unproven: true });
    const { argument, value } = parameterGroup;
    if (value === undefined || value === null || (typeof value === "string" && value.startsWith("default."))) {
        const forced = forcedByDefault(family, database);
        return forced === true ? [] : [forced === "unknown" ? unproven("the engine's version is not known") : plainText(`it has no parameter group of its own by ${argument}`)];
    }
    const [group] = referred(resource, argument, groups);
    if (group === undefined) {
        return [unproven(isUnknown(value) ? "its parameter group is not known yet" : "its parameter group is not of this stack")];
    }
    const setting = settingOf(group, parameter);
    if (setting === undefined) {
        const forced = forcedByDefault(family, database);
        return forced === true ? [] : [forced === "unknown" ? unproven("the engine's version is not known") : plainText(`its parameter group ${group.name} says nothing of ${parameter}`)];
    }
    if (isUnknown(setting)) {
        return [unproven(`${parameter} of its parameter group ${group.name} is not known yet`)];
    }
    const given = typeof setting === "string" ? setting : JSON.stringify(setting);
    return on.has(given.toLowerCase()) ? [] : [plainText(`its parameter group ${group.name} sets ${parameter} to "${given}"`)];
}

/** The value of a parameter in a group; undefined when the group leaves it out. The native provider takes an object. */
function settingOf({ props }: Resource, parameter: string): unknown {
    const { parameters } = props;
    if (Array.isArray(parameters) || isUnknown(parameters)) {
        const entries = items(parameters);
        const entry = entries.find((one) => field(one, "name") === parameter) ?? entries.find((one) => isUnknown(one) || isUnknown(field(one, "name")));
        return entry === undefined ? undefined : field(entry, "value");
    }
    return field(parameters, parameter);
}

/** Aurora PostgreSQL forces TLS from 17 on, RDS for PostgreSQL from 15 on (their user guides, "SSL"); MySQL never by default. */
function forcedByDefault(family: "postgres" | "mysql", { engine, engineVersion }: Database): boolean | "unknown" {
    if (family === "mysql") {
        return false;
    }
    const major = typeof engineVersion === "string" && !isUnknown(engineVersion) ? Number.parseInt(engineVersion, 10) : Number.NaN;
    return Number.isNaN(major) ? "unknown" : major >= (typeof engine === "string" && engine.startsWith("aurora") ? 17 : 15);
}

function judgeProxy(resource: Resource): Finding[] {
    const { requireTls } = resource.props;
    if (requireTls === true) {
        return [];
    }
    const unproven = isUnknown(requireTls);
    return [{ resource, fault: unproven ? "requireTls is not known yet" : "the proxy takes connections in plain text", fix: "set requireTls to true", unproven }];
}
