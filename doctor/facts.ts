import type { Defaults } from "../access/postgres/serverState";
import type { MembershipFacts, ObjectFacts, RoleFacts } from "../access/catalog/facts";

/** A value that was read, or the reason why it could not be: what is not known is never judged. */
export type Known<T> = { readonly value: T } | { readonly unknown: string };

/** What the checks judge: one snapshot of what is there. */
export interface Facts {
    readonly now: Date;
    readonly aws: AwsFacts;
    readonly kubernetes: KubernetesFacts;
    readonly database: DatabaseFacts;
    readonly wanted: Known<Wanted>;
}

export interface AwsFacts {
    /** The region, if it is another than the environment's. */
    readonly region?: string | undefined;
    readonly server: Known<Server>;
    /** The parameter that refuses connections without TLS. */
    readonly tls: Known<TlsParameter>;
    /** Ends of the certificate authorities that the region offers, by their ids. */
    readonly authorities: Known<ReadonlyMap<string, Date>>;
    /** The database's security groups. */
    readonly groups: Known<readonly SecurityGroup[]>;
    readonly cluster: Known<Cluster>;
    /** Names of the cluster's EKS add-ons. */
    readonly addons: Known<readonly string[]>;
    readonly nodes: Known<readonly Node[]>;
    /** The address ranges of the cluster's VPC. */
    readonly ranges: Known<readonly string[]>;
    /** The account's IAM OIDC providers. */
    readonly providers: Known<readonly OidcProvider[]>;
}

/** An Aurora cluster, or an RDS instance outside of one. */
export interface Server {
    readonly kind: "cluster" | "instance";
    readonly identifier: string;
    /** `aurora-postgresql`, `postgres`, `aurora-mysql`, … */
    readonly engine: string;
    readonly endpoint?: string;
    readonly port: number;
    readonly masterUser: string;
    /** ARN of the secret that RDS manages; undefined if it manages none. */
    readonly masterSecret?: string;
    readonly iamAuthentication: boolean;
    readonly parameterGroup: string;
    readonly securityGroups: readonly string[];
    /** The cluster's instances, or the instance itself. */
    readonly instances: readonly Instance[];
}

export interface Instance {
    readonly identifier: string;
    readonly authority?: string;
    /** The end of its certificate. */
    readonly certificateUntil?: Date;
    readonly publiclyAccessible: boolean;
}

export interface TlsParameter {
    readonly name: string;
    readonly forced: boolean;
    /** Whether a change takes effect without a restart. */
    readonly dynamic: boolean;
}

export interface SecurityGroup {
    readonly id: string;
    readonly vpc: string;
    readonly rules: readonly Rule[];
}

/** One ingress rule. */
export interface Rule {
    /** Undefined: all protocols and ports. */
    readonly ports?: { readonly from: number; readonly to: number };
    /** `tcp`, `udp`, a number, or `-1` for all. */
    readonly protocol: string;
    readonly groups: readonly string[];
    readonly ranges: readonly string[];
    /** Prefix lists, whose ranges are not read. */
    readonly lists: readonly string[];
}

/** An EKS cluster. */
export interface Cluster {
    readonly name: string;
    readonly arn: string;
    readonly vpc: string;
    /** Created by EKS; nodes of managed node groups and Fargate's pods carry it. */
    readonly securityGroup: string;
    readonly issuer: string;
    /** Undefined: EKS does not name it. */
    readonly authenticationMode?: string;
    /** EKS Auto Mode. */
    readonly auto: boolean;
    readonly endpoint: string;
    /** In PEM. */
    readonly authority: string;
}

export interface Node {
    readonly id: string;
    readonly groups: readonly string[];
}

export interface OidcProvider {
    readonly arn: string;
    readonly audiences: readonly string[];
}

export interface KubernetesFacts {
    /** The names of the cluster's namespaces. */
    readonly namespaces: Known<readonly string[]>;
    /** Whether kube-system holds the agent's DaemonSet, which can be installed without the add-on. */
    readonly agent: Known<boolean>;
    /** Security groups that SecurityGroupPolicies give to pods, by the policies' names. */
    readonly podGroups: Known<ReadonlyMap<string, readonly string[]>>;
}

export interface DatabaseFacts {
    readonly catalog: Known<Catalog>;
    readonly sessions: Known<readonly SessionGroup[]>;
    readonly load: Known<Load>;
    /** New sessions a second while they were counted. */
    readonly loginRate: Known<LoginRate>;
    /** The roles with a password; only a superuser may read them, which RDS does not offer. */
    readonly passwords: Known<ReadonlySet<string>>;
}

export interface Catalog {
    readonly major: number;
    /** All roles but those that Postgres and RDS reserve for themselves. */
    readonly roles: ReadonlyMap<string, RoleFacts>;
    readonly memberships: readonly MembershipFacts[];
    /** Each database that admits the login. */
    readonly databases: readonly DatabaseCatalog[];
}

export interface DatabaseCatalog {
    readonly name: string;
    readonly objects: readonly ObjectFacts[];
    readonly defaults: readonly Defaults[];
    readonly extensions: readonly string[];
    /** Foreign servers, with the roles that have a user mapping there. */
    readonly foreignServers: readonly ForeignServer[];
}

export interface ForeignServer {
    readonly name: string;
    readonly wrapper: string;
    readonly users: readonly string[];
}

/** Open sessions that are alike. */
export interface SessionGroup {
    readonly login: string;
    readonly database: string;
    readonly application: string;
    readonly address: string;
    readonly tls: boolean;
    readonly count: number;
}

export interface Load {
    readonly open: number;
    /** `max_connections`. */
    readonly most: number;
}

export interface LoginRate {
    readonly perSecond: number;
    readonly seconds: number;
}

/** The names that the stack would create. */
export interface Wanted {
    readonly roles: readonly string[];
    readonly databases: readonly string[];
    readonly schemas: readonly WantedSchema[];
    readonly namespaces: readonly string[];
    /** How its workloads authenticate to AWS. */
    readonly identities: ReadonlySet<string>;
}

export interface WantedSchema {
    /** Undefined: that of another stack's platform. */
    readonly database?: string;
    readonly name: string;
}
