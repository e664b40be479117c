import assert from "node:assert/strict";
import { problemsOf, wrongsOf } from "../support/configProblems";

const platform = { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } };
const iamRole = "arn:aws:iam::111122223333:role/support";
const shop = { name: "shop" };

/** Path and reason of each problem of an access part. */
function wrongs(access: Record<string, unknown>): string[] {
    return wrongsOf({ platform, access });
}

function profile(more: Record<string, unknown>): Record<string, unknown> {
    return { tenants: [shop], profiles: [{ name: "support", ...more }] };
}

describe("the config's access", () => {
    it("accepts profiles with grants on everything, on objects, and on columns", () => {
        const grants = [
            { tenant: "shop", objects: ["orders", "Odd name"], privileges: ["SELECT", "UPDATE"] },
            { tenant: "shop", objects: ["customers"], columns: ["id", "city"], privileges: ["SELECT"] },
            { tenant: "*", on: "sequences", privileges: ["USAGE"] },
        ];
        assert.deepEqual(wrongs(profile({ grants, holders: [{ user: "sue", iamRole }, { breakGlass: true }] })), []);
    });

    it("refuses a tenant, a database or a privilege that does not exist", () => {
        assert.deepEqual(wrongs({ tenants: [{ ...shop, database: "sales" }] }), [
            "access.tenants[0].database: there is no such database",
        ]);
        assert.deepEqual(
            wrongs({
                tenants: [
                    { ...shop, database: "sales" },
                    { name: "crm", database: "app" },
                ],
                databases: [{ name: "sales" }],
            }),
            [],
        );
        assert.deepEqual(wrongs(profile({ actsAs: "crm" })), ["access.profiles[0].actsAs: there is no such tenant"]);
        assert.deepEqual(
            wrongs(
                profile({
                    grants: [
                        { tenant: "crm", privileges: ["SELECT"] },
                        { tenant: "shop", on: "functions", privileges: ["SELECT"] },
                        { tenant: "shop", objects: ["a"], columns: ["b"], privileges: ["DELETE"] },
                        { tenant: "shop", on: "sequences", privileges: [] },
                    ],
                }),
            ),
            [
                "access.profiles[0].grants[0].tenant: there is no such tenant",
                "access.profiles[0].grants[1].privileges: SELECT cannot be granted on functions",
                "access.profiles[0].grants[2].privileges: DELETE cannot be granted on columns",
                "access.profiles[0].grants[3].privileges: empty",
            ],
        );
    });

    it("refuses an empty list of objects, which the provider would treat as all, and columns without a single table", () => {
        const grants = [
            { tenant: "shop", objects: [], privileges: ["SELECT"] },
            { tenant: "shop", on: "sequences", objects: ["s"], columns: ["a"], privileges: ["SELECT"] },
        ];
        assert.deepEqual(wrongs(profile({ grants })), [
            "access.profiles[0].grants[0].objects: empty",
            "access.profiles[0].grants[1].columns: the table of these columns is not named",
        ]);
    });

    it("refuses mayRun without a grant that needs it, and for break-glass sessions, which run neither views nor policies", () => {
        const grants = [
            { tenant: "shop", objects: ["cases"], privileges: ["SELECT"], mayRun: ["views", "policies"] },
            { tenant: "shop", on: "functions", privileges: ["EXECUTE"] },
        ];
        assert.deepEqual(wrongs(profile({ grants, holders: [{ user: "sue", iamRole }] })), []);
        assert.deepEqual(wrongs(profile({ grants: [{ tenant: "*", privileges: ["SELECT"], mayRun: ["views"] }] })), [
            "access.profiles[0].grants[0].mayRun: objects are not named",
        ]);
        assert.deepEqual(wrongs(profile({ grants: [{ ...grants[1], objects: ["f"], mayRun: ["policies"] }] })), [
            "access.profiles[0].grants[0].mayRun: objects are not named",
        ]);
        assert.deepEqual(wrongs(profile({ grants, holders: [{ breakGlass: true }] })), [
            "access.profiles[0].grants[0].mayRun: the break-glass login has this profile",
        ]);
    });

    it("refuses two grants on one object, which would revoke each other", () => {
        const select = ["SELECT"];
        const grants = [
            { tenant: "shop", objects: ["orders"], columns: ["id"], privileges: select },
            { tenant: "shop", objects: ["orders"], columns: ["state"], privileges: ["UPDATE"] },
            { tenant: "shop", objects: ["orders"], columns: ["state"], privileges: select },
            { tenant: "*", privileges: select },
            { tenant: "*", on: "sequences", privileges: select },
        ];
        assert.deepEqual(wrongs(profile({ grants })), [
            "access.profiles[0].grants[2]: access.profiles[0].grants[0] covers the same objects",
            "access.profiles[0].grants[3]: access.profiles[0].grants[0] covers the same objects",
        ]);
    });

    it("refuses a role name that is taken, by any kind of role", () => {
        const taken = (name: string) => wrongs({ tenants: [shop], profiles: [{ name }] });
        assert.deepEqual(taken("shop_owner"), [
            "access.profiles[0].name: it needs the role shop_owner, which is a role of the tenant shop",
        ]);
        assert.deepEqual(taken("app_connect"), [
            "access.profiles[0].name: it needs the role app_connect, which is the group whose members may connect to the database app",
        ]);
        assert.deepEqual(taken("keyless_provisioner"), [
            "access.profiles[0].name: it needs the role keyless_provisioner, which is the provisioner's login",
        ]);
        const holders = (user: string) => wrongs(profile({ holders: [{ user, iamRole }] }));
        assert.deepEqual(holders("support"), [
            "access.profiles[0].holders[0].user: it needs the role support, which is the group of a profile",
        ]);
        const twice = [
            { name: "a", holders: [{ user: "sue", iamRole }] },
            {
                name: "b",
                holders: [
                    { user: "sue", iamRole },
                    { user: "sue", iamRole: `${iamRole}2` },
                ],
            },
        ];
        assert.deepEqual(wrongs({ tenants: [shop], profiles: twice }), [
            `access.profiles[1].holders[1].user: ${iamRole} already logs in as it`,
        ]);
        assert.deepEqual(wrongs({ tenants: [shop, { name: "store", formerly: "shop" }] }), [
            "access.tenants[1].formerly: another tenant has this schema",
        ]);
    });

    it('refuses a tenant whose schema would be "$user" of any role, including through its former name', () => {
        const holders = [{ user: "sue", iamRole }];
        const people = [
            { user: "audrey", assumedBy: ["arn:aws:iam::111122223333:user/audrey"], profiles: ["support"] },
        ];
        const beside = {
            profiles: [{ name: "support", holders }],
            people,
            breakGlass: "rescue",
            databases: [{ name: "reports" }],
        };
        const roles = {
            keyless_provisioner: "the provisioner's login",
            keyless_master: "the master user of RDS",
            keyless_bootstrap: "the role that `keyless bootstrap` creates the provisioner with",
            rescue: "the break-glass login",
            audrey: "the login of a person",
            support: "the group of a profile",
            sue: "the login of a profile's holder",
            shop_app: "a role of the tenant shop",
            shop_owner: "a role of the tenant shop",
            app_connect: "the group whose members may connect to the database app",
            reports_connect: "the group whose members may connect to the database reports",
        };
        for (const [name, purpose] of Object.entries(roles)) {
            const wrong = `its schema ${name} would have the name of ${purpose}, in whose sessions "$user" means that schema`;
            assert.deepEqual(wrongs({ ...beside, tenants: [{ name }, shop] }), [`access.tenants[0].name: ${wrong}`]);
            const taken = { name: "store", formerly: name, adopt: ["schema"], database: "reports" };
            assert.deepEqual(wrongs({ ...beside, tenants: [shop, taken] }), [`access.tenants[1].formerly: ${wrong}`]);
        }
        assert.deepEqual(wrongs({ ...beside, tenants: [shop, { name: "keyless", formerly: "sue_shop" }] }), []);
    });

    it("refuses a role named like the master or the role of the bootstrap", () => {
        assert.deepEqual(
            wrongs({ tenants: [shop], profiles: [{ name: "keyless_master" }, { name: "keyless_bootstrap" }] }),
            [
                "access.profiles[0].name: it needs the role keyless_master, which is the master user of RDS",
                "access.profiles[1].name: it needs the role keyless_bootstrap, which is the role that `keyless bootstrap` creates the provisioner with",
            ],
        );
    });

    it("refuses a break-glass login that names another role, because members of that role would inherit its privileges", () => {
        const rescue = {
            name: "rescue",
            grants: [{ tenant: "*", privileges: ["SELECT"] }],
            holders: [{ breakGlass: true }],
        };
        const wrong = (breakGlass: string, databases: unknown[] = []) =>
            wrongs({ tenants: [shop], databases, profiles: [rescue], breakGlass });
        assert.deepEqual(wrong("app_connect"), [
            "access.breakGlass: it needs the role app_connect, which is the group whose members may connect to the database app",
        ]);
        assert.deepEqual(wrong("reports_connect", [{ name: "reports" }]), [
            "access.breakGlass: it needs the role reports_connect, which is the group whose members may connect to the database reports",
        ]);
        assert.deepEqual(wrong("keyless_provisioner"), [
            "access.breakGlass: it needs the role keyless_provisioner, which is the provisioner's login",
        ]);
        assert.deepEqual(wrong("keyless_master"), [
            "access.breakGlass: it needs the role keyless_master, which is the master user of RDS",
        ]);
        assert.deepEqual(wrong("rescuer"), []);
    });

    it("refuses a search path through another tenant's schema, unless that tenant consents or a profile grants it", () => {
        const evil = { name: "evil" };
        const allowed =
            "its own schema, public, schemas without a tenant, and those of tenants that name shop in inSearchPathOf or that it has a profile for";
        const found = problemsOf({ platform, access: { tenants: [{ ...shop, searchPath: ["evil", "shop"] }, evil] } });
        assert.deepEqual(found, [
            {
                path: "access.tenants[0].searchPath",
                given: ["evil", "shop"],
                wrong: "evil is the schema of the tenant evil, which could redefine the names that shop uses",
                allowed,
                fix: "leave evil out, or write inSearchPathOf: [shop] for evil",
            },
        ]);
        const later = { ...shop, searchPath: ["shop", "evil", "public", "postgis"] };
        assert.deepEqual(wrongs({ tenants: [later, { name: "good", formerly: "evil" }] }), [
            "access.tenants[0].searchPath: evil is the schema of the tenant good, which could redefine the names that shop uses",
        ]);
        assert.deepEqual(wrongs({ tenants: [later, { ...evil, inSearchPathOf: ["shop"] }] }), []);
        assert.deepEqual(
            wrongs({ tenants: [later, { ...evil, database: "other" }], databases: [{ name: "other" }] }),
            [],
        );
        for (const tenant of ["evil", "*"]) {
            const profiles = [
                { name: "readers", grants: [{ tenant, privileges: ["SELECT"] }], holders: [{ tenant: "shop" }] },
            ];
            assert.deepEqual(wrongs({ tenants: [later, evil], profiles }), []);
        }
        const acting = [
            { name: "readers", grants: [{ tenant: "evil", privileges: ["SELECT"] }], holders: [{ tenant: "evil" }] },
        ];
        assert.equal(wrongs({ tenants: [later, evil], profiles: acting }).length, 1);
    });

    it("refuses another tenant's schema before the tenant's own in a search path, even with consent", () => {
        const agreeing = { name: "common", inSearchPathOf: ["shop"] };
        const led = (...searchPath: string[]) => wrongs({ tenants: [{ ...shop, searchPath }, agreeing] });
        assert.deepEqual(led("shop", "common"), []);
        assert.deepEqual(led("common", "shop"), [
            "access.tenants[0].searchPath: common, of the tenant common, comes before its own schema shop",
        ]);
        assert.deepEqual(led("public", "common"), [
            "access.tenants[0].searchPath: common, of the tenant common, comes without its own schema shop",
        ]);
        assert.deepEqual(wrongs({ tenants: [{ ...agreeing, inSearchPathOf: ["common", "shop"] }] }), [
            "access.tenants[0].inSearchPathOf[0]: it is this tenant",
            "access.tenants[0].inSearchPathOf[1]: there is no such tenant",
        ]);
    });

    it("takes a namespace and a service account that are there, for all tenants of the namespace", () => {
        const existing = ["namespace", "serviceAccount"];
        const there = { ...shop, namespace: "default", existing };
        assert.deepEqual(wrongs({ tenants: [there] }), []);
        assert.deepEqual(
            wrongs({
                tenants: [
                    { ...shop, namespace: "default" },
                    { name: "crm", existing: ["serviceAccount"] },
                    { name: "api", namespace: "team", existing },
                    { name: "web", namespace: "team" },
                    { name: "job", identity: "ecs", existing },
                ],
            }),
            [
                "access.tenants[0].namespace: belongs to Kubernetes",
                "access.tenants[4].existing: ecs runs outside Kubernetes",
                "access.tenants[1].existing: the stack would create the namespace crm, in which nothing is yet",
                "access.tenants[3].existing: the namespace team is there for the tenant api",
            ],
        );
        assert.deepEqual(wrongs({ tenants: [{ ...there, identity: "podIdentity" }], networkPolicy: true }), [
            "access.tenants[0].existing: access.networkPolicy would cut all other pods of the namespace default off too",
        ]);
    });

    it("refuses the namespaces and service accounts of controllers, unless the entry declares one", () => {
        const spaces = {
            argocd: "Argo CD",
            "cert-manager": "cert-manager",
            "istio-system": "a controller",
            "flux-system": "a controller",
            "external-secrets": "External Secrets Operator",
            karpenter: "Karpenter",
            "amazon-cloudwatch": "add-ons of Amazon EKS",
            "aws-observability": "AWS' own software",
            "tigera-operator": "an operator",
            monitoring: "the Prometheus Operator",
        };
        for (const [namespace, of] of Object.entries(spaces)) {
            const wrong = `access.tenants[0].namespace: ${namespace} is the namespace of ${of}, whose rights its pods could obtain`;
            assert.deepEqual(wrongs({ tenants: [{ ...shop, namespace }] }), [wrong]);
            assert.deepEqual(wrongs({ tenants: [{ ...shop, namespace, allowSystemNames: true }] }), []);
        }
        const accounts = {
            "aws-node": "Amazon VPC CNI",
            "ebs-csi-controller-sa": "Amazon EBS' CSI driver",
            "kube-proxy": "Kubernetes",
        };
        for (const [serviceAccount, of] of Object.entries(accounts)) {
            const wrong = `access.tenants[0].serviceAccount: ${serviceAccount} is the service account of ${of}, whose rights its pods could obtain`;
            assert.deepEqual(wrongs({ tenants: [{ ...shop, serviceAccount }] }), [wrong]);
        }
        assert.deepEqual(wrongs({ tenants: [{ name: "argocd" }] }), [
            "access.tenants[0].namespace: argocd is the namespace of Argo CD, whose rights its pods could obtain",
        ]);
        assert.deepEqual(
            wrongs({
                tenants: [
                    { name: "argocd", identity: "ec2" },
                    { name: "aws", namespace: "amazon" },
                    { name: "systems" },
                ],
            }),
            [],
        );
    });

    it("accepts a tenant as a holder, and refuses one that does not exist, that is combined with another holder, or that would act as another tenant", () => {
        const grants = [{ tenant: "*", privileges: ["SELECT"] }];
        assert.deepEqual(wrongs(profile({ grants, holders: [{ tenant: "shop" }] })), []);
        assert.deepEqual(
            wrongs(
                profile({
                    grants,
                    holders: [
                        { tenant: "crm" },
                        { tenant: "shop", user: "sue", iamRole },
                        { tenant: "shop", breakGlass: true },
                    ],
                }),
            ),
            [
                "access.profiles[0].holders[0].tenant: there is no such tenant",
                "access.profiles[0].holders[1]: not exactly one holder",
                "access.profiles[0].holders[2]: not exactly one holder",
            ],
        );
        const acting = {
            tenants: [shop, { name: "crm" }],
            profiles: [{ name: "support", actsAs: "crm", holders: [{ tenant: "shop" }] }],
        };
        assert.deepEqual(wrongs(acting), [
            "access.profiles[0].holders[0].tenant: a service works as itself, not as the owner of crm",
        ]);
    });

    it("refuses holders that name no identity, two identities, or a role of Identity Center", () => {
        assert.deepEqual(wrongs(profile({ holders: [{ user: "sue" }, { user: "sue", iamRole, breakGlass: true }] })), [
            "access.profiles[0].holders[0]: not exactly one holder",
            "access.profiles[0].holders[1]: not exactly one holder",
        ]);
        const center =
            "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Support_0123456789abcdef";
        assert.deepEqual(wrongs(profile({ holders: [{ user: "sue", iamRole: center }] })), [
            "access.profiles[0].holders[0].iamRole: an Identity Center role, which accepts only the policies of its permission set",
        ]);
    });

    it("refuses a config that would make the break-glass login a member of rds_iam", () => {
        const rescued = (model: string) => ({
            tenants: [{ ...shop, model }],
            profiles: [{ name: "rescue", actsAs: "shop", holders: [{ breakGlass: true }] }],
        });
        assert.deepEqual(wrongs(rescued("split")), []);
        assert.deepEqual(wrongs(rescued("owner")), [
            "access.profiles[0].holders[0]: its password would be refused, as a member of rds_iam: keyless_breakglass → rescue → shop_app → rds_iam",
        ]);
        assert.deepEqual(wrongs({ breakGlass: "shop_app", tenants: [shop] }), [
            "access.tenants[0].name: it needs the role shop_app, which is the break-glass login",
            "access.tenants[0]: its password would be refused, as a member of rds_iam: shop_app → rds_iam",
        ]);
    });

    it("refuses a connection test of a missing, leaving or non-Kubernetes service, or of an unpinned image", () => {
        const tenants = [shop, { name: "mail", identity: "ec2" }, { name: "crm", retire: "keep" }];
        const test = (more: Record<string, unknown>) =>
            wrongs({ tenants, connectionTest: { image: "registry.example/test:1", ...more } });
        assert.deepEqual(test({}), []);
        assert.deepEqual(test({ image: "registry.example/test" }), [
            "access.connectionTest.image: has no tag or digest",
        ]);
        assert.deepEqual(test({ tenants: ["shop", "mail", "crm", "stock", "shop"] }), [
            "access.connectionTest.tenants[1]: it has no login for Kubernetes pods",
            "access.connectionTest.tenants[2]: it has no login for Kubernetes pods",
            "access.connectionTest.tenants[3]: there is no such tenant",
            "access.connectionTest.tenants[4]: named twice",
        ]);
        assert.deepEqual(wrongs({ tenants: [tenants[1]], connectionTest: { image: "registry.example/test:1" } }), [
            "access.connectionTest: there is no service to run it as",
        ]);
    });
});
