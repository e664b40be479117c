import { clip, parseDbUser, parseDocument, UNKNOWN } from "../iam";
import type { DbUser, Statement } from "../iam";
import { documentsOf, documentTypes } from "../places";
import type { Resource } from "../resource";
import type { Finding, Rule, Settings } from "../rule";

interface Parameters extends Settings {
    /** The accounts in which databases stand. */
    readonly accounts?: readonly string[];
    /** The kinds of resource ids that may be named: without `db`, for an organisation that has only Aurora. */
    readonly kinds?: readonly string[];
}

/** Resources whose outputs tell a database's true id. */
const databases = {
    cluster: "aws:rds/cluster:Cluster",
    member: "aws:rds/clusterInstance:ClusterInstance",
    instance: "aws:rds/instance:Instance",
} as const;

/** An ARN under rds-db:connect is that of a database user, and of the right database. */
export const requireRealArns: Rule<Parameters> = {
    name: "rds-db-arn",
    description: "Every ARN under rds-db:connect is one by which a database lets a user in",
    severity: "medium",
    remediation: "Write arn:<partition>:rds-db:<region>:<account>:dbuser:<resource id>/<user>, with the cluster's resource id (cluster-…) for Aurora.",
    parameters: {
        accounts: { type: "array", items: { type: "string" }, description: "the accounts in which databases stand" },
        kinds: { type: "array", items: { enum: ["cluster", "db", "prx"] }, default: ["cluster", "db", "prx"], description: "the kinds of resource ids that may be named" },
    },
    types: new Set<string>([...documentTypes, ...Object.values(databases)]),
    judge: (resource, parameters) =>
        named(resource).flatMap(({ where, arn }): Finding[] => {
            const problem = wrong(arn, parameters);
            return problem === undefined ? [] : [{ fault: `${where} names ${clip(arn)}, ${problem.fault}`, fix: problem.fix }];
        }),
    judgeStack: (resources) =>
        resources.flatMap((resource) =>
            named(resource).flatMap(({ where, arn }): Finding[] => {
                const user = parseDbUser(arn);
                const problem = user === undefined ? undefined : (mistaken(user, resources) ?? foreign(user, resource));
                return problem === undefined ? [] : [{ resource, fault: `${where} names ${clip(arn)}, ${problem.fault}`, fix: problem.fix }];
            }),
        ),
};

interface Problem {
    readonly fault: string;
    readonly fix: string;
}

interface Named {
    readonly where: string;
    readonly arn: string;
}

/** The resources, without wildcards and wholly known, of the statements that allow rds-db actions by name and no others. */
function named(resource: Resource): Named[] {
    return documentsOf(resource).flatMap(({ path, value }) =>
        parseDocument(value, "identity").statements.filter(isAboutUsers).flatMap(({ index, resources }) =>
            (resources?.patterns ?? []).flatMap(({ source, literal }) =>
                literal === undefined && !/^arn:[^:]*:(?!rds-db:)[^:*?]+:/.test(source) ? [] : [{ where: `statement ${index} of ${path}`, arn: literal ?? source }],
            ),
        ),
    );
}

function isAboutUsers({ effect, actions, resources }: Statement): boolean {
    return effect === "Allow" && !actions.except && resources?.except === false && actions.patterns.length > 0 && actions.patterns.every(({ source }) => source.startsWith("rds-db:"));
}

const form = "write arn:<partition>:rds-db:<region>:<account>:dbuser:<resource id>/<user>";

/** What is wrong with an ARN by itself. */
function wrong(arn: string, { accounts, kinds }: Parameters): Problem | undefined {
    if (arn.includes(UNKNOWN)) {
        return undefined;
    }
    const user = parseDbUser(arn);
    if (user === undefined) {
        const rds = /^arn:[^:]*:rds:/.test(arn) ? "which is of the service rds, while users are of rds-db" : "which is no database user";
        return { fault: rds, fix: form };
    }
    const kind = /^(cluster|db|prx)-[A-Za-z0-9]+$/.exec(user.resourceId)?.[1];
    if (kind === undefined || (kind !== "prx" && user.resourceId !== `${kind}-${user.resourceId.slice(kind.length + 1).toUpperCase()}`)) {
        const fix = `write the database's resource id in place of ${clip(user.resourceId, 64)} (Pulumi: clusterResourceId of a cluster, resourceId of an instance)`;
        return { fault: `in which ${clip(user.resourceId, 64)} is no resource id but perhaps the name of a database`, fix };
    }
    if (kinds !== undefined && !kinds.includes(kind)) {
        return { fault: `of the kind ${kind}-, which is not in use`, fix: `name a resource id that begins with ${kinds.map((one) => `${one}-`).join(" or ")}` };
    }
    if (!/^\d{12}$/.test(user.account)) {
        return { fault: `in which ${clip(user.account, 64)} is no account`, fix: "write the 12 digits of the database's account" };
    }
    if (accounts !== undefined && !accounts.includes(user.account)) {
        return { fault: `in account ${user.account}, which holds no databases`, fix: `name a database in ${accounts.join(" or ")}` };
    }
    if (partitionOf(user.region) !== user.partition) {
        return { fault: `in which ${clip(user.region, 64)} is no region of ${clip(user.partition, 64)}`, fix: `write arn:${partitionOf(user.region)}:… or another region` };
    }
    return Buffer.byteLength(user.user) > 63 ? { fault: "of a user whose name is longer than the 63 bytes that Postgres keeps", fix: "name the user as the database knows it" } : undefined;
}

/** The partition of a region (AWS general reference, "ARNs"); of the many isolated ones by the form of their regions. */
function partitionOf(region: string): string {
    const [, kind] = /^(cn|us-gov|us-isob|us-isof|us-iso|eu-isoe|eusc)-/.exec(region) ?? [];
    const names: Readonly<Record<string, string>> = {
        "cn": "aws-cn",
        "us-gov": "aws-us-gov",
        "us-iso": "aws-iso",
        "us-isob": "aws-iso-b",
        "eu-isoe": "aws-iso-e",
        "us-isof": "aws-iso-f",
        "eusc": "aws-eusc",
    };
    return (kind === undefined ? undefined : names[kind]) ?? "aws";
}

/** A resource id that is a database's in the stack, but not the one by which it lets users in. */
function mistaken({ resourceId }: DbUser, resources: readonly Resource[]): Problem | undefined {
    for (const { type, name, props } of resources) {
        if (type === databases.member && props["dbiResourceId"] === resourceId) {
            return { fault: `the id of ${name}, one instance of an Aurora cluster, which lets nobody in`, fix: "write the cluster's resource id (clusterResourceId, cluster-…)" };
        }
        if (type === databases.cluster && props["clusterIdentifier"] === resourceId && props["clusterResourceId"] !== resourceId) {
            return { fault: `the name of ${name} in place of its resource id`, fix: "write the cluster's resource id (clusterResourceId, cluster-…)" };
        }
        if (type === databases.instance && props["identifier"] === resourceId && props["resourceId"] !== resourceId) {
            return { fault: `the name of ${name} in place of its resource id`, fix: "write the instance's resource id (resourceId, db-…)" };
        }
    }
    return undefined;
}

/** A user in another account than the one whose identity would connect, which no database lets in. */
function foreign({ account }: DbUser, { props }: Resource): Problem | undefined {
    const own = typeof props["arn"] === "string" ? /^arn:[^:]+:iam::(\d{12}):/.exec(props["arn"])?.[1] : undefined;
    return own === undefined || own === account ? undefined : { fault: `in account ${account}, while the identity is in ${own}`, fix: `name a database in ${own}, or let the identity take on a role in ${account} that may connect` };
}
