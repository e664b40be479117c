import { urn } from "./resources";
import type { Sketch } from "./resources";

/** A test's changes to the usual stack. */
export interface StackOptions {
    readonly tenants: readonly string[];
    /** False: the stack of a first preview, in which no resource has an id or an ARN yet. */
    readonly deployed?: boolean;
}

export const ACCOUNT = "111122223333";
export const REGION = "eu-central-1";
export const RESOURCE_ID = "cluster-ABCDEFGHIJKL";
export const ISSUER = `oidc.eks.${REGION}.amazonaws.com/id/0123456789ABCDEF`;
/** The engine's placeholder for an unknown value. */
export const LATER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const TYPES = {
    vpc: "aws:ec2/vpc:Vpc",
    subnet: "aws:ec2/subnet:Subnet",
    group: "aws:ec2/securityGroup:SecurityGroup",
    ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    subnets: "aws:rds/subnetGroup:SubnetGroup",
    cluster: "aws:rds/cluster:Cluster",
    instance: "aws:rds/clusterInstance:ClusterInstance",
    eks: "aws:eks/cluster:Cluster",
    nodes: "aws:eks/nodeGroup:NodeGroup",
    template: "aws:ec2/launchTemplate:LaunchTemplate",
    oidc: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    role: "aws:iam/role:Role",
    rolePolicy: "aws:iam/rolePolicy:RolePolicy",
    account: "kubernetes:core/v1:ServiceAccount",
    pgRole: "postgresql:index/role:Role",
    schema: "postgresql:index/schema:Schema",
    grant: "postgresql:index/grant:Grant",
    defaults: "postgresql:index/defaultPrivileges:DefaultPrivileges",
    pgProvider: "pulumi:providers:postgresql",
    kubeProvider: "pulumi:providers:kubernetes",
} as const;

export type TypeName = keyof typeof TYPES;

export function type(name: TypeName): string {
    return TYPES[name];
}

/** An Aurora cluster, an EKS cluster in the same network, and tenants of the split model, as any program declares them. */
export function tenantStack({ tenants, deployed = true }: StackOptions): Sketch[] {
    const stack = new Stack(deployed);
    platform(stack);
    stack.add("pgRole", "connect", { name: "app_connect" });
    stack.add("grant", "connect", {
        role: "app_connect",
        database: "app",
        objectType: "database",
        privileges: ["CONNECT"],
    });
    stack.add("grant", "public", { role: "public", database: "app", objectType: "database", privileges: [] });
    tenants.forEach((tenant) => addTenant(stack, tenant));
    return stack.sketches;
}

class Stack {
    readonly sketches: Sketch[] = [];

    constructor(readonly deployed: boolean) {}

    /** Adds a resource. `later` are inputs that other resources supply: a value once deployed, unknown and its supplier before. */
    add(
        name: TypeName,
        as: string,
        inputs: object,
        outputs: object = {},
        later: Record<string, [unknown, TypeName, string]> = {},
        more: Partial<Sketch> = {},
    ): void {
        const entries = Object.entries(later);
        const supplied: Record<string, unknown> = Object.fromEntries(
            entries.map(([input, [value]]) => [input, this.deployed ? value : LATER]),
        );
        const suppliers = Object.fromEntries(
            entries.map(([input, [, supplier, supplierName]]) => [input, [urn(type(supplier), supplierName)]]),
        );
        const provider = type(name).startsWith("postgresql:")
            ? "pgProvider"
            : type(name).startsWith("kubernetes:")
              ? "kubeProvider"
              : undefined;
        this.sketches.push({
            type: type(name),
            name: as,
            inputs: { ...inputs, ...supplied },
            outputs: this.deployed ? { ...inputs, ...supplied, ...outputs } : undefined,
            id: this.deployed ? ((outputs as { id?: string }).id ?? as) : undefined,
            propertyDependencies: suppliers,
            provider: provider === undefined ? undefined : urn(type(provider), "main"),
            ...more,
        });
    }
}

function platform(stack: Stack): void {
    stack.add("vpc", "main", { cidrBlock: "10.20.0.0/16" }, { id: "vpc-1" });
    for (const [name, cidrBlock] of [
        ["private", "10.20.0.0/20"],
        ["isolated", "10.20.128.0/20"],
    ] as const) {
        stack.add("subnet", name, { cidrBlock }, { id: `subnet-${name}` }, { vpcId: ["vpc-1", "vpc", "main"] });
    }
    for (const name of ["app", "database"]) {
        stack.add("group", name, {}, { id: `sg-${name}` }, { vpcId: ["vpc-1", "vpc", "main"] });
    }
    const port = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
    stack.add(
        "ingress",
        "app-to-database",
        port,
        {},
        {
            securityGroupId: ["sg-database", "group", "database"],
            referencedSecurityGroupId: ["sg-app", "group", "app"],
        },
    );
    stack.add(
        "egress",
        "app-out",
        { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
        {},
        { securityGroupId: ["sg-app", "group", "app"] },
    );
    stack.add(
        "subnets",
        "database",
        {},
        { id: "database-subnets" },
        { subnetIds: [["subnet-isolated"], "subnet", "isolated"] },
    );
    stack.add(
        "cluster",
        "aurora",
        {
            engine: "aurora-postgresql",
            engineVersion: "16.6",
            databaseName: "app",
            masterUsername: "master",
            iamDatabaseAuthenticationEnabled: true,
            port: 5432,
        },
        {
            id: "aurora-1a2b",
            arn: `arn:aws:rds:${REGION}:${ACCOUNT}:cluster:aurora-1a2b`,
            clusterResourceId: RESOURCE_ID,
            endpoint: `aurora-1a2b.cluster-xyz.${REGION}.rds.amazonaws.com`,
        },
        {
            vpcSecurityGroupIds: [["sg-database"], "group", "database"],
            dbSubnetGroupName: ["database-subnets", "subnets", "database"],
        },
    );
    stack.add(
        "eks",
        "eks",
        { name: "eks", version: "1.33" },
        {
            id: "eks",
            arn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/eks`,
            endpoint: "https://eks.example",
            identities: [{ oidcs: [{ issuer: `https://${ISSUER}` }] }],
        },
    );
    stack.add("template", "nodes", {}, { id: "lt-1" }, { vpcSecurityGroupIds: [["sg-app"], "group", "app"] });
    stack.add(
        "nodes",
        "workers",
        { clusterName: "eks" },
        {},
        { subnetIds: [["subnet-private"], "subnet", "private"], launchTemplate: [{ id: "lt-1" }, "template", "nodes"] },
    );
    const oidc = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
    stack.add(
        "oidc",
        "eks",
        { clientIdLists: ["sts.amazonaws.com"] },
        { id: oidc, arn: oidc },
        { url: [`https://${ISSUER}`, "eks", "eks"] },
    );
    const host = `aurora-1a2b.cluster-xyz.${REGION}.rds.amazonaws.com`;
    stack.add(
        "pgProvider",
        "main",
        { username: "keyless_provisioner", awsRdsIamAuth: "true", database: "app", port: "5432" },
        {},
        { host: [host, "cluster", "aurora"] },
    );
    stack.add(
        "kubeProvider",
        "main",
        {},
        {},
        { kubeconfig: ['{"clusters":[{"cluster":{"server":"https://eks.example"}}]}', "eks", "eks"] },
    );
}

function addTenant(stack: Stack, tenant: string): void {
    const [schema, owner, login] = [tenant, `${tenant}_owner`, `${tenant}_app`];
    const parent = urn("keyless:test:Tenant", tenant);
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/${tenant}`;
    stack.sketches.push({ type: "keyless:test:Tenant", name: tenant, custom: false });
    stack.add(
        "role",
        tenant,
        { name: tenant },
        { id: tenant, arn: roleArn },
        { assumeRolePolicy: [JSON.stringify(trustOf(tenant)), "oidc", "eks"] },
        { parent },
    );
    stack.add(
        "rolePolicy",
        tenant,
        { role: tenant },
        {},
        { policy: [JSON.stringify(connectPolicy(RESOURCE_ID, login)), "cluster", "aurora"] },
        { parent },
    );
    const metadata = {
        name: tenant,
        namespace: tenant,
        annotations: { "eks.amazonaws.com/role-arn": stack.deployed ? roleArn : LATER },
    };
    stack.add(
        "account",
        tenant,
        { metadata },
        {},
        {},
        { parent, propertyDependencies: { metadata: [urn(type("role"), tenant)] } },
    );
    stack.add("pgRole", login, { name: login, login: true, roles: ["rds_iam", "app_connect"] }, {}, {}, { parent });
    stack.add("pgRole", owner, { name: owner }, {}, {}, { parent });
    stack.add("schema", tenant, { name: schema, database: "app", owner }, {}, {}, { parent });
    stack.add(
        "grant",
        `${tenant}-usage`,
        { role: login, database: "app", schema, objectType: "schema", privileges: ["USAGE"] },
        {},
        {},
        { parent },
    );
    const defaults = { role: login, database: "app", schema, owner };
    stack.add(
        "defaults",
        `${tenant}-tables`,
        { ...defaults, objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
        {},
        {},
        { parent },
    );
    stack.add(
        "defaults",
        `${tenant}-sequences`,
        { ...defaults, objectType: "sequence", privileges: ["SELECT", "USAGE"] },
        {},
        {},
        { parent },
    );
}

/** A trust that admits only one service account. */
export function trustOf(tenant: string, issuer = ISSUER): object {
    return {
        Version: "2012-10-17",
        Statement: [
            {
                Effect: "Allow",
                Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}` },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: {
                    StringEquals: {
                        [`${issuer}:sub`]: `system:serviceaccount:${tenant}:${tenant}`,
                        [`${issuer}:aud`]: "sts.amazonaws.com",
                    },
                },
            },
        ],
    };
}

export function connectPolicy(resourceId: string, user: string): object {
    const Resource = `arn:aws:rds-db:${REGION}:${ACCOUNT}:dbuser:${resourceId}/${user}`;
    return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource }] };
}
