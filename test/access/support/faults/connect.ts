import { ACCOUNT, REGION, RESOURCE_ID } from "../stack";
import { connectTo, dbuser, fault, roleArn } from "./fault";
import type { Fault } from "./fault";

const BILLING = dbuser(RESOURCE_ID, "billing_app");

const BOUNDS = `arn:aws:iam::${ACCOUNT}:policy/bounds`;

/** Faults in the connections that IAM allows a principal. */
export const connectFaults: readonly Fault[] = [
    fault(
        "the policy names another tenant's user",
        (edit) => edit.connect("shop", { Resource: BILLING }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the policy names another tenant's user besides its own",
        (edit) => edit.connect("shop", { Resource: [dbuser(RESOURCE_ID, "shop_app"), BILLING] }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "the policies of two tenants are swapped",
        (edit) =>
            edit
                .connect("shop", { Resource: BILLING })
                .connect("billing", { Resource: dbuser(RESOURCE_ID, "shop_app") }),
        "+ billing/billing → aurora/app/shop: write (crosses)",
        "+ shop/shop → aurora/app/billing: write (crosses)",
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "a role that is made elsewhere, of whom nothing else is known, gets a policy",
        (edit) =>
            edit.add("aws:iam/rolePolicy:RolePolicy", "reporting", { role: "reporting", policy: connectTo(BILLING) }),
        "+ any principal that may assume the role reporting → aurora/app/billing: write (crosses)",
    ),
    fault(
        "a group that is made elsewhere gets a policy",
        (edit) => edit.add("aws:iam/groupPolicy:GroupPolicy", "staff", { group: "staff", policy: connectTo(BILLING) }),
        "+ any user in the group staff → aurora/app/billing: write (crosses)",
    ),
    fault(
        "the permissions boundary leaves its user out",
        (edit) =>
            edit
                .add("aws:iam/policy:Policy", "bounds", { policy: connectTo(BILLING) }, { outputs: { arn: BOUNDS } })
                .set("role", "shop", { permissionsBoundary: BOUNDS }),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: aws:Role shop may connect to cluster-ABCDEFGHIJKL as shop_app, but its permissions boundary aws:Policy bounds does not allow that",
    ),
    fault(
        "Resource is *, within a boundary that names another tenant's user",
        (edit) =>
            edit
                .add("aws:iam/policy:Policy", "bounds", { policy: connectTo(BILLING) }, { outputs: { arn: BOUNDS } })
                .set("role", "shop", { permissionsBoundary: BOUNDS })
                .connect("shop", { Resource: "*" }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "Resource is *",
        (edit) => edit.connect("shop", { Resource: "*" }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "+ shop/shop → aurora: administer (wildcard, administers)",
    ),
    fault(
        "the user is *",
        (edit) => edit.connect("shop", { Resource: dbuser(RESOURCE_ID, "*") }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "+ shop/shop → aurora: administer (wildcard, administers)",
    ),
    fault(
        "the user ends in *",
        (edit) => edit.connect("shop", { Resource: dbuser(RESOURCE_ID, "*_app") }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "+ shop/shop → aurora: write (wildcard)",
    ),
    fault(
        "a ? stands in the user",
        (edit) => edit.connect("shop", { Resource: dbuser(RESOURCE_ID, "?illing_app") }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "+ shop/shop → aurora: write (wildcard)",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the resource id is *",
        (edit) => edit.connect("shop", { Resource: dbuser("*", "billing_app") }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "a * crosses the ARN's colons",
        (edit) => edit.connect("shop", { Resource: "arn:aws:rds-db:*billing_app" }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "+ shop/shop → aurora: write (wildcard)",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the action is *",
        (edit) => edit.connect("shop", { Action: "*", Resource: BILLING }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the action is written in capitals",
        (edit) => edit.connect("shop", { Action: "RDS-DB:CONNECT", Resource: BILLING }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "NotAction spares the connect action",
        (edit) => edit.connect("shop", { Action: undefined, NotAction: "s3:*", Resource: BILLING }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "NotResource names only the own user",
        (edit) => edit.connect("shop", { Resource: undefined, NotResource: dbuser(RESOURCE_ID, "shop_app") }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "+ shop/shop → aurora: administer (wildcard, administers)",
    ),
    fault(
        "the policy denies",
        (edit) => edit.connect("shop", { Effect: "Deny" }),
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the policy names a user that no resource declares",
        (edit) => edit.connect("shop", { Resource: dbuser(RESOURCE_ID, "shop") }),
        "+ shop/shop → aurora: write",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the policy names a database that no resource declares",
        (edit) => edit.connect("shop", { Resource: dbuser("cluster-OTHER", "shop_app") }),
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the ARN is of another region",
        (edit) => edit.connect("shop", { Resource: dbuser(RESOURCE_ID, "shop_app").replace(REGION, "us-east-1") }),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: aws:Role shop may connect to cluster-ABCDEFGHIJKL as shop_app, but its ARN says region us-east-1 where the database is in eu-central-1",
    ),
    fault(
        "the ARN is of another account",
        (edit) => edit.connect("shop", { Resource: dbuser(RESOURCE_ID, "shop_app").replace(ACCOUNT, "444455556666") }),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: aws:Role shop may connect to cluster-ABCDEFGHIJKL as shop_app, but its ARN says account 444455556666 where the database is in 111122223333",
    ),
    fault("the policy is gone", (edit) => edit.remove("rolePolicy", "shop"), "- shop/shop → aurora/app/shop: write"),
    fault(
        "an administrator's policy of AWS is attached",
        (edit) =>
            edit.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "admin", {
                role: "shop",
                policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
            }),
        "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
        "+ shop/shop → aurora: administer (wildcard, administers)",
    ),
    fault(
        "a customer's policy with another user is attached",
        (edit) =>
            edit
                .add(
                    "aws:iam/policy:Policy",
                    "wide",
                    { policy: connectTo(BILLING) },
                    { outputs: { arn: "arn:aws:iam::111122223333:policy/wide" } },
                )
                .add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "wide", {
                    role: "shop",
                    policyArn: "arn:aws:iam::111122223333:policy/wide",
                }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "an inline policy of the role names another user",
        (edit) => edit.set("role", "shop", { inlinePolicies: [{ name: "more", policy: connectTo(BILLING) }] }),
        "+ shop/shop → aurora/app/billing: write (crosses)",
    ),
    fault(
        "a user of IAM holds the permission through a group",
        (edit) =>
            edit
                .add("aws:iam/user:User", "ada", { name: "ada" })
                .add("aws:iam/group:Group", "devs", { name: "devs" })
                .add("aws:iam/userGroupMembership:UserGroupMembership", "ada", { user: "ada", groups: ["devs"] })
                .add("aws:iam/groupPolicy:GroupPolicy", "devs", { group: "devs", policy: connectTo(BILLING) }),
        "+ IAM user ada → aurora/app/billing: write (crosses)",
    ),
    fault(
        "a permission set of Identity Center holds it",
        (edit) =>
            edit
                .add(
                    "aws:ssoadmin/permissionSet:PermissionSet",
                    "support",
                    { name: "support" },
                    { outputs: { arn: "arn:aws:sso:::permissionSet/x/ps-1" } },
                )
                .add("aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", "support", {
                    permissionSetArn: "arn:aws:sso:::permissionSet/x/ps-1",
                    inlinePolicy: connectTo(BILLING),
                })
                .add("aws:ssoadmin/accountAssignment:AccountAssignment", "support", {
                    permissionSetArn: "arn:aws:sso:::permissionSet/x/ps-1",
                    principalId: "g-1",
                    principalType: "GROUP",
                }),
        "+ Identity Center group g-1 → aurora/app/billing: write (crosses)",
    ),
    fault(
        "a role trusts the role that Identity Center makes of a permission set",
        (edit) =>
            edit
                .add(
                    "aws:ssoadmin/permissionSet:PermissionSet",
                    "support",
                    { name: "support_1" },
                    { outputs: { arn: "arn:aws:sso:::permissionSet/x/ps-1" } },
                )
                .add("aws:ssoadmin/accountAssignment:AccountAssignment", "support", {
                    permissionSetArn: "arn:aws:sso:::permissionSet/x/ps-1",
                    principalId: "u-1",
                    principalType: "USER",
                })
                .alsoTrust("billing", {
                    Effect: "Allow",
                    Action: "sts:AssumeRole",
                    Principal: {
                        AWS: roleArn(
                            "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_support_1_0123456789abcdef",
                        ),
                    },
                }),
        "+ Identity Center user u-1 → aurora/app/billing: write (crosses)",
    ),
];
