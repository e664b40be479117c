import { POD_IDENTITY_ASSOCIATION } from "../../../cloud/aws/tokens";
import type { Store } from "../../../cloud/store";
import type { Field } from "../validation/field";

/** A cluster, by the prefix of its objects' ids and its place. */
interface Cluster {
    readonly key: string;
    readonly region: string;
    readonly account: string;
}

/** What the webhook has of an association: not a type of the provider's. */
const KNOWN_TO_WEBHOOK = "aws:eks:effectivePodIdentityAssociation";
const AUDIENCE = "pods.eks.amazonaws.com";

/**
 * EKS' webhook gives credentials to the pods of an associated service account when they are created, and "associations are
 * eventually consistent, and may take several seconds to be effective": here, with the second workload of the service account.
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
 * https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/pkg/handler/handler.go (buildPodPatchConfig)
 */
export class PodIdentityWebhook {
    constructor(
        private readonly store: Store,
        private readonly cluster: Cluster,
    ) {}

    /** Why the pods never get credentials, if they are created now: a container that restarts stays in its pod. */
    problem(namespace: string, spec: Field): string | undefined {
        const association = this.unknownYet(namespace, spec);
        const restarts = (spec.at("restartPolicy").text() ?? "Always") === "Always";
        return association === undefined || !restarts || declaresCredentials(spec)
            ? undefined
            : `they are created before the association ${association} takes effect, and restart without credentials`;
    }

    /** Pods of this service account were created: the association is in effect for the next ones. */
    created(namespace: string, spec: Field): void {
        const id = this.unknownYet(namespace, spec);
        if (id !== undefined) {
            const { region, account } = this.cluster;
            this.store.put({ type: KNOWN_TO_WEBHOOK, id, region, account, inputs: {}, state: {} });
        }
    }

    private unknownYet(namespace: string, spec: Field): string | undefined {
        const { key } = this.cluster;
        const clusterName = key.slice(0, key.lastIndexOf(":"));
        const wanted = { clusterName, namespace, serviceAccount: spec.at("serviceAccountName").text() ?? "default" };
        const association = this.store
            .list(POD_IDENTITY_ASSOCIATION, this.cluster)
            .find(({ state }) => Object.entries(wanted).every(([name, value]) => state[name] === value));
        return association !== undefined && this.store.get(KNOWN_TO_WEBHOOK, association.id, this.cluster) === undefined
            ? association.id
            : undefined;
    }
}

/** Whether a container has what the webhook would add, which then leaves it alone: the agent's address and a token for it. */
function declaresCredentials(spec: Field): boolean {
    const tokens = new Map(
        spec
            .at("volumes")
            .items()
            .flatMap((volume) =>
                volume
                    .at("projected", "sources")
                    .items()
                    .map((source) => source.at("serviceAccountToken"))
                    .filter((token) => token.at("audience").text() === AUDIENCE)
                    .map((token) => [volume.at("name").text(), token.at("path").text()] as const),
            ),
    );
    return spec
        .at("containers")
        .items()
        .some((container) => {
            const value = (name: string) =>
                container
                    .at("env")
                    .items()
                    .find((variable) => variable.at("name").text() === name)
                    ?.at("value")
                    .text();
            const file = value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
            const mounted = container
                .at("volumeMounts")
                .items()
                .some((mount) => `${mount.at("mountPath").text()}/${tokens.get(mount.at("name").text())}` === file);
            return value("AWS_CONTAINER_CREDENTIALS_FULL_URI") === "http://169.254.170.23/v1/credentials" && mounted;
        });
}
