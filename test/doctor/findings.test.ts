import assert from "node:assert/strict";

import { diagnose } from "../../doctor/checks/all";
import type { Facts } from "../../doctor/facts";
import { known, unknown } from "../../doctor/known";
import {
    app,
    database,
    databaseSubnet,
    group,
    rule,
    but,
    butCatalog,
    butCluster,
    butDatabase,
    butServer,
    good,
    object,
    role,
    rolesWith,
} from "./good";
import { foundIn, type Found } from "./found";

const { catalog } = good.database;
const plain = { login: "legacy", database: "app", application: "cron", address: "10.0.2.9", tls: false, count: 2 };
const open = (range: string) => known([{ ...group, rules: [rule, { ...rule, groups: [], ranges: [range] }] }]);

const situations: readonly (readonly [what: string, facts: Facts, found: Found])[] = [
    [
        "IAM authentication off",
        butServer({ iamAuthentication: false }),
        {
            id: "iam-authentication",
            seen: ["off"],
            breaks: "nothing: logins keep their passwords until they become members of rds_iam",
            change: [
                "aws rds modify-db-cluster --db-cluster-identifier shop --enable-iam-database-authentication --apply-immediately",
            ],
        },
    ],
    [
        "TLS not forced, and two sessions without it",
        {
            ...but("aws", "tls", known({ name: "rds.force_ssl", forced: false, dynamic: true })),
            database: { ...good.database, sessions: known([plain]) },
        },
        {
            id: "tls-forced",
            seen: ["rds.force_ssl is off", "2 sessions of legacy in app from 10.0.2.9 (cron) are without TLS"],
            breaks: "these clients are refused: 2 sessions of legacy in app from 10.0.2.9 (cron)",
            change: [
                "aws rds create-db-cluster-parameter-group --db-cluster-parameter-group-name shop-parameters --db-parameter-group-family aurora-postgresql16 --description 'TLS only'",
                "aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name shop-parameters --parameters ParameterName=rds.force_ssl,ParameterValue=1,ApplyMethod=immediate",
                "aws rds modify-db-cluster --db-cluster-identifier shop --db-cluster-parameter-group-name shop-parameters --apply-immediately",
                "aws rds reboot-db-instance --db-instance-identifier shop-1",
            ],
        },
    ],
    [
        "a certificate authority about to expire",
        but(
            "aws",
            "authorities",
            known(
                new Map([
                    ["rds-ca-rsa2048-g1", new Date("2027-02-01T00:00:00Z")],
                    ["rds-ca-ecc384-g1", new Date("2121-05-21T00:00:00Z")],
                ]),
            ),
        ),
        {
            id: "certificate-authority",
            seen: ["shop-1: rds-ca-rsa2048-g1 until 2027-02-01; its certificate until 2027-06-01"],
            breaks: "clients that verify certificates and do not trust rds-ca-ecc384-g1 yet; some engine versions restart",
            change: [
                "aws rds modify-db-instance --db-instance-identifier shop-1 --ca-certificate-identifier rds-ca-ecc384-g1 --apply-immediately",
            ],
        },
    ],
    [
        "a server certificate that nothing has renewed",
        butServer({
            instances: [
                {
                    identifier: "shop-1",
                    authority: "rds-ca-rsa2048-g1",
                    certificateUntil: new Date("2026-12-10T00:00:00Z"),
                    publiclyAccessible: false,
                },
            ],
        }),
        {
            id: "certificate-authority",
            seen: ["shop-1: rds-ca-rsa2048-g1 until 2061-05-21; its certificate until 2026-12-10"],
            breaks: "clients that verify certificates and do not trust rds-ca-rsa2048-g1 yet; some engine versions restart",
            change: [
                "aws rds modify-db-instance --db-instance-identifier shop-1 --ca-certificate-identifier rds-ca-rsa2048-g1 --apply-immediately",
            ],
        },
    ],
    [
        "a master's password that somebody keeps",
        butServer({}, ["masterSecret"]),
        {
            id: "master-secret",
            seen: ["the password of postgres is not in a secret that RDS manages"],
            breaks: "everything that signs in as postgres with its present password: RDS replaces it at once",
            change: [
                "aws rds modify-db-cluster --db-cluster-identifier shop --manage-master-user-password --apply-immediately",
            ],
        },
    ],
    [
        "no rule for the nodes' groups",
        but("aws", "nodes", known([{ id: "i-1", groups: ["sg-nodes"], subnet: "subnet-pods", auto: false }])),
        {
            id: "pods-path",
            seen: ["i-1 (sg-nodes): no rule admits port 5432"],
            breaks: "nothing; every pod on these nodes then reaches the port",
            change: [
                "aws ec2 authorize-security-group-ingress --group-id sg-db --protocol tcp --port 5432 --source-group sg-nodes",
            ],
        },
    ],
    [
        "the port open to the internet",
        but("aws", "groups", open("0.0.0.0/0")),
        {
            id: "open-path",
            seen: ["sg-db admits 0.0.0.0/0 to port 5432"],
            breaks: "clients whose addresses no other rule admits; VPC flow logs name them",
            change: [
                "aws ec2 revoke-security-group-ingress --group-id sg-db --ip-permissions 'IpProtocol=tcp,FromPort=5432,ToPort=5432,IpRanges=[{CidrIp=0.0.0.0/0}]'",
            ],
        },
    ],
    [
        "an OIDC provider of another issuer",
        but(
            "aws",
            "providers",
            known([
                {
                    arn: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/BBBB",
                    audiences: [],
                },
            ]),
        ),
        {
            id: "oidc-provider",
            seen: [
                "no provider for oidc.eks.eu-central-1.amazonaws.com/id/AAAA",
                "providers of other issuers: arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/BBBB",
            ],
            breaks: "nothing; roles that trust a provider of another issuer stay as they are",
            change: [
                "aws iam create-open-id-connect-provider --url https://oidc.eks.eu-central-1.amazonaws.com/id/AAAA --client-id-list sts.amazonaws.com",
            ],
        },
    ],
    [
        "no route from the pods to the database",
        but("aws", "subnets", known([{ ...databaseSubnet, vpc: "vpc-2", range: "10.9.0.0/24" }])),
        {
            id: "routes",
            seen: ["rtb-pods (subnet-pods): no route leads to 10.9.0.0/24 of vpc-2"],
            breaks: "nothing that works today: packets to this range are lost",
            change: [
                "config: connect vpc-1 and vpc-2, by a peering or a transit gateway, and add the routes on both sides",
            ],
        },
    ],
    [
        "a network ACL that drops the answers",
        but(
            "aws",
            "subnets",
            known([
                {
                    ...databaseSubnet,
                    acl: { id: "acl-2", entries: databaseSubnet.acl.entries.filter(({ egress }) => !egress) },
                },
            ]),
        ),
        {
            id: "network-acls",
            seen: ["acl-2 denies egress to 10.0.1.0/24, port 32768-61000"],
            breaks: "nothing: packets that are dropped today pass",
            change: [
                "aws ec2 create-network-acl-entry --network-acl-id acl-2 --egress --rule-number 99 --protocol tcp --port-range From=32768,To=61000 --cidr-block 10.0.1.0/24 --rule-action allow",
            ],
        },
    ],
    [
        "a proxy that signs in with secrets, without TLS, and that the database does not admit",
        {
            ...good,
            aws: {
                ...good.aws,
                groups: known([{ ...group, rules: [{ ...rule, ranges: [] }] }]),
                proxies: known([
                    {
                        ...{ name: "front", iam: false, requiresTls: false, secrets: { all: 2, byPassword: 2 } },
                        groups: known([{ id: "sg-proxy", vpc: "vpc-1", rules: [rule] }]),
                    },
                ]),
            },
        },
        {
            id: "proxies",
            seen: [
                "front signs in with secrets (2)",
                "front takes clients without TLS",
                "front (sg-proxy): no rule of the database's groups admits it to port 5432",
            ],
            breaks:
                "nothing: users with secrets are signed in with them still; clients of front without TLS are refused; " +
                "nothing; everything in the proxy's group then reaches the port",
            change: [
                "aws rds modify-db-proxy --db-proxy-name front --default-auth-scheme IAM_AUTH",
                "aws rds modify-db-proxy --db-proxy-name front --require-tls",
                "aws ec2 authorize-security-group-ingress --group-id sg-db --protocol tcp --port 5432 --source-group sg-proxy",
            ],
        },
    ],
    [
        "a copy in another region without IAM authentication, and open to all",
        but(
            "aws",
            "copies",
            known([
                {
                    ...good.aws,
                    identifier: "shop-far",
                    region: "eu-west-1",
                    server: known({ ...good.aws.server.value, identifier: "shop-far", iamAuthentication: false }),
                    groups: known([{ ...group, id: "sg-far", rules: [{ ...rule, ranges: ["0.0.0.0/0"] }] }]),
                },
            ]),
        ),
        {
            id: "copies",
            seen: [
                "shop-far: IAM database authentication: off",
                "shop-far: only known sources reach the database's port: sg-far admits 0.0.0.0/0 to port 5432",
            ],
            breaks:
                "shop-far, iam-authentication: nothing: logins keep their passwords until they become members of rds_iam; " +
                "shop-far, open-path: clients whose addresses no other rule admits; VPC flow logs name them",
            change: [
                "aws rds modify-db-cluster --db-cluster-identifier shop-far --enable-iam-database-authentication --apply-immediately --region eu-west-1",
                "aws ec2 revoke-security-group-ingress --group-id sg-far --ip-permissions 'IpProtocol=tcp,FromPort=5432,ToPort=5432,IpRanges=[{CidrIp=0.0.0.0/0}]' --region eu-west-1",
            ],
        },
    ],
    [
        "an IAM role of the same name",
        but("aws", "takenRoles", known(["keyless-shop-prod"])),
        {
            id: "iam-roles",
            seen: ["the role keyless-shop-prod exists"],
            breaks: "nothing: another name leaves this role as it is",
            change: [
                "config: rename the tenant (access.tenants[].name) or the stack, of which the role's name consists; or delete the role if it is a leftover",
            ],
        },
    ],
    [
        "no Pod Identity agent",
        { ...but("aws", "agent", known(undefined)), kubernetes: { ...good.kubernetes, agent: known(undefined) } },
        {
            id: "pod-identity-agent",
            seen: ["no add-on eks-pod-identity-agent", "no DaemonSet of it in kube-system"],
            breaks: "nothing; the nodes' role needs eks-auth:AssumeRoleForPodIdentity, and Fargate has no agent",
            change: ["aws eks create-addon --cluster-name prod --addon-name eks-pod-identity-agent"],
        },
    ],
    [
        "an authentication mode without access entries",
        butCluster({ authenticationMode: "CONFIG_MAP" }),
        {
            id: "access-entries",
            seen: ["authentication mode CONFIG_MAP"],
            breaks: "nothing: aws-auth stays in effect; the mode cannot be changed back",
            change: ["aws eks update-cluster-config --name prod --access-config authenticationMode=API_AND_CONFIG_MAP"],
        },
    ],
    [
        "a namespace of the same name",
        but("kubernetes", "namespaces", known(["default", "shop"])),
        {
            id: "namespaces",
            seen: ["the namespace shop exists"],
            breaks: "nothing: another namespace leaves what runs in this one as it is, until the service moves",
            change: ["config: give these tenants other namespaces (access.tenants[].namespace)"],
        },
    ],
    [
        "a role, a database and a schema of the same names",
        butCatalog({
            roles: rolesWith(role("shop_app")),
            databases: [
                { ...app, objects: [...app.objects, object("schema", "shop", "billing_owner")] },
                { ...app, name: "reports", objects: [] },
            ],
        }),
        {
            id: "names",
            seen: ["the role shop_app exists", "the database reports exists", "the schema shop exists in app"],
            breaks: "nothing: another name leaves what exists as it is; `adopt` takes it over",
            change: [
                "config: rename what the config names, or name a tenant's schema, owner or login in access.tenants[].adopt",
            ],
        },
    ],
    [
        "a master that is a member of rds_iam through another role",
        butCatalog({
            memberships: [
                ...catalog.value.memberships,
                { role: "billing_app", member: "postgres", grantor: "rdsadmin", admin: true },
            ],
        }),
        {
            id: "lock-out",
            seen: ["postgres (the master) is refused with a password: postgres → billing_app → rds_iam"],
            breaks: "a login that leaves rds_iam can no longer sign in with a token",
            change: ['REVOKE "rds_iam" FROM "billing_app"'],
        },
    ],
    [
        "a break-glass login that somebody has put into a group with IAM logins",
        butCatalog({
            memberships: [
                ...catalog.value.memberships,
                { role: "billing_app", member: "keyless_breakglass", grantor: "postgres", admin: false },
            ],
        }),
        {
            id: "lock-out",
            seen: [
                "keyless_breakglass (the break-glass login) is refused with a password: keyless_breakglass → billing_app → rds_iam",
            ],
            breaks: "a login that leaves rds_iam can no longer sign in with a token",
            change: ['REVOKE "billing_app" FROM "keyless_breakglass"'],
        },
    ],
    [
        "a creator that a later membership would lock out",
        butCatalog({
            roles: rolesWith(role("shop")),
            memberships: [
                ...catalog.value.memberships,
                { role: "shop", member: "postgres", grantor: "rdsadmin", admin: true },
            ],
        }),
        {
            id: "lock-out",
            seen: [
                "postgres is a member of shop, and is refused with a password as soon as one of them becomes a member of rds_iam",
            ],
            breaks: "a login that leaves rds_iam can no longer sign in with a token",
            change: [
                "config: leave login out of these tenants' adopt, so that each gets a new login, or let postgres sign in with IAM too",
            ],
        },
    ],
    [
        "rights of PUBLIC that an application relies on",
        (() => {
            const others = app.objects.filter((one) => one !== database);
            const { items } = object("database", "app", "postgres", { public: ["CONNECT"] });
            return butCatalog({ databases: [{ ...app, objects: [{ ...database, items }, ...others] }] });
        })(),
        {
            id: "public-rights",
            seen: ["CONNECT on database app"],
            breaks:
                "logins lose what they hold through PUBLIC only, unless it is granted to them first; " +
                "billing_app, keyless_breakglass can connect to app through PUBLIC only (connected now: billing_app)",
            change: [
                'GRANT CONNECT ON DATABASE "app" TO "billing_app"',
                'GRANT CONNECT ON DATABASE "app" TO "keyless_breakglass"',
                'REVOKE CONNECT ON DATABASE "app" FROM PUBLIC',
            ],
        },
    ],
    [
        "a login with a password that owns tables",
        (() => {
            const facts = butDatabase({ objects: [object("table", "old", "legacy", {}, "billing")] });
            const { catalog: there } = facts.database;
            return "value" in there
                ? but("database", "catalog", known({ ...there.value, roles: rolesWith(role("legacy")) }))
                : facts;
        })(),
        {
            id: "owners",
            seen: ["legacy owns 1 table in app"],
            breaks: "the login keeps its rights as a member of the new owner; what it creates from then on belongs to it unless its sessions begin with SET ROLE",
            change: [
                'CREATE ROLE "legacy_owner" NOLOGIN',
                'GRANT "legacy_owner", "legacy" TO CURRENT_USER',
                'GRANT "legacy_owner" TO "legacy"',
                'REASSIGN OWNED BY "legacy" TO "legacy_owner"',
                'ALTER ROLE "legacy" SET role = "legacy_owner"',
                'REVOKE "legacy_owner", "legacy" FROM CURRENT_USER',
            ],
        },
    ],
    [
        "a master that owns tables",
        butDatabase({ objects: [object("table", "old", "postgres", {}, "billing")] }),
        {
            id: "owners",
            seen: ["postgres (the master) owns 1 table in app"],
            breaks: "the login keeps its rights as a member of the new owner; what it creates from then on belongs to it unless its sessions begin with SET ROLE",
            change: [
                "config: as the master, give each of these objects to a role that cannot log in (ALTER … OWNER TO); not with REASSIGN OWNED, which takes the databases too, and `keyless bootstrap` needs the master to own those",
            ],
        },
    ],
    [
        "grants that future tables lack",
        butDatabase({ defaults: [] }),
        {
            id: "default-privileges",
            seen: ["billing_app holds SELECT on all tables of billing_owner in app.billing, but not on future ones"],
            breaks: "nothing: only tables to come are concerned",
            change: [
                'ALTER DEFAULT PRIVILEGES FOR ROLE "billing_owner" IN SCHEMA "billing" GRANT SELECT ON TABLES TO "billing_app"',
            ],
        },
    ],
    [
        "a foreign server that signs in with a stored password",
        butDatabase({
            extensions: ["postgres_fdw"],
            foreignServers: [{ name: "erp", wrapper: "postgres_fdw", users: ["billing_app"] }],
        }),
        {
            id: "extensions",
            seen: ["the server erp (postgres_fdw) in app has user mappings of billing_app"],
            breaks: "queries of its foreign tables, once the target's login accepts only tokens",
            change: [
                "config: keep the target's login on a password, outside rds_iam, with no more rights than these foreign tables need",
            ],
        },
    ],
    [
        "connections close to max_connections",
        but("database", "load", known({ open: 380, most: 400 })),
        {
            id: "connections",
            seen: ["380 of 400 connections are open"],
            breaks: "nothing; max_connections needs a restart, and memory for each session",
            change: [
                "config: use a larger instance class, put a proxy in front (platform.database.proxy: true), or limit the pools (access.tenants[].limits.connections)",
            ],
        },
    ],
    [
        "close to 200 new sessions a second",
        but("database", "loginRate", known({ perSecond: 190, seconds: 10 })),
        {
            id: "login-rate",
            seen: ["190.0 a second, counted for 10 s"],
            breaks: "nothing",
            change: ["config: keep connections in a pool, or put a proxy in front (platform.database.proxy: true)"],
        },
    ],
];

describe("the doctor", () => {
    it("finds nothing to change, and everything checked, on a good situation", () => {
        const states = diagnose(good).map(({ id, state }) => `${id}: ${state}`);
        assert.deepEqual(
            states.filter((one) => !one.endsWith(": fine")),
            [],
        );
        assert.equal(states.length, 23);
    });

    for (const [what, facts, found] of situations) {
        it(`finds ${what}, and nothing else`, () => assert.deepEqual(foundIn(facts), [found]));
    }

    for (const [kind, engine, option, value] of [
        ["cluster", "aurora-mysql", "db-cluster-parameter-group", "ON"],
        ["cluster", "mysql", "db-cluster-parameter-group", "1"],
        ["instance", "mysql", "db-parameter-group", "1"],
    ] as const) {
        it(`turns TLS on for ${engine} in the words of a ${kind}'s parameter group`, () => {
            const facts = butServer({ kind, engine, parameterGroup: "own" });
            const tls = known({ name: "require_secure_transport", forced: false, dynamic: true });
            assert.deepEqual(foundIn({ ...facts, aws: { ...facts.aws, tls } })[0]?.change, [
                `aws rds modify-${option} --${option}-name own --parameters ParameterName=require_secure_transport,ParameterValue=${value},ApplyMethod=immediate`,
            ]);
        });
    }

    it("names the region in commands of AWS, unless it is the environment's", () => {
        const facts = butServer({ iamAuthentication: false });
        const providers = known([]);
        assert.deepEqual(
            foundIn({ ...facts, aws: { ...facts.aws, region: "us-gov-west-1", providers } }).flatMap(
                ({ change }) => change,
            ),
            [
                "aws rds modify-db-cluster --db-cluster-identifier shop --enable-iam-database-authentication --apply-immediately --region us-gov-west-1",
                "aws iam create-open-id-connect-provider --url https://oidc.eks.eu-central-1.amazonaws.com/id/AAAA --client-id-list sts.amazonaws.com",
            ],
        );
    });

    it("has a situation for every check", () => {
        const ids = new Set(situations.map(([, , { id }]) => id));
        assert.deepEqual(
            diagnose(good)
                .map(({ id }) => id)
                .filter((id) => !ids.has(id)),
            [],
        );
    });
});

describe("what the doctor cannot know", () => {
    const reason = "AccessDenied: not allowed";

    it("is never fine: every check that needs it says why it is not made", () => {
        const nothing = unknown(reason);
        const all = <T extends object>(group: T) =>
            Object.fromEntries(Object.keys(group).map((key) => [key, nothing])) as T;
        const facts: Facts = {
            now: good.now,
            aws: all<Facts["aws"]>(good.aws),
            kubernetes: all<Facts["kubernetes"]>(good.kubernetes),
            database: all<Facts["database"]>(good.database),
            wanted: nothing,
        };
        const answers = diagnose(facts).map((one) =>
            one.state === "unchecked" ? one.reason : `${one.id} is ${one.state}`,
        );
        assert.deepEqual(new Set(answers), new Set([reason]));
    });

    for (const key of ["server", "groups", "cluster", "nodes"] as const) {
        it(`leaves the pods' path unchecked without ${key}`, () => {
            const [path] = diagnose(but("aws", key, unknown(reason))).filter(({ id }) => id === "pods-path");
            assert.equal(path?.state, "unchecked");
        });
    }

    it("leaves a path by addresses unchecked without the VPC's", () => {
        const ranges = known([{ ...group, rules: [{ ...rule, groups: [] }] }]);
        const facts: Facts = { ...good, aws: { ...good.aws, groups: ranges, ranges: unknown(reason) } };
        assert.equal(diagnose(facts).find(({ id }) => id === "pods-path")?.state, "unchecked");
    });

    it("is who would be locked out by TLS when sessions are hidden", () => {
        const facts = but("database", "sessions", unknown("sessions: 3 are hidden"));
        const tls = known({ name: "rds.force_ssl", forced: false, dynamic: true });
        const [found] = foundIn({ ...facts, aws: { ...good.aws, tls } });
        assert.equal(
            found?.breaks,
            "clients without TLS are refused; who they are is not known (sessions: 3 are hidden)",
        );
    });

    it("is whether an indirect member of rds_iam needs a password", () => {
        const memberships = [
            { role: "rds_iam", member: "staff", grantor: "postgres", admin: false },
            { role: "staff", member: "ann", grantor: "postgres", admin: false },
        ];
        const roles = rolesWith(role("staff", { login: false }), role("ann"));
        const facts = butCatalog({ roles, memberships: [...catalog.value.memberships, ...memberships] });
        const stateOf = (given: Facts) => diagnose(given).find(({ id }) => id === "lock-out");
        const one = stateOf(facts);
        assert.equal(
            one?.state === "unchecked" && one.reason,
            "RDS refuses a password of ann → staff → rds_iam; whether one is needed is not known",
        );
        const passwords = known(new Set<string>());
        assert.equal(stateOf({ ...facts, database: { ...facts.database, passwords } })?.state, "fine");
        const [found] = foundIn({ ...facts, database: { ...facts.database, passwords: known(new Set(["ann"])) } });
        assert.deepEqual(found?.seen, ["ann (has a password) is refused with a password: ann → staff → rds_iam"]);
    });

    it("is whether all pods are in a range that a rule admits in part", () => {
        const groups = known([{ ...group, rules: [{ ...rule, groups: [], ranges: ["10.0.1.0/24"] }] }]);
        const [path] = diagnose(but("aws", "groups", groups)).filter(({ id }) => id === "pods-path");
        assert.deepEqual(
            path?.state === "unchecked" && path.reason,
            "port 5432 is open to 10.0.1.0/24; whether all pods' addresses are in it is not known",
        );
    });
});
