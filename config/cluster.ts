import type { z } from "zod";
import { accessPolicies, addons, appTiers, hasPodInterfaces, type Permission } from "../components/cluster/appTier";
import { existing, existingClusterProblems } from "./existingCluster";
import { choice, count, either, flag, list, matching, section, text } from "./fields";
import type { Problem } from "./problems";
import { allowedLabel, isIamArn, isLabel, range } from "./validators";

const nodes = section({
    instanceType: matching(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, {
        allowed: "an EC2 instance type",
        example: "t3.large",
        wrong: "not an instance type",
    })
        .default("t3.large")
        .describe(
            "The nodes' EC2 instance type; `appTier: pods` needs one with branch interfaces, such as `m6i.large`",
        ),
    min: count(1, 450, "write the minimum number of nodes, like 2")
        .default(2)
        .describe("The minimum number of nodes in all zones together; without an autoscaler, as many run"),
    max: count(1, 450, "write the maximum number of nodes, like 4")
        .default(4)
        .describe("The maximum number of nodes; each zone may have at least one"),
    autoscaler: flag("write true if you run an autoscaler that changes the number of nodes")
        .default(false)
        .describe(
            "Whether an autoscaler that you run changes the number of nodes; if so, AWS refuses a `min` above the number that run, or a `max` below it",
        ),
});

const addonVersion = (addon: string) =>
    matching(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, {
        allowed: "a version of an EKS addon",
        fix: "write one that `aws eks describe-addon-versions` shows, like v1.20.4-eksbuild.2",
        wrong: "not a version of an EKS addon",
    })
        .optional()
        .meta({ description: `Version of the addon ${addon}`, absent: "EKS's default for the Kubernetes version" });

const person = section({
    principal: text({
        allowed: "the ARN of an IAM role or user with its whole path",
        example: "arn:aws:iam::111122223333:role/platform-team",
        fix: "write one like arn:aws:iam::111122223333:role/platform-team; `aws iam get-role` shows the path of an Identity Center role",
        wrong: wrongPrincipal,
    }).describe("The IAM role or user"),
    may: choice(
        Object.keys(accessPolicies) as [Permission, ...Permission[]],
        "write the person's access, like view",
    ).describe("The EKS access policy that the principal receives"),
    namespaces: list(
        text({
            allowed: allowedLabel,
            fix: "write the name of a namespace",
            wrong: (given) => (isLabel(given) ? undefined : "not an RFC 1123 label"),
        }),
        "a list of namespaces",
    )
        .optional()
        .meta({ description: "The namespaces that the policy covers", absent: "all" }),
});

const appTier = choice(appTiers, "write nodes (all pods reach the database's port) or pods (only those of tenants do)")
    .default("nodes")
    .describe("Who reaches the database's port: all `nodes` with their pods, or the tenants' `pods` only");

/** A Kubernetes cluster that the stack creates. */
const made = section({
    version: matching(/^1\.\d{2}$/, {
        allowed: "a Kubernetes minor version in quotes",
        example: "1.33",
        fix: 'write one that EKS supports, like "1.33"; versions are pinned, so that none changes by itself',
        wrong: "not a Kubernetes minor version",
    }).describe(
        "The Kubernetes minor version, in quotes, of control plane, nodes and addons; raise it by one at a time",
    ),
    publicAccessFrom: list(
        range("write the range that your team connects from, like 203.0.113.0/24"),
        "a list of ranges of IPv4 addresses in CIDR notation",
    )
        .default([])
        .describe(
            "Ranges that may reach the API over the internet; if empty, only nodes, deployers and the bastion may",
        ),
    people: list(person, "a list of people, each with a principal and what it may do")
        .default([])
        .describe(
            "Who may use the API, among them the principal that runs `pulumi up`; if empty, that principal alone, as an administrator",
        ),
    addonVersions: section(Object.fromEntries(addons.map((addon) => [addon, addonVersion(addon)])))
        .optional()
        .describe("Versions of the EKS addons"),
    appTier,
    nodes: nodes.prefault({}).describe("The node group"),
});

const found = section({
    existing: existing.describe(
        "An EKS cluster that exists: looked up, never changed; instead of the keys that create one",
    ),
    appTier,
});

/** The Kubernetes cluster: created, or existing. */
export const cluster = either(made, found, "existing");

/** Finds contradictions between individually valid values of the cluster. */
export function clusterProblems(cluster: z.infer<typeof made> | z.infer<typeof found>): Problem[] {
    return "existing" in cluster ? existingClusterProblems(cluster) : ownClusterProblems(cluster);
}

function ownClusterProblems({ appTier, nodes, people }: z.infer<typeof made>): Problem[] {
    const problems: Problem[] = [];
    const { min, max, instanceType } = nodes;
    if (min > max) {
        problems.push({
            path: "platform.cluster.nodes.min",
            given: min,
            wrong: `more than max, ${max}`,
            allowed: `1 to ${max}`,
            fix: "lower min or raise max",
        });
    }
    if (appTier === "pods" && !hasPodInterfaces(instanceType)) {
        problems.push({
            path: "platform.cluster.nodes.instanceType",
            given: instanceType,
            wrong: "its pods cannot have their own security groups, which appTier: pods requires",
            allowed: "most types in the m, c and r families",
            fix: "write one like m6i.large, or appTier: nodes",
        });
    }
    for (const [index, { principal }] of people.entries()) {
        const twin = people.findIndex((other) => other.principal === principal);
        if (twin !== index) {
            const wrong = `platform.cluster.people[${twin}] is the same`;
            problems.push({
                path: `platform.cluster.people[${index}].principal`,
                given: principal,
                wrong,
                allowed: "each once",
                fix: "remove one of the two",
            });
        }
    }
    return problems;
}

function wrongPrincipal(given: string): string | undefined {
    if (!isIamArn(given, "role", "user") || given.includes(":role/aws-service-role/")) {
        return "not the ARN of an IAM role or user";
    }
    return given.includes(":role/AWSReservedSSO_")
        ? "an Identity Center role without its path (aws-reserved/sso.amazonaws.com/…)"
        : undefined;
}
