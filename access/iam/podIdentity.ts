import { isAllowed, podIdentityActions, podIdentityRequests, podIdentityTags, trust } from "../../policy/iam";
import type { PodIdentitySubject } from "../../policy/iam";
import { mentioned } from "../kubernetes/clusters";
import type { Clusters, ServiceAccount } from "../kubernetes/clusters";
import { link } from "../chain/link";
import type { Link } from "../chain/link";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import { permits } from "./boundary";
import { whom } from "./irsa";
import type { PodGrant } from "./irsa";
import type { Principal, Principals } from "./principals";
import { parseArn } from "../../toolkit/arn";

const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** The service accounts that EKS Pod Identity gives a role, whether or not its trust admits them. */
export function associated(graph: Graph, clusters: Clusters, principals: Principals): readonly PodGrant[] {
    return graph.ofType(ASSOCIATION).flatMap((association): PodGrant[] => {
        const [cluster] = clusters.named(association);
        const [namespace, name] = [
            mentioned(graph, association, "namespace"),
            mentioned(graph, association, "serviceAccount"),
        ];
        const roles = (input: string): readonly Principal[] => principals.rolesAt(association, [input]);
        if (cluster === undefined || namespace === undefined || name === undefined) {
            return [];
        }
        const account = clusters.account(cluster, namespace, name);
        const tags = property(association, "disableSessionTags") !== true;
        return roles("roleArn").flatMap((role): PodGrant[] => {
            const given = link(
                "credential",
                "holds",
                `${label(association)} gives ${namespace}/${name} ${label(role.resource)}`,
                association.urn,
            );
            const first = [given, podIdentity(account, role, tags)];
            const targets = roles("targetRoleArn").map((target) => ({
                account,
                role: target,
                links: [...first, chained(account, role, target, tags)],
            }));
            return [{ account, role, links: first }, ...targets];
        });
    });
}

/** Whether a role's trust admits EKS Pod Identity for a service account. */
function podIdentity(account: ServiceAccount, role: Principal, tags: boolean): Link {
    const { cluster, namespace, name } = account;
    const resources = [role.resource.urn, cluster.resource?.urn];
    const who = `EKS Pod Identity for ${namespace}/${name} of cluster ${cluster.key}`;
    if (role.trust === undefined || cluster.arn === undefined) {
        const open = role.trust !== undefined && trust(role.trust).verdict === "none";
        const text = `the trust of ${label(role.resource)} ${open ? "does not admit" : "is expected to admit"} ${who}`;
        return link("credential", open ? "missing" : "expected", text, ...resources);
    }
    const document = role.trust;
    const requests = podIdentityRequests(subjectOf(account, cluster.arn, tags));
    const refused = requests.filter((request) => !isAllowed([document], request)).map(({ action }) => action);
    if (refused.length === 0) {
        return link("credential", "holds", `the trust of ${label(role.resource)} admits ${who}`, ...resources);
    }
    const why = refused.length < requests.length ? `it lacks ${refused[0] ?? ""}` : whom(document);
    return link(
        "credential",
        "missing",
        `the trust of ${label(role.resource)} does not admit ${who}: ${why}`,
        ...resources,
    );
}

function subjectOf(
    { cluster, namespace, name }: ServiceAccount,
    clusterArn: string,
    tags: boolean,
): PodIdentitySubject {
    return { clusterArn, clusterName: cluster.name ?? "", namespace, serviceAccount: name, tags };
}

/** Whether Pod Identity's role may assume a target role, which may be in another account. */
function chained(account: ServiceAccount, role: Principal, target: Principal, tags: boolean): Link {
    const { cluster, namespace, name } = account;
    const text = (verb: string): string => `${label(role.resource)} ${verb} assume ${label(target.resource)}`;
    const resources = [role.resource.urn, target.resource.urn];
    if (target.trust === undefined || role.arn === undefined || target.arn === undefined || cluster.arn === undefined) {
        return link("credential", "expected", text("is expected to"), ...resources);
    }
    const { region, account: owner } = parseArn(cluster.arn) ?? {};
    const subject = subjectOf(account, cluster.arn, tags);
    const actions = podIdentityActions(subject);
    // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
    const context = {
        ...podIdentityTags(subject, "aws:RequestTag"),
        ...podIdentityTags(subject, "aws:PrincipalTag"),
        "sts:ExternalId": [region, owner, cluster.name, namespace, name].join("/"),
        "aws:PrincipalArn": role.arn,
    };
    const principal = { type: "AWS" as const, value: role.arn };
    const { trust: document } = target;
    const trusts = actions.every((action) => isAllowed([document], { action, principal, context }));
    const resource = target.arn;
    const lacking = actions.filter((action) => !permits(role, { action, resource, context }));
    const may = trusts && lacking.length === 0;
    const why = trusts
        ? `its policies${role.boundary === undefined ? "" : ", within its permissions boundary,"} lack ${lacking.join(" and ")}`
        : `the trust does not admit it: ${whom(target.trust)}`;
    return link(
        "credential",
        may ? "holds" : "missing",
        may ? text("may") : `${text("may not")}: ${why}`,
        ...resources,
    );
}
