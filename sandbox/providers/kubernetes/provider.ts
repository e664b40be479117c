import { certificateAuthorityOf, serverOf } from "./clusterServer";
import { kinds } from "./kinds";
import { readKubeconfig } from "./kubeconfig";
import { PatchResource } from "./patch";
import { ApiResource } from "./resource";
import { EKS_CLUSTER } from "../../cloud/aws/tokens";
import { isUnknown } from "../../cloud/props";
import type { Connection } from "./resource";
import { unreachable, type Position } from "./reach";
import type { Store } from "../../cloud/store";
import type { Props } from "../../cloud/props";
import type { Failure, Kind, StandIn } from "../protocol/types";

/** Configuration that makes the real provider do something other than call a cluster's API, or call it differently. */
const unsupported = ["renderYamlToDirectory", "alwaysRender", "enablePatchForce", "upsertExistingObjects"];

/** The stand-in for the kubernetes provider: it only reaches the API servers of the stand-in cloud's EKS clusters. */
export class KubernetesStandIn implements StandIn {
    readonly name = "kubernetes";
    readonly jsonConfig = [
        "alwaysRender",
        "deleteUnreachable",
        "enableConfigMapMutable",
        "enablePatchForce",
        "enableSecretMutable",
        "enableServerSideApply",
        "upsertExistingObjects",
    ];
    readonly replaceOnConfig = ["kubeconfig", "context", "cluster"];
    readonly identityConfig = "clusterIdentifier";
    private connection: Connection | undefined;

    constructor(
        readonly version: string,
        private readonly store: Store,
        private readonly position?: Position,
    ) {}

    async checkConfig(config: Props): Promise<readonly Failure[]> {
        return unsupported
            .filter((key) => config[key] !== undefined && config[key] !== false)
            .map((property) => ({
                property,
                reason: `the sandbox's stand-in for kubernetes does not support ${property}; omit it`,
            }));
    }

    async configure(config: Props): Promise<void> {
        const namespace = config["namespace"];
        const mutable = (["ConfigMap", "Secret"] as const).filter((kind) => config[`enable${kind}Mutable`] === true);
        this.connection = {
            server: await this.connect(config),
            namespace: typeof namespace === "string" && namespace !== "" ? namespace : "default",
            mutableData: new Set(mutable),
            deleteUnreachable:
                config["deleteUnreachable"] === true || process.env["PULUMI_K8S_DELETE_UNREACHABLE"] === "true",
        };
    }

    kind(type: string): Kind | undefined {
        const kind = kinds.get(type);
        const patched = kinds.get(type.replace(/Patch$/, ""));
        return kind !== undefined
            ? new ApiResource(kind, () => this.connected())
            : patched && new PatchResource(patched, () => this.connected());
    }

    private connected(): Connection {
        if (this.connection === undefined) {
            throw new Error("the provider is not configured");
        }
        return this.connection;
    }

    private async connect(config: Props): Promise<Connection["server"]> {
        if (isUnknown(config["kubeconfig"])) {
            return { unreachable: "the kubeconfig is not known yet" };
        }
        let target;
        try {
            target = await readKubeconfig(config["kubeconfig"], config["context"]);
        } catch (error) {
            return { unreachable: error instanceof Error ? error.message : String(error) };
        }
        const clusters = this.store.list(EKS_CLUSTER);
        const cluster = clusters.find((each) => each.state["endpoint"] === target.server);
        const { host } = new URL(target.server);
        const get = `unable to load schema information from the API server: Get "${target.server}/openapi/v2?timeout=32s"`;
        if (cluster === undefined) {
            return { unreachable: `${get}: dial tcp: lookup ${host}: no such host` };
        }
        const certificateAuthority = certificateAuthorityOf(cluster);
        if (target.certificateAuthority !== undefined && target.certificateAuthority !== certificateAuthority) {
            return {
                unreachable: `${get}: tls: failed to verify certificate: x509: certificate signed by unknown authority`,
            };
        }
        const lost = unreachable(cluster, this.store, { position: this.position, proxyUrl: target.proxyUrl });
        if (lost !== undefined) {
            return { unreachable: `${get}: ${lost}` };
        }
        return serverOf(cluster, this.store);
    }
}
