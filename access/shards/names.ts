import { resourceIdOf } from "../databases/servers";
import { Clusters } from "../kubernetes/clusters";
import type { AccessModel } from "../matrix/model";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { isValues, text } from "../resources/value";
import type { Value } from "../resources/value";

/** Something that exists once in a place, and that the resources of a stack create. */
export interface Claim {
    readonly what: "database user" | "schema" | "database" | "namespace" | "service account" | "IAM role";
    /** As other resources name it. */
    readonly name: string;
    /** The server or the cluster; empty for an IAM role, whose ARN is unique. */
    readonly place: string;
}

/** What the resources of one stack create that another stack could create or name too. */
export function claimsOf({ graph, servers }: AccessModel, isOwn: (urn: string) => boolean): readonly Claim[] {
    const inServers = servers.flatMap(({ server, rights: { world } }) => {
        const place = resourceIdOf(server) ?? server.resource?.urn ?? server.key;
        const roles = [...world.roles.values()]
            .filter(({ source }) => isOwn(source))
            .map(({ name }): Claim => ({ what: "database user", name, place }));
        const objects = world.objects.flatMap(({ kind, database, name, source }): Claim[] => {
            const home = kind === "schema" ? `${place}/${database}` : place;
            return (kind === "schema" || kind === "database") && isOwn(source)
                ? [{ what: kind, name, place: home }]
                : [];
        });
        return [...roles, ...objects];
    });
    const clusters = new Clusters(graph);
    const accounts = clusters.serviceAccounts().flatMap(({ cluster, namespace, name, resources }): Claim[] => {
        const place = cluster.arn ?? cluster.key;
        return resources.some(({ urn }) => isOwn(urn))
            ? [{ what: "service account", name: `${namespace}/${name}`, place }]
            : [];
    });
    const namespaces = graph.ofType(NAMESPACE).flatMap((resource): Claim[] => {
        const name = text(property(resource, "metadata", "name"));
        const cluster = clusters.clusterOf(resource);
        return name !== undefined && isOwn(resource.urn)
            ? [{ what: "namespace", name, place: cluster.arn ?? cluster.key }]
            : [];
    });
    const roles = graph.ofType(IAM_ROLE).flatMap((resource): Claim[] => {
        const arn = text(property(resource, "arn"));
        return arn !== undefined && isOwn(resource.urn) ? [{ what: "IAM role", name: arn, place: "" }] : [];
    });
    return [...inServers, ...accounts, ...namespaces, ...roles];
}

const NAMESPACE = "kubernetes:core/v1:Namespace";
const IAM_ROLE = "aws:iam/role:Role";

/** Where a name means something: two namespaces and two roles of one name have nothing to do with each other. */
type Domain = "database" | "cluster" | "iam";

export function nameIn(domain: Domain, name: string): string {
    return `${domain} ${name}`;
}

/** What policies, trusts and annotations mention. A wildcard among users needs no names: the model says that it reaches more than it names. */
const MENTIONS: readonly (readonly [Domain, RegExp])[] = [
    ["database", /:dbuser:[^/"\\]*\/([^"\\\s*?]+)"/g],
    ["iam", /(arn:[^:"\\\s]*:iam::[^:"\\\s]*:role\/[^"\\\s]+)/g],
    ["cluster", /system:serviceaccounts?:([^:"\\\s]+)/g],
    ["cluster", /kubernetes-namespace\\?"\s*:\s*\[?\s*\\?"([^"\\]+)/g],
];
/** A principal that may assume any role. */
const ANY_ROLE = /"(?:sts:(?:AssumeRole|\*)|\*)"[^{}]*"Resource"\s*:\s*\[?\s*"\*"/;

/** Inputs that name no other resource. */
const OWN = new Set(["__defaults", "comment", "description", "labels", "name", "namePrefix", "password", "tags"]);

/** The domain of an input's texts: each input of a postgresql resource may name a role or a schema, and each of IAM's a role. */
function domainOf(type: string, key: string): Domain | undefined {
    if (OWN.has(key)) {
        return undefined;
    }
    if (type.startsWith("postgresql:")) {
        return "database";
    }
    return key === "namespace"
        ? "cluster"
        : /^aws:(iam|eks)\//.test(type) || /^role(Arn|Name)?$/.test(key)
          ? "iam"
          : undefined;
}

/** The names by which a resource may refer to what another stack creates, each with its domain. May contain `*` and `?`. */
export function namesIn({ type, inputs }: Resource): ReadonlySet<string> {
    const found = new Set<string>();
    const add = (domain: Domain, name: string): void => {
        // Longer texts and those with spaces are documents and sentences, of which the mentions count.
        if (name !== "" && name.length <= 256 && !/[\s{]/.test(name)) {
            found.add(nameIn(domain, name));
        }
    };
    const visit = (value: Value, key: string): void => {
        if (typeof value === "string") {
            const domain = domainOf(type, key);
            if (domain !== undefined) {
                add(domain, value);
            }
            for (const [mentioned, form] of MENTIONS) {
                [...value.matchAll(form)].forEach(([, name = ""]) => add(mentioned, name));
            }
            if (ANY_ROLE.test(value)) {
                add("iam", "arn:*:role/*");
            }
        } else if (Array.isArray(value)) {
            value.forEach((one) => visit(one, key));
        } else if (isValues(value)) {
            Object.entries(value).forEach(([name, one]) => visit(one, OWN.has(key) ? key : name));
        }
    };
    visit(inputs, "");
    return found;
}
