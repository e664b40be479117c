import { isAllowed, trust } from "../../policy/iam";
import type { Document, Subject, Trust } from "../../policy/iam";
import { podKey } from "../kubernetes/clusters";
import type { Cluster, Clusters, ServiceAccount } from "../kubernetes/clusters";
import type { PodPlacement } from "../kubernetes/podPlacement";
import { elsewhere, link } from "../chain/link";
import type { Identity, Link } from "../chain/link";
import type { Network } from "../network/reach";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import { text, texts } from "../resources/value";
import { isBarred, permits } from "./boundary";
import { ClusterUsers } from "./clusterUsers";
import { annotated, AUDIENCE, OIDC, webIdentity } from "./irsa";
import type { PodGrant } from "./irsa";
import { computeGrants } from "./computeWorkloads";
import type { ComputeGrant } from "./computeWorkloads";
import { associated } from "./podIdentity";
import { HumanPrincipals } from "./humanPrincipals";
import type { Principal, Principals } from "./principals";
import { PERMISSION_SET, ROLE } from "./principals";
import { person } from "./assumer";
import { conditionsOf, definedElsewhere, machinesToCome, onePrincipalEach, strangers } from "./placeholders";
import type { Acting, Assumer } from "./assumer";
import { accountOf, parseArn } from "../../toolkit/arn";

/** Finds who can act as a principal: workloads, people, and holders of principals that may assume it. */
export class Assumers implements Acting {
    private readonly pods: ReadonlyMap<string, readonly PodGrant[]>;
    private readonly machines: ReadonlyMap<string, readonly ComputeGrant[]>;
    private readonly persons: HumanPrincipals;
    private readonly users: ClusterUsers;

    constructor(
        private readonly graph: Graph,
        private readonly clusters: Clusters,
        private readonly principals: Principals,
        private readonly podPlaces: PodPlacement,
        network: Network,
    ) {
        this.pods = byRole([...annotated(graph, clusters, principals), ...associated(graph, clusters, principals)]);
        this.machines = byRole(computeGrants(graph, principals, network));
        this.persons = new HumanPrincipals(graph);
        this.users = new ClusterUsers(graph, clusters, principals, this);
    }

    /** Identities that can, or are meant to but cannot, act as the principal; `passed` are the principals so far. */
    of(principal: Principal, passed: ReadonlySet<string> = new Set()): readonly Assumer[] {
        if (passed.has(principal.resource.urn)) {
            return [];
        }
        const { type } = principal.resource;
        if (principal.kind === "elsewhere" && type !== ROLE && type !== PERMISSION_SET) {
            return [definedElsewhere(principal)];
        }
        if (principal.kind === "user" || type === PERMISSION_SET) {
            const found = this.persons.of(principal);
            return found.length > 0 ? found : [definedElsewhere(principal)];
        }
        const way = new Set([...passed, principal.resource.urn]);
        const asked = (this.pods.get(principal.resource.urn) ?? []).flatMap((grant) =>
            this.pod(grant.account, grant.links, way),
        );
        const running = (this.machines.get(principal.resource.urn) ?? []).map(({ identity, links, places }) => ({
            identity,
            links,
            places,
        }));
        if (principal.kind === "elsewhere") {
            return [...asked, ...running, definedElsewhere(principal)];
        }
        const seen = new Set([...asked, ...running].map((assumer) => assumer.identity.key));
        const found = [
            ...asked,
            ...running,
            ...this.trusted(principal, way).filter((assumer) => !seen.has(assumer.identity.key)),
        ];
        return found.length > 0 ? found : machinesToCome(principal);
    }

    /** The pods of a service account, and identities that can change what they run. */
    pod(account: ServiceAccount, links: readonly Link[], way: ReadonlySet<string>): readonly Assumer[] {
        const [identity, places] = [this.podIdentity(account), this.podPlaces.of(account)];
        const others = this.users.actingAs(account, way).filter((assumer) => assumer.identity.key !== identity.key);
        return [
            { identity, links, places, account },
            ...others.map((assumer) => ({ ...assumer, links: [...assumer.links, ...links], places, account })),
        ];
    }

    podIdentity(account: ServiceAccount): Identity {
        const { cluster, namespace, name, resources } = account;
        const where = this.clusters.all.length > 1 || cluster.resource === undefined ? ` of ${cluster.key}` : "";
        return {
            key: podKey(account),
            kind: "pod",
            label: `${namespace}/${name}${where}`,
            resources: resources.map(({ urn }) => urn),
        };
    }

    /** The principals that the trust names, whether or not anything requests the role for them. */
    private trusted(role: Principal, way: ReadonlySet<string>): readonly Assumer[] {
        const { trust: document } = role;
        if (document === undefined) {
            const suppliers = this.graph.suppliersOf(role.resource, "assumeRolePolicy", [ROLE]);
            return suppliers.flatMap((one) => this.through(this.principals.of(one), role, "expected", way));
        }
        // Policies determine which principals of the same account can assume it.
        const own = role.arn === undefined ? undefined : parseArn(role.arn)?.account;
        const decided = trust(document, this.contextOf(own));
        const named = decided.subjects.flatMap((subject) => this.subject(subject, role, way));
        return decided.verdict === "excess" ? [...named, ...this.open(role, document, decided, way)] : named;
    }

    private subject(subject: Subject, role: Principal, way: ReadonlySet<string>): readonly Assumer[] {
        const says = (who: string): Link =>
            link("credential", "holds", `the trust of ${label(role.resource)} admits ${who}`, role.resource.urn);
        switch (subject.kind) {
            case "web-identity":
                return this.token(subject.issuer, subject.subject, subject.provider, role, way);
            case "pod-identity":
                return this.podsToCome(subject, role, way);
            case "service":
                // It acts only where an instance, a task or a function requests the role.
                return [];
            case "saml":
                return [
                    {
                        identity: person(`any user federated by ${subject.provider}`, subject.provider, true),
                        links: [says(subject.provider)],
                        places: [],
                    },
                ];
            case "principal":
                return this.principal(subject.principal, role, way);
        }
    }

    /** The audiences come from the OIDC providers among the resources: IAM refuses a token for any other. */
    private contextOf(account: string | undefined): Parameters<typeof trust>[1] {
        return {
            accounts: account === undefined ? [] : [account],
            audiencesOf: (arn) => {
                const provider = this.graph.find([OIDC], arn, ["arn", "id"]);
                return provider === undefined ? undefined : texts(property(provider, "clientIdLists"));
            },
        };
    }

    /** The service account that a trust in Pod Identity names: an association elsewhere may give it the role. */
    private podsToCome(
        { cluster: arn, namespace, serviceAccount: name }: Extract<Subject, { kind: "pod-identity" }>,
        role: Principal,
        way: ReadonlySet<string>,
    ): readonly Assumer[] {
        const cluster =
            this.clusters.withArn(arn) ?? (this.clusters.all.length === 1 ? this.clusters.all[0] : undefined);
        if (namespace === undefined || name === undefined) {
            return [];
        }
        const account = this.clusters.account(cluster ?? { key: "kubernetes", oidc: [] }, namespace, name);
        const text = `the trust of ${label(role.resource)} admits ${namespace}/${name} by EKS Pod Identity; no association among these resources gives it the role`;
        return this.pod(account, [elsewhere("credential", text, role.resource.urn)], way);
    }

    private token(
        issuer: string,
        subject: string,
        provider: string,
        role: Principal,
        way: ReadonlySet<string>,
    ): readonly Assumer[] {
        const [kubernetes, namespace, name] = SERVICE_ACCOUNT.exec(subject) ?? [];
        if (kubernetes === undefined && subject.startsWith("system:serviceaccount:")) {
            // No service account can have such a name, for example a wildcard.
            return [];
        }
        const cluster =
            this.clusters.withIssuer(issuer) ??
            this.clusters.all.find((one) => one.oidc.some((oidc) => text(property(oidc, "arn")) === provider));
        if (namespace !== undefined && name !== undefined) {
            const home: Cluster = cluster ?? { key: issuer, issuer, oidc: [] };
            const account = this.clusters.account(home, namespace, name);
            const note = link(
                "credential",
                "holds",
                `service account ${namespace}/${name} may ask for ${label(role.resource)} without an annotation`,
                role.resource.urn,
            );
            return this.pod(account, [note, webIdentity(this.graph, account, role)], way);
        }
        const links = [
            link(
                "credential",
                "holds",
                `the trust of ${label(role.resource)} admits ${subject} of ${issuer}`,
                role.resource.urn,
            ),
        ];
        return [{ identity: person(subject, `${issuer} ${subject}`), links, places: [] }];
    }

    private principal(arn: string, role: Principal, way: ReadonlySet<string>): readonly Assumer[] {
        const known = this.principals.withArn(arn);
        if (known !== undefined) {
            return this.through(known, role, "holds", way);
        }
        const account = /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(arn)?.[1];
        const links = [
            link("credential", "holds", `the trust of ${label(role.resource)} admits ${arn}`, role.resource.urn),
        ];
        const someone: Assumer = {
            identity:
                account === undefined
                    ? person(arn, arn)
                    : person(`any principal that account ${account} permits`, `account ${account}`, true),
            links,
            places: [],
        };
        return [...(account === undefined ? [] : this.inAccount(account, role, way)), someone];
    }

    /** The roles and users of an account that may assume a role that trusts the whole account. */
    private inAccount(account: string, role: Principal, way: ReadonlySet<string>): readonly Assumer[] {
        const { arn } = role;
        const able = this.principals
            .all()
            .filter(
                (one) =>
                    accountOf(one.arn ?? "") === account &&
                    arn !== undefined &&
                    permits(one, { action: "sts:AssumeRole", resource: arn }),
            );
        return able.flatMap((one) => this.through(one, role, "holds", way));
    }

    private through(
        from: Principal | undefined,
        role: Principal,
        state: Link["state"],
        way: ReadonlySet<string>,
    ): readonly Assumer[] {
        if (from === undefined) {
            return [];
        }
        const barred = role.arn !== undefined && isBarred(from, { action: "sts:AssumeRole", resource: role.arn });
        const text = `${label(from.resource)} may ${barred ? "not " : ""}assume ${label(role.resource)}${barred ? ": its permissions boundary does not allow it" : ""}`;
        const step = link("credential", barred ? "missing" : state, text, from.resource.urn, role.resource.urn);
        return this.of(from, way).map((assumer) => ({ ...assumer, links: [...assumer.links, step] }));
    }

    /** A trust that admits more than it names: all admitted service accounts and roles, and a placeholder for the rest. */
    private open(
        role: Principal,
        document: Document,
        { excesses }: Trust,
        way: ReadonlySet<string>,
    ): readonly Assumer[] {
        const accounts = this.clusters
            .serviceAccounts()
            .map((account) => ({ account, admitted: webIdentity(this.graph, account, role) }));
        const pods = accounts
            .filter(({ admitted }) => admitted.state === "holds")
            .flatMap(({ account, admitted }) => this.pod(account, [admitted], way));
        const known = this.principals
            .all()
            .flatMap((one) => (one.arn === undefined || one.kind === "set" ? [] : [{ one, arn: one.arn }]));
        const roles = known.filter(({ arn }) =>
            isAllowed([document], { action: "sts:AssumeRole", principal: { type: "AWS", value: arn } }),
        );
        // A statement that names subjects and no audience admits these subjects only, whatever their tokens are for.
        const context = { ...this.contextOf(undefined), audiencesOf: () => [AUDIENCE] };
        const open = excesses
            .flatMap(({ statement }) => onePrincipalEach(statement))
            .flatMap((statement) => trust({ ...document, statements: [statement] }, context).excesses);
        const rest = open.map(({ statement, reason }): Assumer => {
            const who = strangers(statement);
            const text = `the trust of ${label(role.resource)} admits more than it names: ${reason}`;
            return {
                identity: person(who, `${who} by ${role.resource.name}${conditionsOf(statement)}`, true),
                links: [link("credential", "holds", text, role.resource.urn)],
                places: [],
            };
        });
        return [...pods, ...roles.flatMap(({ one }) => this.through(one, role, "holds", way)), ...rest];
    }
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([a-z0-9][-a-z0-9.]*):([a-z0-9][-a-z0-9.]*)$/;

function byRole<T extends { readonly role: Principal }>(grants: readonly T[]): ReadonlyMap<string, readonly T[]> {
    const map = new Map<string, T[]>();
    for (const grant of grants) {
        const { urn } = grant.role.resource;
        map.set(urn, [...(map.get(urn) ?? []), grant]);
    }
    return map;
}
