import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";

import { type JsonProps, Store } from "../../sandbox/cloud/store";
import { projectDir } from "../../toolkit/paths";
import { parseArn } from "../../toolkit/arn";
import { EKS_CLUSTER, INGRESS_RULE, SECURITY_GROUP } from "../../sandbox/cloud/aws/tokens";
import { Cloud } from "../../sandbox/cloud/aws/cloud";
import { backendDir } from "../../sandbox/run";

/** The states that an earlier version of the program left: test/upgrade/README.md. */
export const recordedDir = join(projectDir, "test", "upgrade");

/** A resource of a recorded state. */
export interface RecordedResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: JsonProps;
    readonly outputs?: JsonProps;
    /** URN and id of the provider. */
    readonly provider?: string;
}

/** The resources of a recorded state. */
export function readRecordedState(stack: string): readonly RecordedResource[] {
    return JSON.parse(gunzipSync(readFileSync(join(recordedDir, `${stack}.json.gz`))).toString()) as RecordedResource[];
}

/** Copies a recorded state to the engine's backend, and its AWS resources to the stand-in cloud. */
export function putRecordedState(stack: string): readonly RecordedResource[] {
    const resources = readRecordedState(stack);
    const file = join(backendDir(), ".pulumi", "stacks", "keyless", `${stack}.json`);
    mkdirSync(dirname(file), { recursive: true });
    const latest = { manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" }, resources };
    writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { stack: `organization/keyless/${stack}`, latest } }));
    const providers = new Map(resources.map((one) => [`${one.urn}::${one.id ?? ""}`, one.inputs ?? {}]));
    const store = new Store();
    for (const { type, id, inputs = {}, outputs = {}, provider = "" } of resources) {
        if (id !== undefined && type.startsWith("aws:")) {
            const cloud = cloudOf(providers.get(provider) ?? {}, store);
            store.put({ type, id, ...cloud.home(type), inputs, state: outputs });
        }
    }
    admitToApi(resources, store);
    return resources;
}

/**
 * The group that EKS made with the cluster, and the rule without which no client outside the cluster reached its API: the
 * earlier version made none, so its owner had to.
 */
function admitToApi(resources: readonly RecordedResource[], store: Store): void {
    const cluster = resources.find(({ type }) => type === EKS_CLUSTER);
    const { clusterSecurityGroupId: securityGroupId, vpcId = "" } = (cluster?.outputs?.["vpcConfig"] ?? {}) as Record<
        string,
        string
    >;
    if (securityGroupId === undefined) {
        return;
    }
    const cloud = new Cloud(store, "eu-central-1");
    const put = (type: string, id: string, state: JsonProps) =>
        store.put({ type, id, ...cloud.home(type), inputs: state, state });
    put(SECURITY_GROUP, securityGroupId, { vpcId });
    put(INGRESS_RULE, "sgr-0by0hand", {
        securityGroupId,
        cidrIpv4: "10.20.0.0/16",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
    });
}

function cloudOf({ region, assumeRoles }: JsonProps, store: Store): Cloud {
    const role = typeof assumeRoles === "string" ? /arn:[^"]+/.exec(assumeRoles)?.[0] : undefined;
    return new Cloud(store, typeof region === "string" ? region : "", parseArn(role ?? "")?.account);
}
