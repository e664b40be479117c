import type { ObjectFacts, RoleFacts } from "../../access/catalog/facts";
import type { Catalog, DatabaseCatalog, Facts, Instance, Node, Rule, SecurityGroup, Subnet } from "../../doctor/facts";
import { known, unknown } from "../../doctor/known";

export function role(name: string, more: Partial<RoleFacts["attributes"]> = {}, validUntil?: string): RoleFacts {
    return {
        name,
        connectionLimit: -1,
        ...(validUntil !== undefined && { validUntil }),
        attributes: {
            login: true,
            inherit: true,
            superuser: false,
            createRole: false,
            createDatabase: false,
            bypassRls: false,
            replication: false,
            ...more,
        },
    };
}

export function object(
    kind: ObjectFacts["kind"],
    name: string,
    owner: string,
    held: Readonly<Record<string, readonly ObjectFacts["items"][number]["privilege"][]>> = {},
    schema?: string,
): ObjectFacts {
    const items = Object.entries(held).flatMap(([grantee, privileges]) =>
        privileges.map((privilege) => ({ grantee, grantor: owner, privilege, grantable: false })),
    );
    return {
        kind,
        database: "app",
        ...(schema !== undefined && { schema }),
        name,
        on: name,
        owner,
        items,
        linked: false,
        generated: false,
    };
}

/** The database's security group, and its only rule. */
export const rule: Rule = {
    protocol: "tcp",
    ports: { from: 5432, to: 5432 },
    groups: ["sg-cluster"],
    ranges: ["10.1.0.0/16"],
    lists: [],
};
export const group: SecurityGroup = { id: "sg-db", vpc: "vpc-1", rules: [rule] };

/** A subnet of the VPC, whose packets all pass. */
export const subnet: Subnet = {
    id: "subnet-pods",
    vpc: "vpc-1",
    range: "10.0.1.0/24",
    table: { id: "rtb-pods", routes: [{ to: "10.0.0.0/16", target: "local", active: true }] },
    acl: {
        id: "acl-1",
        entries: [true, false].map((egress) => ({
            ...{ number: 100, egress, allow: true },
            ...{ protocol: "-1", range: "0.0.0.0/0" },
        })),
    },
};
export const databaseSubnet: Subnet = {
    ...subnet,
    id: "subnet-database",
    range: "10.0.9.0/24",
    table: { ...subnet.table, id: "rtb-database" },
};

export const node: Node = { id: "i-1", groups: ["sg-cluster", "sg-nodes"], subnet: "subnet-pods", auto: false };
export const instance: Instance = {
    identifier: "shop-1",
    authority: "rds-ca-rsa2048-g1",
    certificateUntil: new Date("2027-06-01T00:00:00Z"),
    publiclyAccessible: false,
};

export const database = object("database", "app", "postgres", { billing_app: ["CONNECT"] });
export const app: DatabaseCatalog = {
    name: "app",
    objects: [
        database,
        object("schema", "billing", "billing_owner", { billing_app: ["USAGE"] }),
        object("table", "orders", "billing_owner", { billing_app: ["SELECT"] }, "billing"),
        object("table", "items", "billing_owner", { billing_app: ["SELECT"] }, "billing"),
    ],
    defaults: [
        {
            database: "app",
            owner: "billing_owner",
            schema: "billing",
            kind: "table",
            entries: [{ grantee: "billing_app", privilege: "SELECT", grantable: false, source: "test" }],
        },
    ],
    extensions: ["pgcrypto"],
    foreignServers: [],
};

/** Everything as Keyless needs it. */
export const good = {
    now: new Date("2026-11-29T12:00:00Z"),
    aws: {
        server: known({
            kind: "cluster",
            identifier: "shop",
            engine: "aurora-postgresql",
            endpoint: "shop.cluster-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com",
            port: 5432,
            masterUser: "postgres",
            masterSecret: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!cluster-1",
            iamAuthentication: true,
            parameterGroup: "default.aurora-postgresql16",
            securityGroups: ["sg-db"],
            subnetGroup: "shop",
            copies: [],
            instances: [instance],
        }),
        tls: known({ name: "rds.force_ssl", forced: true, dynamic: true }),
        authorities: known(
            new Map([
                ["rds-ca-rsa2048-g1", new Date("2061-05-21T00:00:00Z")],
                ["rds-ca-ecc384-g1", new Date("2121-05-21T00:00:00Z")],
            ]),
        ),
        groups: known([group]),
        lists: known(new Map()),
        subnets: known([databaseSubnet]),
        copies: known([]),
        proxies: known([]),
        cluster: known({
            name: "prod",
            arn: "arn:aws:eks:eu-central-1:111122223333:cluster/prod",
            vpc: "vpc-1",
            securityGroup: "sg-cluster",
            issuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/AAAA",
            authenticationMode: "API_AND_CONFIG_MAP",
            auto: false,
            endpoint: "https://AAAA.gr7.eu-central-1.eks.amazonaws.com",
            authority: "",
        }),
        agent: known({ status: "ACTIVE", issues: [] }),
        nodes: known([node]),
        podSubnets: known([subnet]),
        peerings: known(new Map()),
        ranges: known(["10.0.0.0/16"]),
        providers: known([
            {
                arn: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/AAAA",
                audiences: ["sts.amazonaws.com"],
            },
        ]),
        takenRoles: known([]),
    },
    kubernetes: {
        namespaces: known(["default"]),
        agent: known({ name: "eks-pod-identity-agent", wanted: 1, ready: 1 }),
        podGroups: known(new Map()),
    },
    database: {
        catalog: known({
            major: 16,
            roles: new Map(
                [
                    role("postgres", { createRole: true, createDatabase: true }),
                    role("keyless_breakglass"),
                    role("billing_app"),
                    role("billing_owner", { login: false }),
                ].map((one) => [one.name, one] as const),
            ),
            memberships: [{ role: "rds_iam", member: "billing_app", grantor: "postgres", admin: false }],
            databases: [app],
        }),
        sessions: known([
            {
                login: "billing_app",
                database: "app",
                application: "billing",
                address: "10.0.1.7",
                tls: true,
                count: 3,
            },
        ]),
        load: known({ open: 40, most: 400 }),
        loginRate: known({ perSecond: 2, seconds: 10 }),
        passwords: unknown("passwords: permission denied for table pg_authid"),
    },
    wanted: known({
        roles: ["shop_owner", "shop_app"],
        databases: ["reports"],
        schemas: [{ name: "shop" }],
        namespaces: ["shop"],
        iamRoles: [],
        identities: new Set(["irsa", "podIdentity"]),
    }),
} as const satisfies Facts;

type Value<T> = T extends { readonly value: infer V } ? V : never;
type Group = "aws" | "kubernetes" | "database";

/** The good situation, with one part of it replaced. */
export function but<G extends Group, K extends keyof Facts[G]>(group: G, key: K, value: Facts[G][K]): Facts {
    return { ...good, [group]: { ...good[group], [key]: value } };
}

type Server = Value<Facts["aws"]["server"]>;

/** The good situation's server with other properties, and without some. */
export function butServer(more: Partial<Server>, without: readonly (keyof Server)[] = []): Facts {
    const server = { ...good.aws.server.value, ...more };
    without.forEach((key) => Reflect.deleteProperty(server, key));
    return but("aws", "server", known(server));
}

export function butCluster(more: Partial<Value<Facts["aws"]["cluster"]>>): Facts {
    return but("aws", "cluster", known({ ...good.aws.cluster.value, ...more }));
}

export function butCatalog(more: Partial<Catalog>): Facts {
    return but("database", "catalog", known({ ...good.database.catalog.value, ...more }));
}

/** The good situation's database with more in it. */
export function butDatabase(more: Partial<DatabaseCatalog>): Facts {
    return butCatalog({
        databases: [{ ...app, ...more, objects: [...app.objects, ...(more.objects ?? [])] }],
    });
}

/** The good situation's roles and more. */
export const rolesWith = (...more: readonly ReturnType<typeof role>[]) =>
    new Map([...good.database.catalog.value.roles.values(), ...more].map((one) => [one.name, one]));
