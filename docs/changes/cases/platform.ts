import { alongside, append, drop, set, unset, type Cases } from "./case";

const range = "198.51.100.0/24";
const server = {
    securityGroupId: "sg-0a1b2c3d4e5f60718",
    subnetIds: ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
};
const cluster = { version: "1.32" };
const replica = { region: "eu-west-1", cidr: "10.21.0.0/16" };
const databaseAccount = { role: "arn:aws:iam::444455556666:role/keyless-deploy", cidr: "10.30.0.0/16" };

/** What a stack with a platform of its own does not say about another stack's. */
const ownPlatform = {
    platformStack: undefined,
    "access.appTier": undefined,
    "access.proxy": undefined,
    "access.bastion": undefined,
    "access.people.0.shell": undefined,
};
/** Versions of the addons that are not the default ones of the base's Kubernetes version. */
const later: Readonly<Record<string, string>> = {
    "vpc-cni": "v1.20.4-eksbuild.2",
    "kube-proxy": "v1.32.6-eksbuild.12",
    "eks-pod-identity-agent": "v1.3.8-eksbuild.2",
    coredns: "v1.11.4-eksbuild.24",
};

/** The platform, but for its database. */
export const platform: Cases = {
    platform: {
        added: alongside(set("access", { cluster, database: { engineVersion: "16" } }), ownPlatform),
        removed: alongside(unset("capacity"), { platformStack: "organization/keyless/serverless" }),
    },
    platformStack: {
        added: alongside(set("capacity", "organization/keyless/serverless"), { platform: undefined }),
        changed: set("served", "organization/keyless/instance"),
        removed: alongside(unset("access"), {
            ...ownPlatform,
            platform: { cluster, database: { engineVersion: "16" } },
        }),
    },
    "platform.network.cidr": { changed: set("least", "10.40.0.0/16") },
    "platform.network.zones": { raised: set("least", 3), lowered: set("full", 2) },
    "platform.network.nat": {
        "zone to one": set("full", "one"),
        "one to zone": set("least", "zone"),
        "one to none": set("least", "none"),
        "none to one": set("account", "one"),
    },
    "platform.network.endpoints": {
        "false to true": set("least", true),
        "true to false": alongside(set("full", false), { "access.networkPolicy": false }),
    },
    "platform.network.webFrom": { added: append("account", range), removed: drop("account", 0) },
    "platform.network.routedRanges": { added: append("account", "10.9.0.0/16"), removed: drop("account", 0) },
    "platform.cluster": {
        added: alongside(set("server", cluster), {
            "platform.server": undefined,
        }),
        removed: alongside(unset("account"), {
            "platform.server": server,
            "platform.network": undefined,
            "platform.databaseAccount": undefined,
            access: undefined,
        }),
    },
    "platform.cluster.version": {
        added: alongside(set("existing", "1.33"), {
            "platform.cluster.existing": undefined,
            "platform.network.existing.vpcId": "vpc-0c1d2e3f4a5b60718",
        }),
        removed: alongside(unset("least"), {
            "platform.cluster.existing": { name: "production" },
            "platform.network": {
                existing: { databaseSubnets: ["Name=production-database-a", "Name=production-database-b"] },
            },
        }),
        "changed: to the next minor version": set("account", "1.33"),
        "changed: by two minor versions": set("account", "1.34"),
        "changed: to an earlier version": set("account", "1.31"),
    },
    "platform.cluster.publicAccessFrom": { added: append("least", range), removed: drop("account", 0) },
    "platform.cluster.people": {
        added: append("account", { principal: "arn:aws:iam::111122223333:role/more", may: "view" }),
        "added: the first": set("least", [
            { principal: "arn:aws:iam::111122223333:role/keyless-sandbox", may: "cluster-admin" },
        ]),
        removed: drop("account", 3),
        "removed: all": unset("account"),
    },
    "platform.cluster.people[].principal": { changed: set("account", "arn:aws:iam::111122223333:role/others", 3) },
    "platform.cluster.people[].may": {
        "cluster-admin to admin": set("account", "admin", 0),
        "admin to cluster-admin": set("account", "cluster-admin", 1),
        "admin to edit": set("account", "edit", 1),
        "edit to admin": set("account", "admin", 2),
        "edit to view": set("account", "view", 2),
        "view to edit": set("account", "edit", 3),
    },
    "platform.cluster.people[].namespaces": { added: append("account", "shop", 3), removed: unset("account", 2) },
    "platform.cluster.addonVersions": { added: set("least", { coredns: later["coredns"] }), removed: unset("account") },
    ...Object.fromEntries(
        ["vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns"].map((addon) => [
            `platform.cluster.addonVersions.${addon}`,
            { added: set("least", later[addon]), changed: set("account", later[addon]), removed: unset("account") },
        ]),
    ),
    "platform.cluster.appTier": {
        "nodes to pods": set("mysql", "pods"),
        "pods to nodes": set("full", "nodes"),
    },
    "platform.cluster.nodes.instanceType": { changed: set("account", "t3.xlarge") },
    "platform.cluster.nodes.min": { raised: set("least", 3), lowered: set("account", 2) },
    "platform.cluster.nodes.max": { raised: set("account", 9), lowered: set("account", 5) },
    "platform.cluster.nodes.autoscaler": {
        "false to true": set("least", true),
        "true to false": set("account", false),
    },
    "platform.replica": { added: set("least", replica), removed: unset("full") },
    "platform.replica.region": { changed: set("full", "eu-west-2") },
    "platform.replica.cidr": { changed: set("full", "10.41.0.0/16") },
    "platform.replica.zones": { raised: set("full", 4), lowered: set("full", 2) },
    "platform.replica.readers": { raised: set("full", 2), lowered: set("full", 0) },
    "platform.databaseAccount": { added: set("least", databaseAccount), removed: unset("account") },
    "platform.databaseAccount.role": {
        "changed: within the account": set("account", "arn:aws:iam::444455556666:role/other-deploy"),
        "changed: to another account": set("account", "arn:aws:iam::555566667777:role/keyless-deploy"),
    },
    "platform.databaseAccount.cidr": { changed: set("account", "10.42.0.0/16") },
    "platform.databaseAccount.zones": { raised: set("account", 4), lowered: set("account", 2) },
    "platform.bastion": { "false to true": set("least", true), "true to false": set("full", false) },
    "platform.logDays": { raised: set("full", 365), lowered: set("aurora", 30) },
    "platform.server": {
        added: alongside(set("account", server), {
            "platform.cluster": undefined,
            "platform.network": undefined,
            "platform.databaseAccount": undefined,
            access: undefined,
        }),
        removed: alongside(unset("server"), { "platform.cluster": cluster }),
    },
    "platform.server.securityGroupId": { changed: set("server", "sg-0a1b2c3d4e5f60719") },
    "platform.server.subnetIds": {
        changed: set("server", ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f6071a"]),
    },
};
