import type { z } from "zod";
import { accessPolicies, addons, appTiers, hasPodInterfaces, type Permission } from "../components/cluster/vocabulary";
import { choice, count, list, section, text } from "./fields";
import type { Problem } from "./problems";
import { allowedLabel, isLabel, range } from "./rules";

const nodes = section({
    instanceType: text({
        allowed: "an EC2 instance type",
        fix: "write one like t3.large",
        wrong: (given) => (/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(given) ? undefined : "not an instance type"),
    }).default("t3.large"),
    min: count(1, 450, "write how few nodes to keep, like 2").default(2),
    max: count(1, 450, "write how many nodes to allow, like 4").default(4),
});

/** An addon's version; without one, EKS' default at the time when the addon is made. */
const addonVersion = text({
    allowed: "a version of an EKS addon",
    fix: "write one that `aws eks describe-addon-versions` shows, like v1.20.4-eksbuild.2",
    wrong: (given) => (/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(given) ? undefined : "not a version of an EKS addon"),
}).optional();

const person = section({
    principal: text({
        allowed: "the ARN of an IAM role or user with its whole path",
        fix: "write one like arn:aws:iam::111122223333:role/platform-team; `aws iam get-role` shows the path of an Identity Center role",
        wrong: wrongPrincipal,
    }),
    may: choice(Object.keys(accessPolicies) as [Permission, ...Permission[]], "write what this person may do, like view"),
    namespaces: list(
        text({ allowed: allowedLabel, fix: "write the name of a namespace", wrong: (given) => (isLabel(given) ? undefined : "not an RFC 1123 label") }),
        "a list of namespaces",
    ).optional(),
});

/** The Kubernetes cluster. */
export const cluster = section({
    version: text({
        allowed: "a Kubernetes minor version in quotes",
        fix: 'write one that EKS supports, like "1.33"; versions are pinned, so that none changes by itself',
        wrong: (given) => (/^1\.\d{2}$/.test(given) ? undefined : "not a Kubernetes minor version"),
    }),
    publicAccessFrom: list(
        range("write the range from which your team works, like 203.0.113.0/24"),
        "a list of ranges of IPv4 addresses in CIDR notation",
    ).default([]),
    people: list(person, "a list of people, each with a principal and what it may do").default([]),
    addonVersions: section(Object.fromEntries(addons.map((addon) => [addon, addonVersion]))).optional(),
    appTier: choice(appTiers, "write nodes (all pods reach the database's port) or pods (only those of tenants do)").default("nodes"),
    nodes: nodes.prefault({}),
});

/** What is wrong between values of a cluster that are well by themselves. */
export function clusterProblems({ appTier, nodes, people }: z.infer<typeof cluster>): Problem[] {
    const problems: Problem[] = [];
    const { min, max, instanceType } = nodes;
    if (min > max) {
        problems.push({ path: "platform.cluster.nodes.min", given: min, wrong: `more than max, ${max}`, allowed: `1 to ${max}`, fix: "lower min or raise max" });
    }
    if (appTier === "pods" && !hasPodInterfaces(instanceType)) {
        problems.push({
            path: "platform.cluster.nodes.instanceType",
            given: instanceType,
            wrong: "its pods cannot have security groups of their own, which appTier: pods asks for",
            allowed: "most types of the m, c and r families",
            fix: "write one like m6i.large, or appTier: nodes",
        });
    }
    for (const [index, { principal }] of people.entries()) {
        const twin = people.findIndex((other) => other.principal === principal);
        if (twin !== index) {
            const wrong = `platform.cluster.people[${twin}] is the same`;
            problems.push({ path: `platform.cluster.people[${index}].principal`, given: principal, wrong, allowed: "each once", fix: "remove one of the two" });
        }
    }
    return problems;
}

function wrongPrincipal(given: string): string | undefined {
    if (!/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/.test(given)) {
        return "not the ARN of an IAM role or user";
    }
    return given.includes(":role/AWSReservedSSO_") ? "an Identity Center role without its path (aws-reserved/sso.amazonaws.com/…)" : undefined;
}

