import type { Edit } from "../edit";
import { RESOURCE_ID } from "../stack";
import { connectTo, dbuser, fault, roleArn } from "./fault";
import type { Fault } from "./fault";

const OUTSIDE = { type: "aws:ec2/securityGroup:SecurityGroup", name: "outside" };

const ADMITTED = { protocol: "tcp", fromPort: 5432, toPort: 5432 };

/** Lets the database's group list all that it admits, so that no other stack can add a rule. */
function admitting(edit: Edit, rule: object): Edit {
    return edit.set("group", "database", { ingress: [{ ...ADMITTED, ...rule }] });
}

/**
 * A function with a separate role that may connect as shop's user, but in a group that the database does not admit: it admits
 * the app's alone.
 */
export function withOutsider(edit: Edit): Edit {
    const trust = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    return admitting(edit.remove("ingress", "app-to-database"), { securityGroups: ["sg-app"] })
        .add(
            "aws:iam/role:Role",
            "nightly",
            { name: "nightly", assumeRolePolicy: JSON.stringify(trust) },
            { outputs: { arn: roleArn("nightly") } },
        )
        .add("aws:iam/rolePolicy:RolePolicy", "nightly", {
            role: "nightly",
            policy: connectTo(dbuser(RESOURCE_ID, "shop_app")),
        })
        .add(
            OUTSIDE.type,
            OUTSIDE.name,
            { egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] },
            { id: "sg-outside" },
        )
        .add("aws:lambda/function:Function", "nightly", {
            role: roleArn("nightly"),
            vpcConfig: { securityGroupIds: ["sg-outside"], subnetIds: ["subnet-private"] },
        });
}

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const tcp = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432, securityGroupId: "sg-database" };
const policyFor = (kind: string, spec: object): [string, string, Record<string, unknown>] => [
    `kubernetes:${kind}`,
    "shop",
    { metadata: { name: "shop", namespace: "shop" }, spec },
];

/** Faults in the network. */
export const networkFaults: readonly Fault[] = [
    fault(
        "the database's rule is gone",
        (edit) => edit.set("group", "database", { ingress: [] }),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: security group database of aurora does not let pods on the nodes of workers (security group app) through to port 5432",
        "! billing/billing → billing_app: security group database of aurora does not let pods on the nodes of workers (security group app) through to port 5432",
    ),
    fault(
        "the rule is for another port",
        (edit) => admitting(edit, { securityGroups: ["sg-app"], fromPort: 3306, toPort: 3306 }),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: security group database of aurora does not let pods on the nodes of workers (security group app) through to port 5432",
        "! billing/billing → billing_app: security group database of aurora does not let pods on the nodes of workers (security group app) through to port 5432",
    ),
    fault(
        "the rule lets every address in",
        (edit) => edit.add(INGRESS, "world", { ...tcp, cidrIpv4: "0.0.0.0/0" }),
        "+ nightly → aurora/app/shop: write (crosses)",
    ),
    fault(
        "the rule lets the subnet of others in",
        (edit) => edit.add(INGRESS, "subnet", { ...tcp, cidrIpv4: "10.20.0.0/16" }),
        "+ nightly → aurora/app/shop: write (crosses)",
    ),
    fault(
        "the rule lets another group in",
        (edit) => edit.add(INGRESS, "other", { ...tcp, referencedSecurityGroupId: "sg-outside" }),
        "+ nightly → aurora/app/shop: write (crosses)",
    ),
    fault(
        "an inline rule lets another group in",
        (edit) =>
            edit.set("group", "database", {
                ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, securityGroups: ["sg-app", "sg-outside"] }],
            }),
        "+ nightly → aurora/app/shop: write (crosses)",
    ),
    fault(
        "the nodes carry another group",
        (edit) => edit.set("template", "nodes", { vpcSecurityGroupIds: ["sg-outside"] }),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the nodes have no launch template and carry the cluster's group",
        (edit) => edit.set("nodes", "workers", { launchTemplate: undefined }),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the app's group lets nothing out",
        (edit) => edit.remove("egress", "app-out"),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "pods have a group of their own that the database does not know",
        (edit) =>
            edit.add(
                ...policyFor("vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", {
                    serviceAccountSelector: {},
                    securityGroups: { groupIds: ["sg-outside"] },
                }),
            ),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: security group database of aurora does not let pods of shop/shop (security group outside) through to port 5432",
    ),
    fault(
        "a NetworkPolicy lets pods out to DNS only",
        (edit) =>
            edit.add(
                ...policyFor("networking.k8s.io/v1:NetworkPolicy", {
                    podSelector: {},
                    policyTypes: ["Egress"],
                    egress: [{ ports: [{ port: 53, protocol: "UDP" }] }],
                }),
            ),
        "- shop/shop → aurora/app/shop: write",
    ),
    fault(
        "the database's group names a group of another account",
        (edit) => admitting(edit, { securityGroups: ["444455556666/sg-other"] }),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
    ),
    fault("the database's group names the app's group with its account, which is not a fault", (edit) =>
        admitting(edit, { securityGroups: ["111122223333/sg-app"] }),
    ),
    fault(
        "the database is in another VPC",
        (edit) =>
            edit
                .add("aws:ec2/vpc:Vpc", "far", { cidrBlock: "10.30.0.0/16" }, { id: "vpc-2" })
                .set("subnet", "isolated", { vpcId: "vpc-2" }),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
    ),
];
