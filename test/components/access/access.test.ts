import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { Access, type AccessArgs } from "../../../components/access/access";
import type { TenantEntry } from "../../../components/access/entries";
import { beginWith } from "../../../components/access/readers";
import type { PlatformContract } from "../../../components/platform/contract";
import { ExistingRoles } from "../../../components/tenancy/migration/existingRole";
import { SessionSettings } from "../../../components/tenancy/sessionSettings";
import { Offboarding } from "../../../components/tenancy/offboarding/offboarding";
import { record, valueOf } from "../../support/mocks";
import { MemorySecrets } from "../../support/memorySecrets";

const platform: PlatformContract = {
    endpoint: pulumi.output("db.example"),
    readerEndpoint: pulumi.output("ro.example"),
    port: pulumi.output(5432),
    database: pulumi.output("app"),
    engineVersion: pulumi.output("16.6"),
    maxConnections: pulumi.output(800),
    serviceEndpoint: pulumi.output("db.example"),
    serviceReaderEndpoint: pulumi.output("ro.example"),
    replicaEndpoint: pulumi.output(""),
    clusterArn: pulumi.output("arn:aws:rds:eu-central-1:111122223333:cluster:db"),
    clusterResourceId: pulumi.output("cluster-ABC1"),
    routedCidrs: pulumi.output(["10.0.0.0/16"]),
    databaseCidrs: pulumi.output(["10.0.32.0/24"]),
    endpointCidrs: pulumi.output<string[]>([]),
    targets: pulumi.output([{ arn: "arn:aws:rds:eu-central-1:111122223333:cluster:db", resourceId: "cluster-ABC1" }]),
    proxy: undefined,
    temporarySecurityGroupId: pulumi.output("sg-temporary"),
    kubeconfig: pulumi.output("{}"),
    kubernetesArn: pulumi.output("arn:aws:eks:eu-central-1:111122223333:cluster/eks"),
    oidcProviderArn: pulumi.output("arn:aws:iam::111122223333:oidc-provider/issuer"),
    oidcIssuer: pulumi.output("issuer"),
    appTier: "nodes",
    podSecurityGroupIds: pulumi.output<string[]>([]),
    fargateNamespaces: pulumi.output([]),
};

const noServer = () => Promise.reject(new Error("there is no server"));
const caBundle = "-----BEGIN CERTIFICATE-----";
const shop: TenantEntry = { name: "shop", identity: "irsa", namespace: "shop", serviceAccount: "shop" };
const billing: TenantEntry = { name: "billing", identity: "irsa", namespace: "payments", serviceAccount: "billing" };
const refunds: TenantEntry = { name: "refunds", identity: "irsa", namespace: "payments", serviceAccount: "refunds" };
const returns: TenantEntry = { name: "returns", identity: "podIdentity", namespace: "shop", serviceAccount: "returns" };

function make(args: Partial<AccessArgs>): Access {
    const hooks = {
        offboarding: new Offboarding({ open: noServer, database: platform.database }),
        sessionSettings: new SessionSettings(noServer, platform.database),
        existingRoles: new ExistingRoles(noServer, platform.database, async () => [], new MemorySecrets()),
    };
    return new Access("keyless", {
        platform,
        ...hooks,
        caBundle,
        tenants: [],
        provisioner: "keyless_provisioner",
        breakGlass: "rescue",
        connect: (name, database) => new postgresql.Provider(name, { database }),
        ...args,
    });
}

/** How many sessions each tenant's login may have. */
async function limitsOf(
    args: Partial<AccessArgs>,
    database = platform.maxConnections,
): Promise<Record<string, unknown>> {
    const recording = await record(() => make({ ...args, platform: { ...platform, maxConnections: database } }));
    const logins = recording
        .of("postgresql:index/role:Role")
        .filter(({ inputs }) => String(inputs["name"]).endsWith("_app"));
    return Object.fromEntries(logins.map(({ inputs }) => [String(inputs["name"]), inputs["connectionLimit"]]));
}

describe("access", () => {
    it("limits each tenant's sessions to its share of the server's, unless its entry sets a limit or it is adopted", async () => {
        const tenants: TenantEntry[] = [
            shop,
            { ...billing, limits: { connections: 7 } },
            { ...refunds, adopt: ["login"] },
        ];
        assert.deepEqual(await limitsOf({ tenants }), { shop_app: 150, billing_app: 7, refunds_app: undefined });
        const many = Array.from({ length: 9 }, (_, index): TenantEntry => ({
            ...returns,
            name: `tenant${index}`,
            serviceAccount: `tenant${index}`,
        }));
        assert.deepEqual(new Set(Object.values(await limitsOf({ tenants: many }))), new Set([37]));
    });

    it("sets no default limit if the server's number of sessions is unknown", async () => {
        assert.deepEqual(await limitsOf({ tenants: [shop] }, pulumi.output(0)), { shop_app: -1 });
    });

    it("creates each namespace once, even if tenants share one", async () => {
        const recording = await record(() => make({ tenants: [shop, billing, refunds] }));
        assert.deepEqual(recording.inventory(), {
            "aws:iam/role:Role": 3,
            "aws:iam/rolePolicy:RolePolicy": 3,
            "keyless:access:Access": 1,
            "keyless:identity:ConnectGrant": 3,
            "keyless:identity:ServiceAccountIdentity": 3,
            "keyless:kubernetes:TenantNamespace": 2,
            "keyless:tenancy:DatabaseAccess": 1,
            "keyless:tenancy:Tenant": 3,
            "kubernetes:core/v1:ConfigMap": 2,
            "kubernetes:core/v1:Namespace": 2,
            "kubernetes:core/v1:ServiceAccount": 3,
            "postgresql:index/defaultPrivileges:DefaultPrivileges": 10,
            "postgresql:index/grant:Grant": 4,
            "postgresql:index/role:Role": 7,
            "postgresql:index/schema:Schema": 3,
        });
    });

    it("permits a tenant's service account in its namespace to connect only as its login", async () => {
        const recording = await record(() => make({ tenants: [shop, billing] }));
        const statement = (document: unknown) => (document as { Statement: Record<string, unknown>[] }).Statement[0];
        assert.deepEqual(
            statement(recording.document("aws:iam/role:Role", "keyless-billing", "assumeRolePolicy"))?.["Condition"],
            {
                StringEquals: {
                    "issuer:sub": "system:serviceaccount:payments:billing",
                    "issuer:aud": "sts.amazonaws.com",
                },
            },
        );
        assert.deepEqual(
            statement(recording.document("aws:iam/rolePolicy:RolePolicy", "keyless-billing", "policy"))?.["Resource"],
            ["arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC1/billing_app"],
        );
    });

    it("admits only a tenant's pods to the database if pods are the app tier", async () => {
        const pods = {
            ...platform,
            appTier: "pods",
            podSecurityGroupIds: pulumi.output(["sg-cluster", "sg-app"]),
        } as const;
        const recording = await record(() => make({ platform: pods, caBundle, tenants: [billing] }));
        assert.deepEqual(
            recording.inputs("kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", "keyless-billing"),
            {
                apiVersion: "vpcresources.k8s.aws/v1beta1",
                kind: "SecurityGroupPolicy",
                metadata: { name: "billing", namespace: "payments" },
                spec: {
                    serviceAccountSelector: { matchLabels: { "keyless/tenant": "billing" } },
                    securityGroups: { groupIds: ["sg-cluster", "sg-app"] },
                },
            },
        );
    });

    it("creates a role, and nothing in Kubernetes, for a service outside Kubernetes", async () => {
        const recording = await record(() => make({ tenants: [{ name: "mail", identity: "ec2" }] }));
        assert.deepEqual(recording.of("kubernetes:core/v1:Namespace"), []);
        assert.deepEqual(recording.inputs("aws:iam/instanceProfile:InstanceProfile", "keyless-mail"), {
            role: "keyless-mail",
        });
        assert.deepEqual(recording.document("aws:iam/rolePolicy:RolePolicy", "keyless-mail", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: "rds-db:connect",
                    Resource: ["arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC1/mail_app"],
                },
            ],
        });
    });

    it("lets services connect to the proxy and to the copy in another region, and the proxy to the database, each as one user", async () => {
        const proxied: PlatformContract = {
            ...platform,
            targets: pulumi.output([
                { arn: "arn:aws:rds:eu-central-1:111122223333:db-proxy:prx-0a1b", resourceId: "prx-0a1b" },
                { arn: "arn:aws:rds:eu-west-1:111122223333:cluster:copy", resourceId: "cluster-COPY" },
            ]),
            proxy: { roleName: "proxy", target: { arn: platform.clusterArn, resourceId: platform.clusterResourceId } },
        };
        const recording = await record(() => make({ platform: proxied, tenants: [shop] }));
        const policies = recording.of("aws:iam/rolePolicy:RolePolicy").map(({ name, inputs }) => {
            const { Statement } = JSON.parse(String(inputs["policy"])) as { Statement: [{ Resource: unknown }] };
            return [name, inputs["role"], Statement[0].Resource];
        });
        assert.deepEqual(policies, [
            [
                "keyless-shop",
                "keyless-shop",
                [
                    "arn:aws:rds-db:eu-central-1:111122223333:dbuser:prx-0a1b/shop_app",
                    "arn:aws:rds-db:eu-west-1:111122223333:dbuser:cluster-COPY/shop_app",
                ],
            ],
            ["keyless-shop-proxy", "proxy", ["arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC1/shop_app"]],
        ]);
    });

    it("creates the roles in the database's account, with the platform's OIDC provider there", async () => {
        const clusterArn = pulumi.output("arn:aws:rds:eu-central-1:444455556666:cluster:db");
        const recording = await record(() => {
            const databaseAccount = new aws.Provider("data", {
                assumeRoles: [{ roleArn: "arn:aws:iam::444455556666:role/deploy" }],
            });
            const targets = pulumi.output([{ arn: clusterArn, resourceId: "cluster-ABC1" }]);
            make({
                platform: {
                    ...platform,
                    clusterArn,
                    targets,
                    oidcProviderArn: pulumi.output("arn:aws:iam::444455556666:oidc-provider/issuer"),
                },
                caBundle,
                tenants: [shop, billing, returns],
                databaseAccount,
            });
        });
        assert.deepEqual(recording.placesOf("aws:iam/openIdConnectProvider:OpenIdConnectProvider"), []);
        assert.deepEqual(recording.placesOf("aws:iam/role:Role"), [
            "keyless-billing in 444455556666",
            "keyless-returns in 111122223333",
            "keyless-returns-target in 444455556666",
            "keyless-shop in 444455556666",
        ]);
        assert.deepEqual(recording.placesOf("aws:iam/rolePolicy:RolePolicy"), [
            "keyless-billing in 444455556666",
            "keyless-returns in 444455556666",
            "keyless-returns-target in 111122223333",
            "keyless-shop in 444455556666",
        ]);
        const trust = recording.document("aws:iam/role:Role", "keyless-shop", "assumeRolePolicy") as {
            Statement: [{ Principal: unknown }];
        };
        assert.deepEqual(trust.Statement[0].Principal, { Federated: "arn:aws:iam::444455556666:oidc-provider/issuer" });
        const permission = recording.document("aws:iam/rolePolicy:RolePolicy", "keyless-returns", "policy") as {
            Statement: [{ Resource: unknown }];
        };
        assert.deepEqual(permission.Statement[0].Resource, [
            "arn:aws:rds-db:eu-central-1:444455556666:dbuser:cluster-ABC1/returns_app",
        ]);
    });

    it("runs a service's image with everything that it needs to reach its data", async () => {
        const recording = await record(() => make({ tenants: [{ ...returns, image: "returns:2", replicas: 3 }] }));
        const { spec } = recording.inputs("kubernetes:apps/v1:Deployment", "keyless-returns") as { spec: Deployment };
        const [container] = spec.template.spec.containers;
        assert.deepEqual(
            [spec.replicas, spec.template.spec.serviceAccountName, container.image],
            [3, "returns", "returns:2"],
        );
        assert.deepEqual(Object.fromEntries(container.env.map(({ name, value }) => [name, value])), {
            PGHOST: "db.example",
            PGPORT: "5432",
            PGDATABASE: "app",
            PGUSER: "returns_app",
            PGSSLMODE: "verify-full",
            PGSSLROOTCERT: "/etc/keyless/rds-ca.pem",
            AWS_REGION: "eu-central-1",
            AWS_STS_REGIONAL_ENDPOINTS: "regional",
            AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:
                "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
        });
    });

    it("tests the configured services, or all in Kubernetes, except those being removed; tests a changed service again", async () => {
        const mail: TenantEntry = { name: "mail", identity: "ec2" };
        const tests = async (tenants: readonly TenantEntry[], named?: readonly string[]) => {
            const recording = await record(() =>
                make({ tenants, connectionTest: { image: "test:1", tenants: named } }),
            );
            return recording.of("kubernetes:batch/v1:Job").map(({ name, inputs }) => {
                const { metadata, spec } = inputs as {
                    metadata: { namespace: string };
                    spec: {
                        template: {
                            metadata: { annotations: Record<string, string> };
                            spec: Deployment["template"]["spec"];
                        };
                    };
                };
                const {
                    metadata: { annotations },
                    spec: pod,
                } = spec.template;
                const user = pod.containers[0].env.find((variable) => variable.name === "PGUSER")?.value;
                return {
                    tried: [name, metadata.namespace, pod.serviceAccountName, user],
                    occasion: annotations["keyless/occasion"],
                };
            });
        };
        const before = await tests([shop, returns, mail, { ...billing, retire: "keep" }]);
        assert.deepEqual(
            before.map(({ tried }) => tried),
            [
                ["keyless-returns-test", "shop", "returns", "returns_app"],
                ["keyless-shop-test", "shop", "shop", "shop_app"],
            ],
        );
        const after = await tests([{ ...shop, model: "owner" }, returns]);
        assert.deepEqual(
            after.map(({ occasion }, index) => occasion === before[index]?.occasion),
            [true, false],
        );
        assert.deepEqual(
            (await tests([shop, returns], ["shop"])).map(({ tried }) => tried[0]),
            ["keyless-shop-test"],
        );
    });

    it("restricts a namespace's pods to what its services need", async () => {
        const recording = await record(() => make({ networkPolicy: true, tenants: [returns] }));
        const { spec } = recording.inputs("kubernetes:networking.k8s.io/v1:NetworkPolicy", "keyless-shop-egress") as {
            spec: { egress: unknown[] };
        };
        assert.deepEqual(spec.egress[0], {
            to: [{ ipBlock: { cidr: "10.0.32.0/24" } }],
            ports: [{ protocol: "TCP", port: 5432 }],
        });
    });

    it("creates a group for each profile, with its current and future privileges, and logins that own nothing", async () => {
        const audit = {
            name: "audit",
            grants: [{ tenant: "*", on: "tables", privileges: ["SELECT"] }],
            holders: [{ user: "ann", iamRole: "arn:aws:iam::111122223333:role/x/auditor" }, { breakGlass: true }],
        } as const;
        const cards = {
            name: "cards",
            grants: [
                {
                    tenant: "shop",
                    on: "tables",
                    objects: ["customers"],
                    columns: ["id"],
                    privileges: ["SELECT", "UPDATE"],
                },
            ],
            holders: [],
        } as const;
        const recording = await record(() => make({ tenants: [shop], profiles: [audit, cards] }));
        const of = (type: string) =>
            recording
                .of(type)
                .filter(({ name }) => !/database|-shop(-(functions|tables|sequences|owner))?$/.test(name))
                .map(({ inputs }) => inputs);
        const place = { database: "app", schema: "shop" };
        assert.deepEqual(of("postgresql:index/role:Role"), [
            {
                name: "ann",
                login: true,
                roles: ["rds_iam", "app_connect", "audit"],
                searchPaths: ["public"],
                skipReassignOwned: true,
            },
            { name: "audit", login: false, skipReassignOwned: true },
            { name: "cards", login: false, skipReassignOwned: true },
        ]);
        assert.deepEqual(of("postgresql:index/defaultPrivileges:DefaultPrivileges"), [
            { role: "audit", ...place, objectType: "table", privileges: ["SELECT"], owner: "shop_owner" },
        ]);
        const columns = { role: "cards", ...place, objectType: "column", objects: ["customers"], columns: ["id"] };
        assert.deepEqual(of("postgresql:index/grant:Grant"), [
            { role: "audit", ...place, objectType: "table", privileges: ["SELECT"] },
            { ...columns, privileges: ["SELECT"] },
            { ...columns, privileges: ["UPDATE"] },
        ]);
        assert.deepEqual(
            of("postgresql:index/grantRole:GrantRole"),
            ["audit", "app_connect"].map((grantRole) => ({ role: "rescue", grantRole })),
        );
        assert.deepEqual(recording.inputs("postgresql:index/schema:Schema", "keyless-shop")["policies"], [
            { role: "shop_app", usage: true },
            { role: "audit", usage: true },
            { role: "cards", usage: true },
        ]);
        assert.equal(recording.inputs("aws:iam/rolePolicy:RolePolicy", "keyless-ann")["role"], "auditor");
        assert.deepEqual(
            recording.of("pulumi:index:Stash").map(({ inputs }) => inputs["input"]),
            ["ann", "rescue"].map((login) => ({ login, settings: beginWith([]) })),
        );
    });

    it("makes logins that act as a tenant's owner assume that role, which owns what they create", async () => {
        const admin = {
            name: "admin",
            grants: [],
            actsAs: "shop",
            holders: [{ user: "ann", iamRole: "arn:aws:iam::111122223333:role/admin" }],
        };
        const recording = await record(() => make({ tenants: [shop], profiles: [admin] }));
        assert.deepEqual(recording.inputs("postgresql:index/role:Role", "keyless-admin"), {
            name: "admin",
            login: false,
            inherit: false,
            roles: ["shop_owner"],
            skipReassignOwned: true,
        });
        assert.deepEqual(recording.inputs("postgresql:index/role:Role", "keyless-ann"), {
            name: "ann",
            login: true,
            roles: ["rds_iam", "app_connect", "admin"],
            assumeRole: "shop_owner",
            searchPaths: ["public"],
            skipReassignOwned: true,
        });
    });

    it("creates every role with skipReassignOwned, so that the provisioner never inherits its objects", async () => {
        const audit = {
            name: "audit",
            grants: [{ tenant: "*", on: "tables", privileges: ["SELECT"] }],
            holders: [{ user: "ann", iamRole: "arn:aws:iam::111122223333:role/auditor" }],
        } as const;
        const recording = await record(() =>
            make({
                tenants: [shop, { ...billing, model: "owner" }],
                profiles: [audit],
                databases: [{ name: "more", extensions: [], protect: false }],
            }),
        );
        const roles = recording
            .of("postgresql:index/role:Role")
            .map(({ inputs }) => [inputs["name"], inputs["skipReassignOwned"]]);
        assert.deepEqual(
            roles.sort(),
            ["ann", "app_connect", "audit", "billing_app", "more_connect", "shop_app", "shop_owner"].map((name) => [
                name,
                true,
            ]),
        );
    });

    it("lets a tenant's service hold a profile: its login joins the profile's group and the database's group", async () => {
        const numbers = {
            name: "numbers",
            grants: [{ tenant: "books", on: "tables", privileges: ["SELECT"] }],
            holders: [{ tenant: "shop" }],
        } as const;
        const books = { ...shop, name: "books", serviceAccount: "books", database: "sales" };
        const recording = await record(() =>
            make({
                tenants: [shop, books],
                databases: [{ name: "sales", extensions: [], protect: false }],
                profiles: [numbers],
            }),
        );
        const memberships = ["shop", "books"].map(
            (name) => recording.inputs("postgresql:index/role:Role", `keyless-${name}`)["roles"],
        );
        assert.deepEqual(memberships, [
            ["rds_iam", "app_connect", "numbers", "sales_connect"],
            ["rds_iam", "sales_connect"],
        ]);
        assert.deepEqual(recording.of("postgresql:index/grantRole:GrantRole"), []);
    });

    it("creates further databases, each with its own group and provider", async () => {
        const recording = await record(() =>
            make({
                tenants: [{ ...shop, database: "sales" }],
                databases: [{ name: "sales", extensions: ["citext"], protect: false }],
            }),
        );
        assert.deepEqual(recording.inputs("postgresql:index/database:Database", "keyless-database-sales"), {
            name: "sales",
        });
        assert.equal(recording.inputs("postgresql:index/schema:Schema", "keyless-shop")["database"], "sales");
        assert.deepEqual(recording.inputs("postgresql:index/role:Role", "keyless-shop")["roles"], [
            "rds_iam",
            "sales_connect",
        ]);
        assert.deepEqual(
            recording.of("pulumi:providers:postgresql").map(({ name, inputs }) => [name, inputs["database"]]),
            [["keyless-database-sales", "sales"]],
        );
    });

    it("keeps a renamed tenant's names in the database", async () => {
        const store = {
            name: "store",
            identity: "irsa",
            namespace: "store",
            serviceAccount: "store",
            formerly: "shop",
        } as const;
        const recording = await record(() => make({ tenants: [store] }));
        assert.equal(recording.inputs("postgresql:index/schema:Schema", "keyless-store")["name"], "shop");
        assert.deepEqual(
            recording.of("postgresql:index/role:Role").map(({ inputs }) => inputs["name"]),
            ["app_connect", "shop_app", "shop_owner"],
        );
    });

    it("outputs each tenant's names", async () => {
        let outputs: unknown;
        await record(async () => {
            outputs = await valueOf(pulumi.output(make({ tenants: [billing] }).tenants));
        });
        assert.deepEqual(outputs, [
            {
                name: "billing",
                identity: "irsa",
                namespace: "payments",
                serviceAccount: "billing",
                database: "app",
                schema: "billing",
                owner: "billing_owner",
                login: "billing_app",
                roleArn: "arn:aws:iam::111122223333:role/keyless-billing",
            },
        ]);
    });

    it("refuses profiles that name tenants which are not there, all at once", async () => {
        const table = { on: "tables", privileges: ["SELECT"] } as const;
        const profiles = [
            { name: "all", grants: [{ tenant: "*", ...table }], holders: [{ tenant: "shop" }] },
            { name: "some", grants: [{ tenant: "shpo", ...table }], holders: [{ tenant: "*" }], actsAs: "none" },
        ];
        await assert.rejects(
            record(() => make({ tenants: [shop], profiles })),
            {
                message: [
                    "access.profiles[1].grants[0].tenant: shpo is not a tenant of this access; allowed: *, shop; name one of them, or add the tenant",
                    "access.profiles[1].holders[0].tenant: * is not a tenant of this access; allowed: shop; name one of them, or add the tenant",
                    "access.profiles[1].actsAs: none is not a tenant of this access; allowed: shop; name one of them, or add the tenant",
                ].join("\n"),
            },
        );
    });
});

interface Deployment {
    readonly replicas: number;
    readonly template: {
        spec: { serviceAccountName: string; containers: [{ image: string; env: { name: string; value: string }[] }] };
    };
}
