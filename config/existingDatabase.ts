import { z } from "zod";
import { databaseKinds, engines } from "../components/engines";
import { databaseBytes } from "../components/tenancy/names";
import type { DatabaseSettings } from "./database";
import { databaseRole } from "./databaseAccount";
import { choice, flag, list, matching, section, text } from "./fields";
import type { Problem } from "./problems";
import { allowedDatabaseName, regionName, wrongDatabaseName } from "./validators";

/**
 * Without two hyphens in a row, or one at the end: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html.
 * Lower case, as RDS stores and returns it.
 */
const identifier = (what: string, example: string) =>
    matching(/^[a-z](-?[a-z0-9]){0,62}$/, {
        allowed: "1 to 63 of a-z, 0-9 and -, a letter first, no hyphen at the end and no two in a row",
        example,
        fix: `write the ${what} as \`aws rds\` shows it, like ${example}`,
        wrong: `not the ${what}`,
    });

const group = (whose: string) =>
    matching(/^sg-[0-9a-f]{8,17}$/, {
        allowed: "the id of a security group",
        example: "sg-0123456789abcdef0",
        fix: `write the one of the ${whose}, like sg-0123456789abcdef0`,
        wrong: "not the id of a security group",
    });

/**
 * RDS replicates within one account: a read replica's source is named by its identifier or by an ARN of its own account
 * (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html), and a global database replicates "in a different
 * Region in the same account" (https://aws.amazon.com/blogs/database/cross-region-cross-account-disaster-recovery-using-amazon-aurora-global-database/).
 * What other accounts can have is a clone, "a separate and independent volume"
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Clone.html), or a restored snapshot: a login that is revoked here
 * could still sign in there.
 */
const ofAnotherAccount = {
    wrong: "RDS replicates within one account only; a clone or a restored snapshot in another is a server with logins of its own",
    allowed: "copies in the account of the database",
    fix: "remove it, and give the other server a platform of its own, with platform.database.existing.role",
};

const replica = section(
    {
        identifier: identifier("identifier of a cluster or an instance", "orders-copy").describe(
            "The copy's identifier",
        ),
        region: regionName("the name of a region of the same partition")
            .optional()
            .meta({ description: "The copy's region", absent: "the database's" }),
    },
    { role: ofAnotherAccount, account: ofAnotherAccount },
);

/** A database that exists: it is looked up, and never created, changed or deleted. */
const existing = section({
    kind: choice(databaseKinds, "write aurora (a cluster) or instance (one RDS instance)")
        .default("aurora")
        .describe("An Aurora cluster, or one RDS instance"),
    engine: choice(engines, "write postgres or mysql").default("postgres").describe("The database engine"),
    identifier: identifier("identifier of the cluster or the instance", "orders").describe(
        "The identifier of the cluster or the instance",
    ),
    name: text({
        // Stricter than Postgres: the name is also part of roles' names.
        allowed: allowedDatabaseName(databaseBytes),
        fix: "write the name of the database as `\\l` of psql shows it",
        wrong: (given) => wrongDatabaseName(given, databaseBytes),
    }).describe("The database in the server that holds the tenants' schemas"),
    role: databaseRole.optional().meta({
        description: "A role in the database's account that the deployer may assume",
        absent: "the account of the cluster",
    }),
    proxy: identifier("name of an RDS Proxy", "orders-proxy")
        .optional()
        .describe("The RDS Proxy in front of the database through which services connect; it signs in with IAM"),
    replicas: list(replica, "a list of copies, each with its identifier and perhaps a region")
        .default([])
        .describe("Its read replicas, or its copies in an Aurora global database, which services may connect to"),
    addRulesTo: group("database").optional().meta({
        description:
            "A security group of the database that gets ingress rules for its clients; each is a resource of the stack",
        absent: "no group is changed: its owner admits the clients",
    }),
    addProxyRulesTo: group("proxy").optional().meta({
        description: "A security group of the proxy that gets ingress rules for its clients",
        absent: "no group is changed",
    }),
    addPoliciesToProxyRole: flag("write true to add a policy to the proxy's role for each login")
        .default(false)
        .describe("Whether the proxy's role gets a policy for each login, with which the proxy signs in as that login"),
});

/** The keys of a database that exists, in the form that the rest of the program reads. */
export const existingDatabase = section({
    existing: existing.meta({
        description: "A database that exists, which is looked up and never created, changed or deleted",
        more: "databases.md#an-existing-database",
    }),
}).transform(({ existing: { name: databaseName, kind, engine, addPoliciesToProxyRole: proxy, ...rest } }) => ({
    kind,
    engine,
    databaseName,
    /** Whether services' users are granted to a proxy's role. */
    proxy,
    /** What access adds inside it, such as a tenant's database of MySQL, is protected. */
    protect: true,
    existing: rest,
}));

export type ExistingDatabaseSettings = z.infer<typeof existingDatabase>;

/** For a platform whose database cannot be an existing one. */
export const noExistingDatabase = section({
    existing: z
        .custom<unknown>()
        .check(({ value: input, issues }) => {
            const [allowed, fix] = ["only with platform.cluster", "use a platform with network and cluster"];
            const wrong = "the stack of an application server creates its database";
            issues.push({ code: "custom", input, params: { wrong, allowed, fix } });
        })
        .meta({ description: "Only with `platform.cluster`", allowed: "nothing" }),
}).transform((): DatabaseSettings => {
    throw new Error("refused before");
});

/** Finds what does not fit an existing database. */
export function existingDatabaseProblems(
    { existing, proxy }: ExistingDatabaseSettings,
    { replica, databaseAccount }: { readonly replica?: unknown; readonly databaseAccount?: unknown },
): Problem[] {
    const path = "platform.database.existing";
    const own = (key: string, given: unknown, fix: string): Problem[] =>
        given === undefined
            ? []
            : [
                  {
                      path: `platform.${key}`,
                      given,
                      wrong: "the database exists, and is not the stack's",
                      allowed: "only with a database that the stack creates",
                      fix,
                  },
              ];
    const needsProxy = Object.entries({
        addProxyRulesTo: existing.addProxyRulesTo,
        addPoliciesToProxyRole: proxy || undefined,
    });
    const places = existing.replicas.map(({ identifier, region }) => `${region ?? ""} ${identifier}`);
    return [
        ...own("replica", replica, "remove it, and list copies that exist in platform.database.existing.replicas"),
        ...own(
            "databaseAccount",
            databaseAccount,
            "remove it; for a database in another account, set platform.database.existing.role",
        ),
        ...needsProxy.flatMap(([key, given]): Problem[] =>
            existing.proxy !== undefined || given === undefined
                ? []
                : [
                      {
                          path: `${path}.${key}`,
                          given,
                          wrong: "there is no proxy",
                          allowed: "only with proxy",
                          fix: "name the proxy, or remove it",
                      },
                  ],
        ),
        ...existing.replicas.flatMap(({ identifier, region }, index): Problem[] => {
            const itself = identifier === existing.identifier && region === undefined;
            return itself || places.indexOf(places[index] ?? "") < index
                ? [
                      {
                          path: `${path}.replicas[${index}]`,
                          given: identifier,
                          wrong: itself ? "the database itself" : "listed twice",
                          allowed: "each copy once",
                          fix: "remove it",
                      },
                  ]
                : [];
        }),
    ];
}
