import { databaseOf, databaseTypes, proxyTypes } from "../resources/database";
import type { Database } from "../resources/database";
import type { Answer } from "../iam";
import { field, isUnknown, items } from "../resources/unknownValues";
import { Candidates } from "../resources/resourceReferences";
import type { Reference } from "../resources/resourceReferences";
import { isStated } from "../resources/resource";
import type { Resource } from "../resources/resource";
import type { Finding, Rule } from "../resources/rule";
import { tlsDefaults } from "../resources/tlsDefaults";
import type { TlsDefault } from "../resources/tlsDefaults";

const groupTypes = new Set([
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws-native:rds:DbClusterParameterGroup",
    "aws-native:rds:DbParameterGroup",
]);

const on = new Set(["1", "on", "true"]);

/** Databases must encrypt every connection, as decided by the parameter group that the database actually uses. */
export const forceTls: Rule = {
    name: "database-tls",
    description: "Databases must reject connections without TLS",
    severity: "high",
    remediation:
        'Set rds.force_ssl to "1" (MySQL: require_secure_transport to "ON") in the parameter group that the database uses.',
    parameters: {},
    types: new Set([...databaseTypes, ...groupTypes, ...proxyTypes]),
    judgeStack: (resources) => {
        const groups = new Candidates(resources.filter(({ type }) => groupTypes.has(type)));
        return [
            ...resources.flatMap((resource) => {
                const database = databaseOf(resource);
                return database === undefined || database.kind === "member" ? [] : judge(database, groups);
            }),
            ...resources.filter(({ type }) => proxyTypes.has(type)).flatMap(judgeProxy),
        ];
    },
};

function judge(database: Database, groups: Candidates): Finding[] {
    const { resource, copy, parameterGroup } = database;
    const [named] = groups.named(resource, parameterGroup.argument);
    const engine =
        textOf(database.engine) ?? (named?.certain === true ? textOf(named.resource?.props["family"]) : undefined);
    if (engine !== undefined || !(isUnknown(database.engine) || copy)) {
        const setting = tlsDefaults.find((one) => one.engine.test(engine ?? ""));
        return setting === undefined ? [] : judgeSetting(database, setting, named);
    }
    // A copy has its source's engine, so it passes only if it passes for every engine.
    const [first] = tlsDefaults.flatMap((setting) => judgeSetting(database, setting, named));
    return first === undefined
        ? []
        : [
              {
                  resource,
                  fault: "its engine is not known yet, so TLS cannot be verified",
                  fix: first.fix,
                  unproven: true,
              },
          ];
}

function textOf(value: unknown): string | undefined {
    return typeof value === "string" && !isUnknown(value) ? value.toLowerCase() : undefined;
}

function judgeSetting(database: Database, tls: TlsDefault, named: Reference | undefined): Finding[] {
    const { resource, parameterGroup, copy } = database;
    const { parameter } = tls;
    const fix = `set ${parameter} to "${tls.value}" in the parameter group of ${resource.name}`;
    const plainText = (because: string): Finding => ({
        resource,
        fault: `${because}, so it accepts connections in plain text`,
        fix,
    });
    const unproven = (because: string): Finding => ({
        resource,
        fault: `${because}, so TLS cannot be verified`,
        fix,
        unproven: true,
    });
    const byDefault = (because: string): Finding[] => {
        const forced = forcedByDefault(tls, database);
        return forced === "yes"
            ? []
            : [forced === "maybe" ? unproven("the engine's version is not known") : plainText(because)];
    };
    const { argument, value } = parameterGroup;
    const none = value === undefined || value === null || value === "" || isUnknown(value);
    const chosen = !isStated(resource, argument) && none;
    if ((chosen && !copy) || (typeof value === "string" && value.startsWith("default."))) {
        return byDefault(`it has no custom parameter group in ${argument}`);
    }
    if (named?.resource === undefined || !named.certain) {
        return [
            unproven(
                isUnknown(value) || chosen
                    ? "its parameter group is not known yet"
                    : "its parameter group is not in this stack",
            ),
        ];
    }
    const group = named.resource;
    const setting = settingOf(group, parameter);
    if (setting === undefined) {
        return byDefault(`its parameter group ${group.name} does not set ${parameter}`);
    }
    if (isUnknown(setting)) {
        return [unproven(`${parameter} of its parameter group ${group.name} is not known yet`)];
    }
    const given = typeof setting === "string" ? setting : JSON.stringify(setting);
    return on.has(given.toLowerCase())
        ? []
        : [plainText(`its parameter group ${group.name} sets ${parameter} to "${given}"`)];
}

/** The value of a parameter in a group; undefined if the group omits it. The native provider accepts an object. */
function settingOf({ props }: Resource, parameter: string): unknown {
    const { parameters } = props;
    if (Array.isArray(parameters) || isUnknown(parameters)) {
        const entries = items(parameters);
        const entry =
            entries.find((one) => field(one, "name") === parameter) ??
            entries.find((one) => isUnknown(one) || isUnknown(field(one, "name")));
        return entry === undefined ? undefined : field(entry, "value");
    }
    return field(parameters, parameter);
}

function forcedByDefault({ since }: TlsDefault, { engineVersion }: Database): Answer {
    if (since === undefined) {
        return "no";
    }
    const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(textOf(engineVersion) ?? "") ?? [];
    if (major === undefined) {
        return "maybe";
    }
    if (Number(major) !== since[0] || since[1] === 0) {
        return Number(major) >= since[0] ? "yes" : "no";
    }
    return minor === undefined ? "maybe" : Number(minor) >= since[1] ? "yes" : "no";
}

function judgeProxy(resource: Resource): Finding[] {
    const { requireTls } = resource.props;
    if (requireTls === true) {
        return [];
    }
    const unproven = isUnknown(requireTls);
    return [
        {
            resource,
            fault: unproven ? "requireTls is not known yet" : "the proxy accepts connections in plain text",
            fix: "set requireTls to true",
            unproven,
        },
    ];
}
