import type { State } from "../../chain/link";
import type { Graph } from "../../resources/graph";
import { property } from "../../resources/resource";
import { at } from "../../resources/value";
import type { Cluster, Clusters } from "../clusters";
import { Grants } from "./grants";
import type { Grant, Member, Subject } from "./grants";
import { everything } from "./roles";

/** An identity that can act as a namespace's service accounts without being one. */
export interface Intrusion {
    readonly subject: Subject;
    readonly state: State;
    /** Follows the identity: `may make pods in namespace shop …`. */
    readonly may: string;
    readonly resources: readonly string[];
    /** Does so in every namespace, because it administers the cluster. */
    readonly administers: boolean;
}

const MASTERS = "system:masters";
/** Access to it allows changing aws-auth and acting as the cluster's own controllers. */
const SYSTEM = "kube-system";

/** Finds identities that can act as the service accounts of a namespace through the Kubernetes API. */
export class Intruders {
    private readonly members: readonly Member[];
    /** By cluster and namespace; cluster-wide ones under an empty name. */
    private readonly grants = new Map<string, Grant[]>();

    constructor(graph: Graph, clusters: Clusters) {
        const { grants, members } = new Grants(graph, clusters);
        const masters = members.filter(({ groups }) => groups.includes(MASTERS));
        this.members = members;
        const all = [
            ...masters.map(({ cluster, subject, resource }): Grant => ({
                cluster,
                subject,
                powers: everything,
                by: `as a member of ${MASTERS}`,
                resources: [resource],
            })),
            ...grants.filter(({ powers }) => powers.length > 0).flatMap((grant) => this.expand(grant)),
        ];
        for (const grant of all) {
            for (const namespace of grant.namespaces?.includes(SYSTEM) === true ? [""] : (grant.namespaces ?? [""])) {
                const key = `${grant.cluster.key}/${namespace}`;
                this.grants.set(key, [...(this.grants.get(key) ?? []), grant]);
            }
        }
    }

    into(cluster: Cluster, namespace: string): readonly Intrusion[] {
        return ["", namespace]
            .flatMap((place) => this.grants.get(`${cluster.key}/${place}`) ?? [])
            .flatMap((grant) => intrusion(grant, namespace) ?? []);
    }

    /** A grant to a user or group as one to each known principal that the cluster maps to it. */
    private expand(grant: Grant): readonly Grant[] {
        const { subject, cluster } = grant;
        if (subject.kind !== "user" && subject.kind !== "group") {
            return [grant];
        }
        const [account, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject.name) ?? [];
        if (subject.kind === "user" && account !== undefined && namespace !== undefined && name !== undefined) {
            return [{ ...grant, subject: { kind: "account", namespace, name } }];
        }
        const meant = this.members.filter((member) => {
            // An IAM principal without a mapped user name has its ARN as its name.
            const isUser = subject.kind === "user" && (member.user ?? member.subject.arn) === subject.name;
            return (
                member.cluster === cluster &&
                (isUser || (subject.kind === "group" && member.groups.includes(subject.name)))
            );
        });
        return meant.length === 0
            ? [grant]
            : meant.map((member) => ({
                  ...grant,
                  subject: member.subject,
                  resources: [member.resource, ...grant.resources],
              }));
    }
}

function intrusion(
    { cluster, subject, namespaces, powers, by, resources }: Grant,
    namespace: string,
): Intrusion | undefined {
    const mode =
        cluster.resource === undefined
            ? undefined
            : at(property(cluster.resource, "accessConfig"), "authenticationMode");
    const maps = (namespaces === undefined || namespaces.includes(SYSTEM)) && mode !== "API";
    const usable = powers.filter(
        ({ clusterOnly, mapsUsers }) => (namespaces === undefined || !clusterOnly) && (maps || mapsUsers !== true),
    );
    const power = usable.find(({ expected }) => !expected) ?? usable[0];
    const administers = namespaces === undefined || namespaces.includes(SYSTEM);
    if (power === undefined) {
        return undefined;
    }
    const where = namespaces === undefined ? "everywhere" : `in namespace ${administers ? SYSTEM : namespace}`;
    return {
        subject,
        state: power.expected ? "expected" : "holds",
        may: `may ${power.does} ${where} ${by}`,
        resources: resources.map(({ urn }) => urn),
        administers,
    };
}
