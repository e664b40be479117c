import type { Edit } from "../edit";
import { ACCOUNT, REGION } from "../stack";
import { dbuser, fault } from "./fault";
import type { Fault } from "./fault";

const usual = ["rds_iam", "app_connect"];
const member = (edit: Edit, ...roles: string[]): Edit =>
    edit.set("pgRole", "shop_app", { roles: [...usual, ...roles] });
/** CONNECT for the login itself, because a role without INHERIT does not get it from its group. */
const connects = (edit: Edit): Edit => edit.grant("shop_app", { objectType: "database", privileges: ["CONNECT"] });
const login = { name: "shop_app", login: true };
/** A cluster beside the stack's own. */
const second = (edit: Edit): Edit =>
    edit.add(
        "aws:rds/cluster:Cluster",
        "second",
        {
            engine: "aurora-postgresql",
            engineVersion: "16.6",
            databaseName: "app",
            iamDatabaseAuthenticationEnabled: true,
            vpcSecurityGroupIds: ["sg-database"],
        },
        {
            outputs: {
                clusterResourceId: "cluster-SECOND",
                endpoint: "second.example",
                arn: `arn:aws:rds:${REGION}:${ACCOUNT}:cluster:second`,
            },
        },
    );

/** Faults in logins and memberships. */
export const loginFaults: readonly Fault[] = [
    fault(
        "the login is not a member of rds_iam",
        (edit) => edit.set("pgRole", "shop_app", { roles: ["app_connect"] }),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: shop_app on aurora is not a member of rds_iam",
        "! nightly → shop_app: security group database of aurora does not let nightly (security group outside) through to port 5432; shop_app on aurora is not a member of rds_iam",
    ),
    fault(
        "the login has a password instead",
        (edit) => edit.set("pgRole", "shop_app", { roles: ["app_connect"], password: "[secret]" }),
        "+ any client with the password of shop_app → aurora/app/shop: write (crosses, password)",
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: shop_app on aurora is not a member of rds_iam",
        "! nightly → shop_app: security group database of aurora does not let nightly (security group outside) through to port 5432; shop_app on aurora is not a member of rds_iam",
    ),
    fault(
        "the login may not log in",
        (edit) => edit.set("pgRole", "shop_app", { login: false }),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: shop_app on aurora may not log in (NOLOGIN)",
        "! nightly → shop_app: security group database of aurora does not let nightly (security group outside) through to port 5432; shop_app on aurora may not log in (NOLOGIN)",
    ),
    fault("the login is gone", (edit) => edit.remove("pgRole", "shop_app"), "- shop/shop → aurora/app/shop: write"),
    fault(
        "the login may replicate",
        (edit) => edit.set("pgRole", "shop_app", { replication: true }),
        "+ shop/shop → aurora: read",
    ),
    fault(
        "the login may act as a role that may replicate",
        (edit) => member(edit.add("postgresql:index/role:Role", "cdc", { name: "cdc", replication: true }), "cdc"),
        "+ shop/shop → aurora: read",
    ),
    fault(
        "the login is a member of RDS' group for replication",
        (edit) => member(edit, "rds_replication"),
        "+ shop/shop → aurora: read",
    ),
    fault(
        "the login has no CONNECT",
        (edit) => edit.set("pgRole", "shop_app", { roles: ["rds_iam"] }),
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "IAM authentication is off",
        (edit) => edit.set("cluster", "aurora", { iamDatabaseAuthenticationEnabled: false }),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: IAM authentication is off on aurora",
        "! billing/billing → billing_app: IAM authentication is off on aurora",
        "! nightly → shop_app: security group database of aurora does not let nightly (security group outside) through to port 5432; IAM authentication is off on aurora",
    ),
    fault(
        "the login is a member of another tenant's login",
        (edit) => member(edit, "billing_app"),
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "the login is a member of another tenant's owner",
        (edit) => member(edit, "billing_owner"),
        "+ shop/shop → aurora/app/billing: own (crosses, owns)",
        "+ billing/billing → aurora/app/billing: use",
    ),
    fault(
        "the login may only SET ROLE to another tenant's login",
        (edit) => connects(edit).set("pgRole", "shop_app", { inherit: false, roles: ["rds_iam", "billing_app"] }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "a group that belongs to another tenant's login is granted with the admin option",
        (edit) =>
            connects(edit)
                .add("postgresql:index/grantRole:GrantRole", "self", {
                    role: "shop_app",
                    grantRole: "broker",
                    withAdminOption: true,
                })
                .add("postgresql:index/role:Role", "broker", { name: "broker", roles: ["billing_app"] }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "memberships go through groups",
        (edit) =>
            member(edit.add("postgresql:index/role:Role", "team", { name: "team", roles: ["billing_app"] }), "team"),
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "memberships run in a circle",
        (edit) => member(edit, "billing_app").set("pgRole", "billing_app", { roles: [...usual, "shop_app"] }),
        "+ billing/billing → aurora/app/shop: write (crosses)",
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "the login reads all data",
        (edit) => member(edit, "pg_read_all_data"),
        "+ shop/shop → aurora/app/billing: read (crosses)",
        "+ shop/shop → aurora/app/public: read",
    ),
    fault(
        "the login writes all data",
        (edit) => member(edit, "pg_write_all_data"),
        "+ shop/shop → aurora/app/billing: write (crosses)",
        "+ shop/shop → aurora/app/public: write",
    ),
    fault(
        "the login is a superuser",
        (edit) => edit.set("pgRole", "shop_app", { superuser: true }),
        "+ shop/shop → aurora: administer (administers)",
    ),
    fault(
        "the login may create roles, on a version before 16",
        (edit) =>
            edit.set("pgRole", "shop_app", { createRole: true }).set("cluster", "aurora", { engineVersion: "15.8" }),
        "+ shop/shop → aurora: administer (administers)",
    ),
    fault(
        "the login is a member of rds_superuser",
        (edit) => member(edit, "rds_superuser"),
        "+ shop/shop → aurora: administer (administers)",
    ),
    fault(
        "a second cluster has the same user, and the policy reaches both",
        (edit) =>
            second(edit)
                .add("pulumi:providers:postgresql", "second", {
                    host: "second.example",
                    database: "app",
                    username: "keyless_provisioner",
                })
                .add(
                    "postgresql:index/role:Role",
                    "second-login",
                    { ...login, roles: ["rds_iam"] },
                    { provider: "urn:pulumi:test::keyless::pulumi:providers:postgresql::second" },
                )
                .connect("shop", { Resource: dbuser("cluster-*", "shop_app") }),
        "+ shop/shop → second/app: use (wildcard)",
        "+ shop/shop → second/app/public: use (wildcard)",
        "+ shop/shop → second/postgres: use (wildcard)",
        "+ shop/shop → second/postgres/public: use (wildcard)",
    ),
    fault(
        "a second cluster has the same user, and the policy names the second only",
        (edit) => second(edit).connect("shop", { Resource: dbuser("cluster-SECOND", "shop_app") }),
        "+ shop/shop → second: write",
        "- shop/shop → aurora/app/shop: write",
    ),
];
