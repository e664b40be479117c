import type { Defaults } from "../access/postgres/serverState";
import type { MembershipFacts, ObjectFacts, RoleFacts } from "../access/catalog/facts";
import type { Known } from "./known";
import type { MysqlFacts } from "./mysqlFacts";

export type { Known };

/** What the checks judge: one snapshot of what is there. */
export interface Facts {
    readonly now: Date;
    readonly aws: AwsFacts;
    readonly kubernetes: KubernetesFacts;
    readonly database: DatabaseFacts;
    readonly wanted: Known<Wanted>;
    /** The catalogs of a MySQL server; undefined: the server is PostgreSQL. */
    readonly mysql?: MysqlFacts | undefined;
}

/** A server with what is around it. */
export interface ServerFacts {
    readonly server: Known<Server>;
    /** The parameter that refuses connections without TLS. */
    readonly tls: Known<TlsParameter>;
    /** Ends of the certificate authorities that its region offers, by their ids. */
    readonly authorities: Known<ReadonlyMap<string, Date>>;
    /** Its security groups. */
    readonly groups: Known<readonly SecurityGroup[]>;
    /** The address ranges of the prefix lists that their rules name, by the lists' ids. */
    readonly lists: Known<ReadonlyMap<string, readonly string[]>>;
    /** The subnets of its subnet group. */
    readonly subnets: Known<readonly Subnet[]>;
}

export interface AwsFacts extends ServerFacts {
    /** The region, if it is another than the environment's. */
    readonly region?: string | undefined;
    /** Its copies, each with its region. */
    readonly copies: Known<readonly Copy[]>;
    /** RDS proxies in front of it. */
    readonly proxies: Known<readonly Proxy[]>;
    readonly cluster: Known<Cluster>;
    /** The EKS add-on that is the Pod Identity agent; undefined if there is none. */
    readonly agent: Known<Addon | undefined>;
    readonly nodes: Known<readonly Node[]>;
    /** The subnets of the nodes. */
    readonly podSubnets: Known<readonly Subnet[]>;
    /** Active peerings of the cluster's VPC: their ids, by the other VPC's. */
    readonly peerings: Known<ReadonlyMap<string, string>>;
    /** The address ranges of the cluster's VPC. */
    readonly ranges: Known<readonly string[]>;
    /** The account's IAM OIDC providers. */
    readonly providers: Known<readonly OidcProvider[]>;
    /** Which of the names of IAM roles that the stack fixes the account has already. */
    readonly takenRoles: Known<readonly string[]>;
}

/** A read replica, or another cluster of a global database. */
export interface Copy extends ServerFacts {
    readonly identifier: string;
    readonly region: string;
}

/** An Aurora cluster, a Multi-AZ DB cluster, or an RDS instance outside of one. */
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
    readonly subnetGroup: string;
    /** The cluster's instances, or the instance itself. */
    readonly instances: readonly Instance[];
    /** What it copies, by its identifier or ARN. */
    readonly copyOf?: string;
    /** Its copies, by their identifiers, or ARNs if they are in other regions. */
    readonly copies: readonly string[];
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

export interface Proxy {
    readonly name: string;
    /** Whether it signs in to the database as its clients, with IAM. */
    readonly iam: boolean;
    readonly requiresTls: boolean;
    /** How many secrets it has to sign in with, and how many of them admit clients with a password. */
    readonly secrets: { readonly all: number; readonly byPassword: number };
    readonly groups: Known<readonly SecurityGroup[]>;
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
    /** Ids of prefix lists. */
    readonly lists: readonly string[];
}

export interface Subnet {
    readonly id: string;
    readonly vpc: string;
    /** Its IPv4 range. */
    readonly range: string;
    readonly table: { readonly id: string; readonly routes: readonly Route[] };
    readonly acl: { readonly id: string; readonly entries: readonly AclEntry[] };
}

export interface Route {
    /** An IPv4 range. */
    readonly to: string;
    /** `local`, `pcx-…`, `tgw-…`, … */
    readonly target: string;
    readonly active: boolean;
}

/** An entry of a network ACL. */
export interface AclEntry {
    readonly number: number;
    readonly egress: boolean;
    readonly allow: boolean;
    /** A number, or `-1` for all. */
    readonly protocol: string;
    readonly range: string;
    /** Undefined: all. */
    readonly ports?: { readonly from: number; readonly to: number };
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
    readonly subnet: string;
    /** Whether EKS Auto Mode made it. */
    readonly auto: boolean;
}

export interface Addon {
    readonly status: string;
    readonly issues: readonly string[];
}

export interface OidcProvider {
    readonly arn: string;
    readonly audiences: readonly string[];
}

export interface KubernetesFacts {
    /** The names of the cluster's namespaces. */
    readonly namespaces: Known<readonly string[]>;
    /** The agent's DaemonSet in kube-system, which can be installed without the add-on; undefined if there is none. */
    readonly agent: Known<DaemonSet | undefined>;
    /** Security groups that SecurityGroupPolicies give to pods, by the policies' names. */
    readonly podGroups: Known<ReadonlyMap<string, readonly string[]>>;
}

export interface DaemonSet {
    readonly name: string;
    /** On how many nodes it should run, and on how many it is ready. */
    readonly wanted: number;
    readonly ready: number;
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
    /** IAM roles whose names are fixed; those of all others end in random characters. */
    readonly iamRoles: readonly string[];
    /** How its workloads authenticate to AWS. */
    readonly identities: ReadonlySet<string>;
}

export interface WantedSchema {
    /** Undefined: that of another stack's platform. */
    readonly database?: string;
    readonly name: string;
}
