import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, list, text, Unknown } from "../resources/value";
import type { Value } from "../resources/value";
import { CLUSTER, INSTANCE, PROXY, PROXY_TARGET } from "./types";

/** Keeps a value in the state: `{ existingDatabase: { … } }` describes a database that the program looks up. */
const STASH = "pulumi:index:Stash";

/** The package of the types that messages name. */
const EXISTING = "existing";

/**
 * The resources, with those that describe existing databases replaced by the databases, their copies and their proxies: the model then
 * reads these like any others, although no program creates them.
 */
export function withExistingDatabases(resources: readonly Resource[]): readonly Resource[] {
    // Several stacks may use one: it is one server, with the logins of all of them.
    const known = new Set<string>();
    return resources.flatMap((resource) => {
        const found = resource.type === STASH ? property(resource, "input", "existingDatabase") : undefined;
        if (found === undefined) {
            return [resource];
        }
        const arn = text(at(found, "arn"));
        if (arn !== undefined && known.has(arn)) {
            return [];
        }
        known.add(arn ?? "");
        return databasesOf(resource, found);
    });
}

/** Whether a database is not the program's. */
export function isExisting({ declared }: Resource): boolean {
    return declared?.startsWith(`${EXISTING}:`) === true;
}

function databasesOf(stash: Resource, found: Value): readonly Resource[] {
    const kind = text(at(found, "kind")) === "instance" ? INSTANCE : CLUSTER;
    const identifier = text(at(found, "identifier")) ?? "";
    const proxy = at(found, "proxy");
    const proxyName = text(at(proxy, "name"));
    const make = (type: string, suffix: string, name: string, outputs: Outputs): Resource => {
        const known = Object.entries(outputs).flatMap(([key, value]) =>
            value === undefined ? [] : [[key, value] as const],
        );
        return {
            urn: `${stash.urn}${suffix}`,
            type,
            declared: type.replace(/^aws/, EXISTING),
            name,
            component: false,
            id: name,
            inputs: {},
            outputs: Object.fromEntries(known),
            suppliers: {},
            dependencies: [stash.urn],
        };
    };
    return [
        make(kind, "", identifier, databaseOutputs(kind, found, found)),
        ...list(at(found, "replicas")).map((replica, index) => {
            const source = {
                [kind === CLUSTER ? "replicationSourceIdentifier" : "replicateSourceDb"]: at(found, "arn"),
            };
            const outputs = { ...databaseOutputs(kind, found, replica), ...source };
            return make(kind, `::copy-${index}`, text(at(replica, "identifier")) ?? "", outputs);
        }),
        ...(proxyName === undefined
            ? []
            : [
                  make(PROXY, "::proxy", proxyName, {
                      name: proxyName,
                      arn: at(proxy, "arn"),
                      endpoint: at(proxy, "endpoint"),
                      roleArn: at(proxy, "roleArn"),
                      port: at(found, "port"),
                      vpcSecurityGroupIds: at(proxy, "securityGroupIds"),
                      requireTls: at(proxy, "requireTls"),
                      defaultAuthScheme: "IAM_AUTH",
                  }),
                  make(PROXY_TARGET, "::proxy-target", proxyName, {
                      dbProxyName: proxyName,
                      [kind === CLUSTER ? "dbClusterIdentifier" : "dbInstanceIdentifier"]: identifier,
                  }),
              ]),
    ];
}

type Outputs = Readonly<Record<string, Value | undefined>>;

/** As the provider names them. The lookup of an instance does not say whether IAM authentication is on. */
function databaseOutputs(kind: string, database: Value, one: Value): Outputs {
    const own = (name: string) => at(one, name);
    const common = {
        arn: own("arn"),
        endpoint: own("endpoint"),
        vpcSecurityGroupIds: own("securityGroupIds"),
        port: at(database, "port"),
        engine: at(database, "engine"),
        engineVersion: at(database, "engineVersion"),
        iamDatabaseAuthenticationEnabled: at(database, "iam") ?? new Unknown("later"),
    };
    return kind === CLUSTER
        ? {
              ...common,
              clusterIdentifier: own("identifier"),
              clusterResourceId: own("resourceId"),
              readerEndpoint: own("readerEndpoint"),
              masterUsername: at(database, "masterUsername"),
              databaseName: at(database, "database"),
          }
        : {
              ...common,
              identifier: own("identifier"),
              resourceId: own("resourceId"),
              username: at(database, "masterUsername"),
              dbName: at(database, "database"),
          };
}
