import { clip, impossibleUser, parseDbUser, parseDocument, UNKNOWN } from "../iam";
import type { DbUser, Impossible, Statement } from "../iam";
import { documentsOf, documentTypes } from "../resources/iamDocumentLocations";
import type { Resource } from "../resources/resource";
import type { Finding, Rule, Settings } from "../resources/rule";

interface Parameters extends Settings {
    /** The accounts that contain databases. */
    readonly accounts?: readonly string[];
    /** The kinds of resource ids that documents may name: an organisation that has only Aurora omits `db`. */
    readonly kinds?: readonly string[];
}

/** Resources whose outputs contain a database's resource id. */
const databases = {
    cluster: "aws:rds/cluster:Cluster",
    member: "aws:rds/clusterInstance:ClusterInstance",
    instance: "aws:rds/instance:Instance",
} as const;

/** An ARN under rds-db:connect must be that of a user of the intended database. */
export const requireRealArns: Rule<Parameters> = {
    name: "rds-db-arn",
    description: "Every ARN under rds-db:connect must identify a user of a database",
    severity: "medium",
    remediation:
        "Write arn:<partition>:rds-db:<region>:<account>:dbuser:<resource id>/<user>, with the cluster's resource id (cluster-…) for Aurora.",
    parameters: {
        accounts: { type: "array", items: { type: "string" }, description: "the accounts that contain databases" },
        kinds: {
            type: "array",
            items: { enum: ["cluster", "db", "prx"] },
            default: ["cluster", "db", "prx"],
            description: "the kinds of resource ids that documents may name",
        },
    },
    types: new Set<string>([...documentTypes, ...Object.values(databases)]),
    judge: (resource, parameters) =>
        named(resource).flatMap(({ where, arn }): Finding[] => {
            const problem = wrong(arn, parameters);
            return problem === undefined
                ? []
                : [{ fault: `${where} names ${clip(arn)}, ${problem.fault}`, fix: problem.fix }];
        }),
    judgeStack: (resources) =>
        resources.flatMap((resource) =>
            named(resource).flatMap(({ where, arn }): Finding[] => {
                const user = parseDbUser(arn);
                const problem = user === undefined ? undefined : (mistaken(user, resources) ?? foreign(user, resource));
                return problem === undefined
                    ? []
                    : [{ resource, fault: `${where} names ${clip(arn)}, ${problem.fault}`, fix: problem.fix }];
            }),
        ),
};

interface Named {
    readonly where: string;
    readonly arn: string;
}

/** The fully known resources without wildcards, of statements that allow only rds-db actions, by name. */
function named(resource: Resource): Named[] {
    return documentsOf(resource).flatMap(({ path, value }) =>
        parseDocument(value, "identity")
            .statements.filter(isAboutUsers)
            .flatMap(({ index, resources }) =>
                (resources?.patterns ?? []).flatMap(({ source, literal }) =>
                    literal === undefined && !/^arn:[^:]*:(?!rds-db:)[^:*?]+:/.test(source)
                        ? []
                        : [{ where: `statement ${index} of ${path}`, arn: literal ?? source }],
                ),
            ),
    );
}

function isAboutUsers({ effect, actions, resources }: Statement): boolean {
    return (
        effect === "Allow" &&
        !actions.except &&
        resources?.except === false &&
        actions.patterns.length > 0 &&
        actions.patterns.every(({ source }) => source.startsWith("rds-db:"))
    );
}

/** What is wrong with an ARN on its own. */
function wrong(arn: string, { accounts, kinds }: Parameters): Impossible | undefined {
    if (arn.includes(UNKNOWN)) {
        return undefined;
    }
    const impossible = impossibleUser(arn);
    const user = parseDbUser(arn);
    if (impossible !== undefined || user === undefined) {
        return impossible;
    }
    const kind = user.resourceId.slice(0, user.resourceId.indexOf("-"));
    if (kinds !== undefined && !kinds.includes(kind)) {
        return {
            fault: `of the kind ${kind}-, which the parameter kinds does not list`,
            fix: `name a resource id that begins with ${kinds.map((one) => `${one}-`).join(" or ")}`,
        };
    }
    return accounts !== undefined && !accounts.includes(user.account)
        ? {
              fault: `in account ${user.account}, which the parameter accounts does not list`,
              fix: `name a database in ${accounts.join(" or ")}`,
          }
        : undefined;
}

/** An identifier of a database in the stack that is not the resource id that grants access. */
function mistaken({ resourceId }: DbUser, resources: readonly Resource[]): Impossible | undefined {
    for (const { type, name, props } of resources) {
        if (type === databases.member && props["dbiResourceId"] === resourceId) {
            return {
                fault: `the id of ${name}, an Aurora instance, which grants no access`,
                fix: "write the cluster's resource id (clusterResourceId, cluster-…)",
            };
        }
        if (
            type === databases.cluster &&
            props["clusterIdentifier"] === resourceId &&
            props["clusterResourceId"] !== resourceId
        ) {
            return {
                fault: `the name of ${name} instead of its resource id`,
                fix: "write the cluster's resource id (clusterResourceId, cluster-…)",
            };
        }
        if (type === databases.instance && props["identifier"] === resourceId && props["resourceId"] !== resourceId) {
            return {
                fault: `the name of ${name} instead of its resource id`,
                fix: "write the instance's resource id (resourceId, db-…)",
            };
        }
    }
    return undefined;
}

/** A user in an account other than the identity's, which no database accepts. */
function foreign({ account }: DbUser, { props }: Resource): Impossible | undefined {
    const own = typeof props["arn"] === "string" ? /^arn:[^:]+:iam::(\d{12}):/.exec(props["arn"])?.[1] : undefined;
    return own === undefined || own === account
        ? undefined
        : {
              fault: `in account ${account}, but the identity is in ${own}`,
              fix: `name a database in ${own}, or let the identity assume a role in ${account} that may connect`,
          };
}
