import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text } from "../resources/value";
import { isForeignEngine, isOtherEngine, replicationInput, replicationSources } from "../databases/servers";
import { digest, given } from "./partly";
import type { Partly } from "./partly";

const CLUSTER = "aws:rds/cluster:Cluster";
const INSTANCE = "aws:rds/instance:Instance";

/** Access that database arguments open beyond what the model reads. */
export const DATABASES: Readonly<Record<string, (resource: Resource, graph: Graph) => readonly Partly[]>> = {
    [CLUSTER]: (cluster, graph) => [
        // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html: with the database's secret, a caller needs no connection.
        ...(property(cluster, "enableHttpEndpoint") === true ? [{ why: "with the RDS Data API" }] : []),
        ...database(cluster, graph),
    ],
    [INSTANCE]: database,
    // AWS requires none unless it is asked to: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html
    "aws:rds/proxy:Proxy": (proxy) =>
        property(proxy, "requireTls") !== true ? [{ why: "that takes connections without TLS" }] : [],
};

function database(resource: Resource, graph: Graph): readonly Partly[] {
    // The model reads a copy of a database in the stack; the logins of any other source are unknown here.
    const known = replicationSources(graph, resource).some((one) => one.resource !== undefined);
    const found = [
        given(
            "that begins as a copy of another's data",
            ...["restoreToPointInTime", "snapshotIdentifier", "s3Import"].map((input) => resource.inputs[input]),
            known ? undefined : resource.inputs[replicationInput(resource)],
        ),
        given("with roles of IAM", resource.inputs["iamRoles"]),
        // Whoever the directory vouches for logs in as a role of that name, without IAM and without a password of Postgres':
        // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/database-authentication.html
        given(
            "whose users a directory may let in",
            ...["domain", "domainFqdn", "domainAuthSecretArn", "domainDnsIps"].map((input) => resource.inputs[input]),
        ),
        // Other passwords are secret in a preview, and the program does not reveal them.
        given(
            "with a master password that the program shows",
            text(resource.inputs["masterPassword"] ?? resource.inputs["password"]) === undefined
                ? undefined
                : digest(resource.inputs["masterPassword"] ?? resource.inputs["password"]),
        ),
        given(
            `of an engine ${isForeignEngine(resource) ? "that is" : "whose users are"} not read`,
            isOtherEngine(resource) ? property(resource, "engine") : undefined,
        ),
    ];
    return found.flatMap((one) => one ?? []);
}
