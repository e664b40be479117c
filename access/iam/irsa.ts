import { isAllowed, issuerOf, trust } from "../../policy/iam";
import type { Document } from "../../policy/iam";
import type { Cluster, Clusters, ServiceAccount } from "../kubernetes/clusters";
import { elsewhere, link } from "../chain/link";
import type { Link } from "../chain/link";
import { EKS } from "../network/groups";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import { at, text, texts, Unknown } from "../resources/value";
import type { Principal, Principals } from "./principals";
import { ROLE } from "./principals";
import { accountOf } from "../../toolkit/arn";

/** How a pod obtains a role. */
export interface PodGrant {
    readonly account: ServiceAccount;
    readonly role: Principal;
    readonly links: readonly Link[];
}

const ANNOTATION = "eks.amazonaws.com/role-arn";
export const OIDC = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
export const AUDIENCE = "sts.amazonaws.com";

/** The service accounts that request a role by annotation (IRSA), whether or not its trust admits them. */
export function annotated(graph: Graph, clusters: Clusters, principals: Principals): readonly PodGrant[] {
    const said = clusters
        .serviceAccounts()
        .flatMap((account) => account.resources.map((resource) => ({ account, resource })));
    // Where a patch names another role, either may be what is applied last.
    return said.flatMap(({ account, resource }): PodGrant[] => {
        const asked = at(property(resource, "metadata"), "annotations", ANNOTATION);
        if (asked === undefined) {
            return [];
        }
        const suppliers = asked instanceof Unknown ? graph.suppliersOf(resource, "metadata", [ROLE]) : [];
        const roles =
            typeof asked === "string" ? [principals.requested(asked)] : suppliers.map((one) => principals.of(one));
        const known = roles.flatMap((role) => role ?? []);
        return known.map((role) => {
            const state = asked instanceof Unknown ? "expected" : "holds";
            const text = `service account ${account.namespace}/${account.name} is annotated with ${label(role.resource)}`;
            return {
                account,
                role,
                links: [link("credential", state, text, resource.urn), webIdentity(graph, account, role)],
            };
        });
    });
}

/** Whether a role's trust admits a service account's token (IAM roles for service accounts). */
export function webIdentity(graph: Graph, account: ServiceAccount, role: Principal): Link {
    const subject = `system:serviceaccount:${account.namespace}:${account.name}`;
    const { cluster } = account;
    const resources = [role.resource.urn, cluster.resource?.urn, ...cluster.oidc.map((one) => one.urn)];
    if (role.trust === undefined) {
        const suppliers = graph.suppliersOf(role.resource, "assumeRolePolicy", [OIDC, EKS]);
        const fits = suppliers.some((one) => cluster.oidc.includes(one) || one === cluster.resource);
        const others = suppliers.length > 0 && !fits;
        if (role.kind === "elsewhere") {
            const text = `${label(role.resource)}, which is defined elsewhere, is expected to trust ${subject} of cluster ${cluster.key}`;
            return elsewhere("credential", text, ...resources);
        }
        const text = others
            ? `the trust of ${label(role.resource)} will name ${suppliers.map(label).join(" and ")}, not cluster ${cluster.key}`
            : `the trust of ${label(role.resource)} is expected to admit ${subject}, once the issuer of cluster ${cluster.key} is known`;
        return link("credential", others ? "missing" : "expected", text, ...resources);
    }
    const document = role.trust;
    const issuers = tokenIssuers(graph, cluster, document).filter(({ arn }) => sameAccount(arn, role.arn));
    const admitting = issuers.filter(({ arn, issuer }) => admitsToken(document, arn, issuer, subject));
    if (admitting.length > 0) {
        const text = `the trust of ${label(role.resource)} admits ${subject} of cluster ${cluster.key}`;
        return admitting.some(({ declared }) => declared)
            ? link("credential", "holds", text, ...resources)
            : elsewhere("credential", `${text}, if IAM knows its OIDC provider`, ...resources);
    }
    const why = issuers.length === 0 && cluster.oidc.length > 0 ? unlisted(cluster, role.arn) : whom(document);
    return link(
        "credential",
        "missing",
        `the trust of ${label(role.resource)} does not admit ${subject} of cluster ${cluster.key}: ${why}`,
        ...resources,
    );
}

/** Why no provider vouches for a cluster's tokens: STS consults only those in the role's own account. */
function unlisted({ oidc }: Cluster, role: string | undefined): string {
    const here = oidc.some((provider) => sameAccount(text(property(provider, "arn")) ?? "", role));
    return here
        ? `its OIDC provider does not list the audience ${AUDIENCE}`
        : `account ${accountOf(role ?? "")} does not know its OIDC provider`;
}

function sameAccount(arn: string, other: string | undefined): boolean {
    return other === undefined || accountOf(arn) === accountOf(other);
}

/** Whether a trust document admits a token that this provider vouches for. */
export function admitsToken(document: Document, provider: string, issuer: string, subject: string): boolean {
    return isAllowed([document], {
        action: "sts:AssumeRoleWithWebIdentity",
        principal: { type: "Federated", value: provider },
        context: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: AUDIENCE },
    });
}

interface TokenIssuer {
    readonly arn: string;
    readonly issuer: string;
    /** Whether its OIDC provider is among the resources. */
    readonly declared: boolean;
}

/** The OIDC providers for a cluster's tokens; those that are not among the resources are taken from the trust. */
function tokenIssuers(graph: Graph, cluster: Cluster, document: Document): readonly TokenIssuer[] {
    const declared = cluster.oidc.flatMap((provider) => {
        const arn = text(property(provider, "arn"));
        const clients = texts(property(provider, "clientIdLists"));
        // IAM refuses a token whose audience the provider does not list.
        const listed = clients.length === 0 || clients.includes(AUDIENCE);
        return arn === undefined || !listed ? [] : [{ arn, issuer: issuerOf(arn), declared: true }];
    });
    const own = new Set([cluster.issuer, ...declared.map(({ issuer }) => issuer)]);
    const named = document.statements
        .flatMap((statement) => statement.principals?.list ?? [])
        .filter(({ type }) => type === "Federated")
        .map(({ value }) => ({ arn: value, issuer: issuerOf(value), declared: false }));
    const isElsewhere = ({ arn, issuer }: TokenIssuer): boolean =>
        own.has(issuer) && graph.find([OIDC], arn, ["arn"]) === undefined;
    const fits = cluster.resource === undefined ? named : named.filter(isElsewhere);
    return [...declared, ...fits];
}

/** The principals in a trust document, for a message. */
export function whom(document: Document): string {
    const { subjects, reason } = trust(document);
    const names = subjects.map((subject) =>
        subject.kind === "web-identity"
            ? `${subject.subject} of ${subject.issuer} for ${subject.audiences.join(" or ")}`
            : subject.kind === "principal"
              ? subject.principal
              : subject.kind,
    );
    return names.length === 0 ? reason : `it names ${names.join(", ")}`;
}
