import type { TenantModel } from "../components/tenancy/privileges";
import { accountOf, parseArn, regionOf } from "../toolkit/arn";
import { isRecord } from "../toolkit/record";
import { existingPartProblems } from "./lastingExisting";
import type { PlatformSettings } from "./platform";
import type { Problem } from "./problems";
import { databaseRoleOf, engineOf, existingDatabaseOf, type Settings } from "./settings";

/** A stack's outputs. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * What cannot change on a running stack, because AWS would replace the network or the database, or because schemas would stay
 * behind: each setting that differs from what is deployed. Settings of a part that is new, or that the stack no longer has, are free.
 *
 * @param deployed the outputs of the stack's last run; empty before the first
 * @param another the outputs of the stack that `platformStack` names
 */
export function lastingProblems(
    { platform, access }: Pick<Settings, "platform" | "access">,
    deployed: Outputs,
    another: Outputs = {},
): Problem[] {
    const form = formProblem(platform, deployed);
    if (form !== undefined) {
        return [form];
    }
    const problems = [
        ...(typeof platform === "string"
            ? [anotherProblem(platform, deployed, another)]
            : [
                  ...existingParts(platform, deployed),
                  ...networkProblems(platform, deployed),
                  ...databaseProblems(platform, deployed),
              ]),
        ...tenantProblems({ platform, access }, deployed),
        ...existingInKubernetes(access, deployed),
    ];
    return problems.flatMap((problem) => problem ?? []);
}

const ANOTHER_STACK = "for another one, deploy another stack and move the data";

/** A platform of another form, or another stack's: nothing of the deployed one would stay. */
function formProblem(platform: PlatformSettings | string, deployed: Outputs): Problem | undefined {
    const path = typeof platform === "string" ? "platformStack" : "platform";
    const problem = (wrong: string, allowed: string, fix: string): Problem => {
        return { path, given: typeof platform === "string" ? platform : undefined, wrong, allowed, fix };
    };
    if (text(deployed, "clusterArn") === undefined) {
        return undefined;
    }
    // A platform stack's only.
    const own = deployed["masterSecretArn"] !== undefined;
    if (typeof platform === "string") {
        return own
            ? problem(
                  "the stack has a platform of its own, whose database would be deleted",
                  "platform",
                  "write platform again, and grant access to the other platform by another stack",
              )
            : undefined;
    }
    if (!own) {
        return problem(
            "the stack gives access to another stack's platform",
            "platformStack",
            "write platformStack again, and deploy the platform as another stack",
        );
    }
    const wasServer = text(deployed, "kubernetesArn") === undefined;
    return "server" in platform === wasServer
        ? existingProblem(platform, deployed)
        : problem(
              `the stack has a platform ${wasServer ? "for an application server" : "with a Kubernetes cluster"}, whose database would be deleted`,
              wasServer ? "platform.server" : "platform.cluster",
              `write it again; ${ANOTHER_STACK}`,
          );
}

/** A database of the stack's that would be deleted, or one that exists and would keep the schemas and logins. */
function existingProblem(platform: PlatformSettings, deployed: Outputs): Problem | undefined {
    const was = text(deployed, "existingDatabase");
    const is = existingDatabaseOf({ platform })?.identifier;
    if (was === is || (was !== undefined && !hasTenants(deployed))) {
        return undefined;
    }
    const path = `platform.database.existing${was === undefined ? "" : ".identifier"}`;
    return was === undefined
        ? {
              path,
              given: is,
              wrong: "the stack created its database, which would be deleted",
              allowed: "platform.database without existing",
              fix: `write it again; ${ANOTHER_STACK}`,
          }
        : {
              path,
              given: is,
              wrong: `the stack's schemas and logins are in ${was}`,
              allowed: was,
              fix: `write ${was}; ${ANOTHER_STACK}`,
          };
}

function hasTenants({ tenants }: Outputs): boolean {
    return Array.isArray(tenants) && tenants.length > 0;
}

/** Another database: the schemas and logins would stay where they are. */
function anotherProblem(platformStack: string, deployed: Outputs, another: Outputs): Problem | undefined {
    const [was, is] = [text(deployed, "clusterResourceId"), text(another, "clusterResourceId")];
    const name = text(deployed, "platformStack");
    return !hasTenants(deployed) || was === is || is === undefined
        ? undefined
        : lasting(
              "platformStack",
              platformStack,
              name,
              (was) => `the stack's schemas and logins are in the database of ${was}`,
              () => "write it again, and grant access to the other platform by another stack",
          );
}

/** Before the first run, everything is free. */
function existingParts(platform: PlatformSettings, deployed: Outputs): Problem[] {
    return text(deployed, "clusterArn") === undefined
        ? []
        : existingPartProblems(platform, {
              vpcId: text(deployed, "existingVpcId"),
              clusterArn: text(deployed, "existingClusterArn"),
          });
}

/** AWS cannot change a VPC's range, and everything in the network would be replaced with it. */
function networkProblems(platform: PlatformSettings, deployed: Outputs): (Problem | undefined)[] {
    if (!("network" in platform)) {
        return [];
    }
    const ranges = isRecord(deployed["networkCidrs"]) ? deployed["networkCidrs"] : {};
    const given = {
        "platform.network.cidr": [
            "existing" in platform.network ? undefined : platform.network.cidr,
            text(ranges, "network"),
        ],
        "platform.replica.cidr": [platform.replica?.cidr, text(ranges, "replica")],
        "platform.databaseAccount.cidr": [platform.databaseAccount?.cidr, text(ranges, "databaseAccount")],
    } as const;
    const copy = targetsOf(deployed)[1];
    return [
        ...Object.entries(given).map(([path, [cidr, was]]) =>
            lasting(
                path,
                cidr,
                was,
                (was) => `the network has ${was}, which AWS cannot change`,
                (was) => `write ${was}; ${ANOTHER_STACK}`,
            ),
        ),
        lasting(
            "platform.replica.region",
            platform.replica?.region,
            copy === undefined ? undefined : regionOf(copy),
            (was) => `the copy is in ${was}`,
            () => "remove the copy in one run, and add the other one in the next",
        ),
    ];
}

/** Settings whose change replaces the database: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html */
function databaseProblems(platform: PlatformSettings, deployed: Outputs): (Problem | undefined)[] {
    const { kind, engine, databaseName } = platform.database;
    const exists = existingDatabaseOf({ platform }) !== undefined;
    if (exists && !hasTenants(deployed)) {
        return [];
    }
    const key = `platform.database${exists ? ".existing" : ""}`;
    const wrong = (was: string) =>
        `the database has ${was}${exists ? "" : ", and AWS would replace it to change that"}`;
    const fix = (was: string) => `write ${was}; ${ANOTHER_STACK}`;
    const arn = text(deployed, "clusterArn") ?? "";
    const role = databaseRoleOf({ platform });
    const [account, own] = [accountOf(arn), accountOf(text(deployed, "kubernetesArn") ?? "")];
    const deployedKind = parseArn(arn)?.resource.startsWith("cluster:") === true ? "aurora" : "instance";
    return [
        lasting(`${key}.kind`, kind, arn === "" ? undefined : deployedKind, wrong, fix),
        lasting(`${key}.engine`, engine, text(deployed, "engine"), wrong, fix),
        lasting(`${key}.name`, databaseName, text(deployed, "database"), wrong, fix),
        own === ""
            ? undefined
            : lasting(
                  exists ? `${key}.role` : "platform.databaseAccount.role",
                  role === undefined ? own : accountOf(role),
                  account,
                  (was) => `the database is in account ${was}`,
                  (was) =>
                      `${was === own ? `remove ${exists ? "role" : "databaseAccount"}` : `name a role in ${was}`}; ${ANOTHER_STACK}`,
              ),
    ];
}

/** Another database of a tenant. A schema does not move with its data: Postgres would get a new, empty one. */
function tenantProblems(settings: Pick<Settings, "platform" | "access">, deployed: Outputs): (Problem | undefined)[] {
    // In MySQL a tenant's schema is its database, which has the tenant's name.
    const tenants = engineOf(settings) === "mysql" ? [] : (settings.access?.tenants ?? []);
    const databases = databasesOf(deployed);
    const found = new Map(entriesOf(deployed).map((entry) => [entry["name"], entry]));
    return tenants.flatMap(({ name, database, model }, index) => [
        lasting(
            `access.tenants[${index}].database`,
            database ?? text(deployed, "database"),
            databases.get(name),
            (was) => `its schema is in ${was}, and would be dropped`,
            () => "write that one; for another one, add a tenant there and move the data",
        ),
        modelProblem(index, model, found.get(name)),
    ]);
}

/** A schema that the program made would be dropped, and one that exists would be left for a new and empty one. */
function modelProblem(
    index: number,
    model: TenantModel,
    deployed: Readonly<Record<string, unknown>> | undefined,
): Problem | undefined {
    if (deployed === undefined || (model === "existing") === Array.isArray(deployed["schemas"])) {
        return undefined;
    }
    const given = { path: `access.tenants[${index}].model`, given: model };
    const fix = "write it again; for the other one, add a tenant and move the data";
    return model === "existing"
        ? { ...given, wrong: "the stack made its schema, and would drop it", allowed: "split, owner", fix }
        : { ...given, wrong: "its schemas exist, and it would get a new and empty one", allowed: "existing", fix };
}

/** A namespace or service account that the stack created, and would delete, with the pods in it. */
function existingInKubernetes(access: Settings["access"], deployed: Outputs): Problem[] {
    const before = entriesOf(deployed).filter(({ namespace }) => namespace !== undefined);
    return (access?.tenants ?? []).flatMap((tenant, index): Problem[] => {
        if (!("namespace" in tenant)) {
            return [];
        }
        const { namespace, serviceAccount, existing = [] } = tenant;
        const there = before.filter((entry) => entry["namespace"] === namespace);
        const of = {
            namespace: there,
            serviceAccount: there.filter((one) => one["serviceAccount"] === serviceAccount),
        };
        const made = existing.filter((what) => of[what].some((entry) => !listed(entry["existing"]).includes(what)));
        return made.map((what) => ({
            path: `access.tenants[${index}].existing`,
            given: existing,
            wrong: `the stack created the ${what === "namespace" ? `namespace ${namespace}` : `service account ${namespace}/${serviceAccount}`}, and would delete it`,
            allowed: "what others created",
            fix: `remove ${what}`,
        }));
    });
}

function listed(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

/** Names of the databases that have the tenants' schemas, by the tenant's name. */
function databasesOf(deployed: Outputs): ReadonlyMap<unknown, string | undefined> {
    return new Map(entriesOf(deployed).map((entry) => [entry["name"], text(entry, "database")]));
}

/** The tenants in a stack's outputs. */
function entriesOf({ tenants }: Outputs): readonly Readonly<Record<string, unknown>>[] {
    const entries: readonly unknown[] = Array.isArray(tenants) ? tenants : [];
    return entries.filter(isRecord);
}

/** ARNs of the database or its proxy, and of its copy. */
function targetsOf({ connectTargets }: Outputs): readonly string[] {
    const targets: readonly unknown[] = Array.isArray(connectTargets) ? connectTargets : [];
    return targets.filter(isRecord).map(({ arn }) => String(arn));
}

function lasting(
    path: string,
    given: string | undefined,
    was: string | undefined,
    wrong: (was: string) => string,
    fix: (was: string) => string,
): Problem | undefined {
    return given === undefined || was === undefined || given === was
        ? undefined
        : { path, given, wrong: wrong(was), allowed: was, fix: fix(was) };
}

/** An output that is a text, and not empty. */
function text(outputs: Outputs, name: string): string | undefined {
    const value = outputs[name];
    return typeof value === "string" && value !== "" ? value : undefined;
}
