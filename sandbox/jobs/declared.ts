import type { Store } from "../cloud/store";
import { clustersOf, type Cluster } from "../identity/clusters";
import { UserError } from "../../toolkit/userError";
import { Field } from "../providers/kubernetes/validation/field";

/** A Job of a cluster in the stand-in cloud, which does not run it. */
export interface DeclaredJob {
    readonly cluster: Cluster;
    readonly namespace: string;
    readonly name: string;
    /** Metadata of the Job. */
    readonly labels: Readonly<Record<string, string>>;
    /** The template of its pods. */
    readonly pod: Field;
}

const JOB = "kubernetes:batch/v1:Job";

/** All Jobs of a cluster. */
export function jobsOf(store: Store, cluster: Cluster): DeclaredJob[] {
    return store
        .list(JOB, { region: cluster.region, account: cluster.account })
        .filter(({ id }) => id.startsWith(`${cluster.key}/`))
        .map(({ id, state }) => {
            const [namespace = "", name = ""] = id.slice(cluster.key.length + 1).split("/");
            const job = Field.root(state);
            const given = job.at("metadata", "labels");
            const labels = Object.fromEntries(given.keys().map((key) => [key, given.entry(key).text() ?? ""]));
            return { cluster, namespace, name, labels, pod: job.at("spec", "template", "spec") };
        });
}

/**
 * The Job `NAMESPACE/NAME`.
 *
 * @param wanted name of the EKS cluster, if there are several
 * @throws UserError that lists the existing Jobs
 */
export function findJob(store: Store, name: string, wanted?: string): DeclaredJob {
    const jobs = clustersOf(store)
        .filter((cluster) => wanted === undefined || cluster.name === wanted)
        .flatMap((cluster) => jobsOf(store, cluster));
    const [found, another] = jobs.filter((job) => `${job.namespace}/${job.name}` === name);
    if (another !== undefined) {
        throw new UserError(
            `several clusters have a job ${name}; choose one with --cluster: ${clustersOf(store)
                .map((each) => each.name)
                .join(", ")}`,
        );
    }
    if (found === undefined) {
        const known = jobs.map((job) => `${job.namespace}/${job.name}`).join(", ");
        throw new UserError(
            `the sandbox has no job ${JSON.stringify(name)}; it has ${known || "none: a stack with access.connectionTest creates them"}`,
        );
    }
    return found;
}
