import type { Cloud } from "../../../cloud/aws/cloud";
import { parseArn } from "../../../../toolkit/arn";
import type { Declaration, Live, Self, Unborn } from "../declaring/declaration";
import { conflict, exactlyOne, oneOf } from "../declaring/rules";
import { DB_CLUSTER, GLOBAL_CLUSTER } from "../../../cloud/aws/tokens";
import { flag, given, must, text } from "../../../cloud/aws/values";
import { actualVersion, majorOf, minorOf, runningVersion } from "./engines";
import { identifier } from "./names";
import { sentVersion } from "./version";

export const globalCluster: Declaration = {
    type: GLOBAL_CLUSTER,
    id: ({ inputs }) => must(inputs, "globalClusterIdentifier"),
    defaults: { forceDestroy: false },
    allowed: { globalClusterIdentifier: identifier, engine: oneOf("aurora", "aurora-mysql", "aurora-postgresql") },
    rules: [conflict("sourceDbClusterIdentifier", "engine"), exactlyOne("engine", "sourceDbClusterIdentifier")],
    conflicts: [
        ({ inputs, cloud }) => {
            const source = text(inputs, "sourceDbClusterIdentifier");
            return source === undefined || cloud.locate(DB_CLUSTER, source) !== undefined
                ? undefined
                : `DBClusterNotFoundFault: DBCluster ${source} not found.`;
        },
        ({ id, inputs, cloud }) => {
            const source = cloud.locate(DB_CLUSTER, must(inputs, "sourceDbClusterIdentifier"));
            return id === undefined && flag(source?.state ?? {}, "manageMasterUserPassword")
                ? managedMaster
                : undefined;
        },
    ],
    replace: ["databaseName", "engine", "globalClusterIdentifier", "sourceDbClusterIdentifier", "storageEncrypted"],
    serverDefaults: ({ inputs, cloud }) => {
        const source = cloud.locate(DB_CLUSTER, must(inputs, "sourceDbClusterIdentifier"))?.state ?? {};
        const engine = text(inputs, "engine") ?? must(source, "engine");
        return {
            engine,
            engineVersion: runningVersion(engine, text(source, "engineVersionActual")),
            engineLifecycleSupport: "open-source-rds-extended-support",
            storageEncrypted: source["storageEncrypted"] ?? false,
        };
    },
    outputs: ({ id, inputs, cloud, keep }) => ({
        arn: cloud.arn("rds", `global-cluster:${id}`, { region: "" }),
        endpoint: `${id}.global-${must(inputs, "engine").length}${cloud.account.slice(-6)}.global.rds.${cloud.partition.dnsSuffix}`,
        engineVersionActual: runningVersion(must(inputs, "engine"), text(inputs, "engineVersion")),
        globalClusterResourceId: keep("globalClusterResourceId", () => `cluster-${id}`),
        globalClusterMembers: membersOf(id, cloud).map(({ state }, i) => ({
            dbClusterArn: must(state, "arn"),
            isWriter: i === 0,
        })),
    }),
    effects: {
        made: ({ id, inputs, cloud }) => joinSource(id, inputs, cloud),
        gone: ({ inputs, cloud }) => joinSource(undefined, inputs, cloud),
    },
    deletionProtection: ({ id, inputs, cloud }) => {
        if (inputs["deletionProtection"] === true) {
            return "InvalidParameterCombination: Cannot delete protected Global Cluster, please disable deletion protection and try again.";
        }
        return membersOf(id, cloud).length > 0 && inputs["forceDestroy"] !== true
            ? `InvalidGlobalClusterStateFault: Global Cluster ${cloud.arn("rds", `global-cluster:${id}`, { region: "" })} is not empty`
            : undefined;
    },
    missing: (id) => `GlobalClusterNotFoundFault: Global cluster ${id} not found.`,
    exists: ({ inputs }) =>
        `GlobalClusterAlreadyExistsFault: The requested global cluster '${must(inputs, "globalClusterIdentifier")}' already exists.`,
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations */
const managedMaster =
    "InvalidParameterCombination: Managing the master user password with Secrets Manager isn't supported for DB clusters that are part of an Aurora global database";

/** A global database's source cluster becomes its first member, although its own arguments do not change. */
function joinSource(id: string | undefined, inputs: Self["inputs"], cloud: Cloud): void {
    const source = cloud.locate(DB_CLUSTER, text(inputs, "sourceDbClusterIdentifier") ?? "");
    if (source !== undefined) {
        cloud.store.put({ ...source, state: { ...source.state, globalClusterIdentifier: id ?? "" } });
    }
}

/** The clusters of a global database, in all regions. */
function membersOf(id: string, cloud: Cloud) {
    return cloud.store
        .list(DB_CLUSTER, { account: cloud.account })
        .filter(({ state }) => state["globalClusterIdentifier"] === id);
}

/** A cluster joins a global database of its own engine. */
export function globalMembership({ id, inputs, cloud, known }: Parameters<Live>[0]): string | undefined {
    if (id === undefined && given(inputs, "globalClusterIdentifier") && flag(inputs, "manageMasterUserPassword")) {
        return managedMaster;
    }
    // A source that has joined a global database does not know of it in its arguments.
    const joined =
        text(inputs, "globalClusterIdentifier") ?? text(cloud.state(DB_CLUSTER, id), "globalClusterIdentifier");
    const whole = cloud.state(GLOBAL_CLUSTER, joined);
    const [own, wanted] = [text(inputs, "engine"), text(whole, "engine")];
    if (wanted !== undefined && own !== wanted) {
        return `InvalidParameterCombination: The engine ${own} doesn't match the engine ${wanted} of the global cluster`;
    }
    const members = joined === undefined ? [] : membersOf(joined, cloud);
    const version = sentVersion({ inputs, known }, true);
    const after = version === undefined ? undefined : actualVersion(own ?? "", version);
    if (own === undefined || after === undefined || members.length === 0) {
        return undefined;
    }
    if (id === undefined) {
        return members.every(({ state }) => state["engineVersionActual"] === after) ? undefined : otherVersion(whole);
    }
    const before = text(cloud.state(DB_CLUSTER, id), "engineVersionActual") ?? after;
    if (majorOf(own, before) !== majorOf(own, after)) {
        return majorInMember;
    }
    const isPrimary = cloud.locate(DB_CLUSTER, text(whole, "sourceDbClusterIdentifier") ?? "")?.id === id;
    const behind = members.some(
        (member) => member.id !== id && minorOf(own, must(member.state, "engineVersionActual")) < minorOf(own, after),
    );
    return isPrimary && behind && before !== after
        ? `InvalidParameterValue: Cannot upgrade DB cluster '${id}' to engine version ${after} as global replica(s) are running lower version. Please upgrade global replicas first before upgrading the primary member.`
        : undefined;
}

/** In the words of https://github.com/aws/aws-cli/issues/8139. */
function otherVersion(whole: Self["inputs"]): string {
    return `InvalidParameterValue: Value for engineVersion should match setting for global cluster ${text(whole, "globalClusterIdentifier")}`;
}

/** In the words of https://github.com/hashicorp/terraform-provider-aws/issues/28761; those about replicas are #30358's. */
const majorInMember =
    "InvalidParameterCombination: Major Version Upgrade isn't supported in a single member of a global cluster. Use ModifyGlobalCluster to upgrade all the members.";

/** The source of a replica. Aurora PostgreSQL copies to another region only within a global database. */
export function replicationSource({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const arn = text(inputs, "replicationSourceIdentifier");
    if (arn === undefined) {
        return undefined;
    }
    const source = cloud.locate(DB_CLUSTER, arn);
    if (source === undefined) {
        return `DBClusterNotFoundFault: The source cluster could not be found or cannot be accessed: ${arn}`;
    }
    if (source.state["engine"] === "aurora-postgresql") {
        return `InvalidParameterValue: An Aurora PostgreSQL cluster can't replicate from the cluster ${arn}; use an Aurora global database`;
    }
    return parseArn(arn)?.region !== cloud.region &&
        source.state["storageEncrypted"] === true &&
        !given(inputs, "kmsKeyId")
        ? "InvalidParameterCombination: KmsKeyId must be specified for a cross-region read replica of an encrypted cluster"
        : undefined;
}

/** A copy has its source's master and database. */
export function masterOf({ inputs, cloud }: Unborn): Self["inputs"] {
    const source =
        cloud.locate(DB_CLUSTER, must(inputs, "replicationSourceIdentifier")) ??
        membersOf(must(inputs, "globalClusterIdentifier"), cloud)[0];
    const { masterUsername = "", databaseName = "" } = source?.state ?? {};
    return { masterUsername, databaseName };
}
