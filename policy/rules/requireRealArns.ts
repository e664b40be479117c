import { clip, impossibleUser, parseDbUser, parseDocument, UNKNOWN } from "../iam";
import type { DbUser, Impossible, Statement } from "../iam";
import { documentsOf, documentTypes } from "../resources/iamDocumentLocations";
import { accountsBySibling, accountsOf } from "../resources/ownAccounts";
import type { Resource } from "../resources/resource";
import type { Finding, Rule, Settings } from "../resources/rule";

interface Parameters extends Settings {
    /** The accounts that contain databases. */
    readonly accounts?: readonly string[];
    /** The kinds of resource ids that documents may name: an organisation that has only Aurora omits `db`. */
    readonly kinds?: readonly string[];
}

const memberType = "aws:rds/clusterInstance:ClusterInstance";

/** The output that contains the resource id of a database instance. */
const instanceIds: Readonly<Record<string, string>> = {
    [memberType]: "dbiResourceId",
    "aws:rds/instance:Instance": "resourceId",
    "aws-native:rds:DbInstance": "dbiResourceId",
};

interface Mistake extends Impossible {
    readonly unproven?: boolean;
}

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
    types: new Set([...documentTypes, ...Object.keys(instanceIds)]),
    judge: (resource, parameters) =>
        named(resource).flatMap(({ where, arn }): Finding[] => {
            const problem = wrong(arn, parameters);
            return problem === undefined
                ? []
                : [{ fault: `${where} names ${clip(arn)}, ${problem.fault}`, fix: problem.fix }];
        }),
    judgeStack: (resources, parameters) => {
        const siblings = accountsBySibling(resources);
        const instances = instancesById(resources);
        const accountsFor = (resource: Resource): readonly string[] | undefined =>
            siblings(resource) ?? accountsOf(resource.provider);
        const found = resources.flatMap((resource) => {
            const accounts = isInAccount(resource) ? accountsFor(resource) : undefined;
            return named(resource).flatMap(({ where, arn }): Finding[] => {
                const user = parseDbUser(arn);
                const problem =
                    user === undefined || wrong(arn, parameters) !== undefined
                        ? undefined
                        : (foreign(user, accounts) ?? mistaken(user, instances));
                return problem === undefined
                    ? []
                    : [{ ...problem, resource, fault: `${where} names ${clip(arn)}, ${problem.fault}` }];
            });
        });
        const open = resources.filter((one) => isInAccount(one) && accountsFor(one) === undefined);
        return [...found, ...(parameters.accounts === undefined ? unknownAccounts(open, parameters) : [])];
    },
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

/** The stack's instances by their resource ids: found by a search for each ARN, they would take quadratic time. */
function instancesById(resources: readonly Resource[]): ReadonlyMap<unknown, Resource> {
    const instances = resources.flatMap((resource) => {
        const id = instanceIds[resource.type];
        return id === undefined ? [] : [[resource.props[id], resource] as const];
    });
    // Of several with one id the first.
    return new Map(instances.reverse());
}

/** The id of an Aurora instance, which is well formed; `db-…` of an instance elsewhere may be one. */
function mistaken({ resourceId }: DbUser, instances: ReadonlyMap<unknown, Resource>): Mistake | undefined {
    const named = instances.get(resourceId);
    const isMember = named?.type === memberType || isGiven(named?.props["dbClusterIdentifier"]);
    if (named !== undefined && isMember) {
        return {
            fault: `the id of ${named.name}, an Aurora instance, which grants no access`,
            fix: "write the cluster's resource id (clusterResourceId, cluster-…)",
        };
    }
    return named !== undefined || !resourceId.startsWith("db-")
        ? undefined
        : {
              fault: "of a database that is not in this stack: the id of an Aurora instance would grant no access",
              fix: "none, if it is not an Aurora instance; otherwise write the cluster's resource id (cluster-…)",
              unproven: true,
          };
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null && value !== "";
}

/** Whether a resource's documents apply to principals of the account that contains it, unlike a permission set's. */
function isInAccount({ type }: Resource): boolean {
    return /^aws(-native)?:iam[:/]/.test(type);
}

/** A user in an account other than the identity's, which no database accepts. */
function foreign({ account }: DbUser, accounts: readonly string[] | undefined): Impossible | undefined {
    const own = accounts?.join(" or ");
    return own === undefined || accounts?.includes(account) === true
        ? undefined
        : {
              fault: `in account ${account}, but the identity is in ${own}`,
              fix: `name a database in ${own}, or let the identity assume a role in ${account} that may connect`,
          };
}

/** Users that may be in another account than their identities, which is not known yet: one finding per provider. */
function unknownAccounts(resources: readonly Resource[], parameters: Parameters): readonly Finding[] {
    const first = new Map<string, Finding>();
    for (const resource of resources) {
        for (const { where, arn } of named(resource)) {
            const account = wrong(arn, parameters) === undefined ? parseDbUser(arn)?.account : undefined;
            const key = `${resource.provider.urn} ${account}`;
            if (account !== undefined && !account.includes(UNKNOWN) && !first.has(key)) {
                first.set(key, {
                    resource,
                    fault: `${where} names a user in account ${account}; whether it is the identity's own account is not known until the identity exists`,
                    fix: "none, if it is; list your accounts in the parameter accounts, or in allowedAccountIds of the provider",
                    unproven: true,
                });
            }
        }
    }
    return [...first.values()];
}
