import type { LoginSetting, TenantEntry } from "../components/access/entries";
import { identityKinds, isPodKind } from "../components/identity/kinds";
import { kubernetesName, tenantBytes } from "../components/tenancy/names";
import { migrationStates, type MigrationEntry, type PasswordSecret } from "../components/tenancy/migration/state";
import { adoptable, tenantModels } from "../components/tenancy/privileges";
import type { TenantLimits } from "../components/tenancy/tenant";
import { choice, count, flag, list, matching, section, text, type FieldsOf } from "./fields";
import { existingObjects, namespace, serviceAccount } from "./kubernetesNames";
import { allowedDatabaseName, image, wrongDatabaseName, wrongExistingName } from "./validators";

/** The name of a tenant, which its roles' names are made from. */
const tenantName = (fix: string) =>
    text({ allowed: allowedDatabaseName(tenantBytes), fix, wrong: (given) => wrongDatabaseName(given, tenantBytes) });

/**
 * A schema's name where one is only named; a comma would split a search path. The provider reads a path from the catalog without
 * undoing its doubled quotation marks, and would find a change in every run:
 * https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/postgresql/resource_postgresql_role.go (readSearchPath)
 */
export function wrongInSearchPath(given: string): string | undefined {
    return given.includes(",")
        ? "contains a comma"
        : given.includes('"')
          ? "contains a quotation mark, which the provider reads back as two: every run would change the login"
          : wrongExistingName(given);
}

const schemaName = text({
    allowed: "1 to 63 bytes, no control characters, no comma, no quotation mark",
    fix: "write a schema's name without quotes, like shop or public; $user is the schema that is called like the role",
    wrong: wrongInSearchPath,
});

/** A name that exists: any that Postgres does not truncate, as the catalog shows it. */
const existingName = (what: string, example: string) =>
    text({
        allowed: "1 to 63 bytes, no control characters",
        example,
        fix: `write the name of a ${what} as the catalog shows it, without quotes`,
        wrong: wrongExistingName,
    });

/** Settings with a key of their own. */
const ownSettings: ReadonlyMap<string, string> = new Map([
    ["role", "actsAs"],
    ["search_path", "searchPath"],
    ["statement_timeout", "limits.statementSeconds"],
    ["idle_in_transaction_session_timeout", "limits.idleInTransactionSeconds"],
]);

const setting = section({
    name: text({
        allowed: "the name of a setting without a key of its own",
        example: "TimeZone",
        fix: "write it as the catalog shows it, or the key that it has",
        wrong: (given) =>
            /^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)?$/.test(given)
                ? ownSettings.has(given)
                    ? `has a key of its own, ${ownSettings.get(given)}`
                    : undefined
                : "not the name of a setting",
    }).describe("The setting's name, as the catalog shows it"),
    value: text({
        allowed: "a text",
        example: "Europe/Berlin",
        fix: "write it in quotes, as the catalog shows it",
    }).describe("Its value, as the catalog shows it"),
} satisfies FieldsOf<LoginSetting>);

/** The resources that one tenant may use; without a number, no limit applies. */
const limits = section({
    connections: count(1, 5000, "write how many concurrent sessions the tenant's login may have, like 50")
        .optional()
        .meta({
            description: "The concurrent sessions of the tenant's login",
            absent: "a share of the server's connections",
            more: "databases.md#limits",
        }),
    statementSeconds: count(1, 86400, "write the seconds after which a statement is cancelled, like 30")
        .optional()
        .meta({
            description: "How long a statement may run, unless the session sets `statement_timeout` itself",
            unit: "seconds",
            absent: "no limit",
        }),
    idleInTransactionSeconds: count(
        1,
        86400,
        "write the seconds after which an idle transaction ends its session, like 60",
    )
        .optional()
        .meta({
            description:
                "How long a transaction may be idle, unless the session sets `idle_in_transaction_session_timeout` itself",
            unit: "seconds",
            absent: "no limit",
        }),
} satisfies FieldsOf<TenantLimits>);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html#awssecretsmanager-resources-for-iam-policies */
const passwordSecret = section({
    secretsManager: matching(
        /^arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{6}$/,
        {
            wrong: "not the whole ARN of a secret",
            allowed: "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-??????",
            example: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/database-a1B2c3",
            fix: "write the ARN that aws secretsmanager describe-secret shows, with the six characters at its end",
        },
    )
        .optional()
        .meta({ description: "The secret's ARN in Secrets Manager", absent: "the secret is in the cluster" }),
    // https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
    kubernetes: matching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, {
        wrong: "not the name of a Secret with its namespace",
        allowed: "NAMESPACE/NAME, in lower-case letters, digits, - and, in the name, dots",
        example: "shop/database",
        fix: "write the namespace, a slash and the name that kubectl get secrets shows",
    })
        .optional()
        .meta({
            description: "The Secret in the platform's Kubernetes cluster, as `NAMESPACE/NAME`",
            absent: "the secret is in Secrets Manager",
        }),
} satisfies FieldsOf<PasswordSecret>);

const migration = section({
    state: choice(
        migrationStates,
        "write alongside (both logins work), switched (the service uses the new one) or finished (the password goes)",
    )
        .default("alongside")
        .meta({
            description:
                "Both logins work (`alongside`), the service uses the new one and nobody should need the password (`switched`), or the old login can no longer log in and its password is removed (`finished`)",
            more: "migrating.md",
        }),
    login: existingName("role", "shopapi").optional().meta({
        description: "The login with the password",
        absent: "the role in `actsAs`",
    }),
    quietDays: count(0, 365, "write for how many days nobody must have used the password before it goes, like 7")
        .default(7)
        .meta({
            description:
                "For how long nobody must have used the password before `finished` is permitted; 0 looks at open sessions only",
            unit: "days",
        }),
    evenIfUsed: flag("write true to take the password even from clients that use it")
        .default(false)
        .describe(
            "Whether `finished` is permitted although somebody uses the password, or although that is not known: open sessions end, and clients with the password are refused",
        ),
    secrets: list(passwordSecret, "a list of secrets, each as secretsManager or kubernetes").optional().meta({
        description:
            "Secrets with copies of the password, which `keyless migration status` reports; their values are neither kept nor shown",
        absent: "none",
        more: "migrating.md",
    }),
    deleteSecrets: flag("write true to delete the secrets in secrets once the login is closed").optional().meta({
        description:
            "Whether `finished` deletes the secrets in `secrets` after the password: in Secrets Manager with a recovery window of 30 days, in the cluster at once",
        absent: "`false`",
        more: "migrating.md",
    }),
} satisfies FieldsOf<MigrationEntry>);

export const tenant = section({
    name: tenantName(
        "choose a name like shop or shop_eu: schema, roles, namespace and service account are named after it",
    ).meta({
        description: "The tenant's name, which its schema, roles, namespace and service account are named after",
        examples: ["shop"],
    }),
    namespace: namespace
        .optional()
        .meta({ description: "The service's Kubernetes namespace", absent: "the tenant's name" }),
    serviceAccount: serviceAccount
        .optional()
        .meta({ description: "The service's Kubernetes service account", absent: "the tenant's name" }),
    existing: existingObjects,
    image: image("write one like 111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:1.4.2")
        .optional()
        .meta({
            description: "The service's container image, to create its Deployment",
            absent: "no Deployment",
            examples: ["111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop:1.4.2"],
        }),
    replicas: count(0, 1000, "write how many pods run, like 2")
        .optional()
        .meta({ description: "How many pods the Deployment runs", absent: "2" }),
    identity: choice(identityKinds, "write how the service authenticates to AWS, like irsa or podIdentity")
        .default("irsa")
        .describe(
            "How the service authenticates to AWS: a token of the cluster (`irsa`), EKS's agent (`podIdentity`), or the role of an EC2 instance (`ec2`), an ECS task (`ecs`) or a Lambda function (`lambda`)",
        ),
    model: choice(
        tenantModels,
        "write split (a role without a login owns the tables), owner (the application owns them), or existing (schema and owner exist and stay as they are)",
    )
        .default("split")
        .meta({
            description:
                "Who owns the tables: a role without a login (`split`), the application (`owner`), or a role that exists and stays as it is (`existing`)",
            more: "tenants.md",
        }),
    actsAs: existingName("role", "shopapi")
        .optional()
        .meta({
            description:
                "With `model: existing`: the role that the service acts as, which is the one that it logs in as today",
            absent: "only with `model: existing`",
            examples: ["shopapi"],
            more: "tenants.md",
        }),
    schemas: list(existingName("schema", "shop"), "a list of schemas")
        .optional()
        .meta({
            description: "With `model: existing`: the schemas with the service's data",
            absent: "only with `model: existing`",
            examples: [["shop"]],
        }),
    settings: list(setting, "a list of settings, each with a name and a value")
        .optional()
        .describe("With `model: existing`: further settings of the service's sessions, which the role has today"),
    database: text({
        allowed: "the platform's database, or one of access.databases",
        fix: "leave it out for the platform's database",
        wrong: (given) => wrongDatabaseName(given, 63),
    })
        .optional()
        .meta({
            description: "The database that holds the tenant's schema; it cannot change later",
            absent: "the platform's",
        }),
    migration: migration.optional().meta({
        description: "With `model: existing`: how far the service has moved from a password to its IAM login",
        absent: "both work",
        more: "migrating.md",
    }),
    searchPath: list(schemaName, "a list of schemas").optional().meta({
        description: "The service's schema search path",
        absent: "the tenant's own; with `model: existing`, the server's default",
    }),
    inSearchPathOf: list(
        text({ allowed: "the name of a tenant", fix: "write a tenant whose searchPath may name this schema" }),
        "a list of tenants",
    )
        .optional()
        .describe("Other tenants whose `searchPath` may name this schema"),
    allowSystemNames: flag("write true for a tenant that is one of the cluster's own controllers").optional().meta({
        description: "Whether namespace and service account may be those of a controller, such as `argocd`",
        absent: "`false`",
    }),
    limits: limits.prefault({}).describe("The resources that the tenant may use"),
    formerly: tenantName("write the name that the schema and the roles were created with").optional().meta({
        description: "After a rename: the name that the schema and the roles were created with",
        more: "tenants.md",
    }),
    adopt: list(choice(adoptable, "write which of the three already exist"), "a list of schema, owner, login")
        .default([])
        .meta({ description: "Which of the tenant's objects already exist and are taken over", more: "tenants.md" }),
    retire: choice(
        ["keep", "drop"],
        "write keep (the login goes, the data stays) or drop (removing the entry drops its data)",
    )
        .optional()
        .meta({
            description:
                "Removes the tenant's login: `keep` retains the data; `drop` allows it to be dropped when the entry is removed",
            more: "tenants.md",
        }),
} satisfies FieldsOf<TenantEntry, "inSearchPathOf" | "allowSystemNames">).transform(
    ({ namespace, serviceAccount, existing, image, replicas, identity, ...given }) => {
        const pods = {
            ...(existing === undefined ? {} : { existing }),
            ...(image === undefined ? {} : { image }),
            ...(replicas === undefined ? {} : { replicas }),
        };
        const derived = kubernetesName(given.name);
        return isPodKind(identity)
            ? {
                  ...given,
                  identity,
                  ...pods,
                  namespace: namespace ?? derived,
                  serviceAccount: serviceAccount ?? derived,
              }
            : { ...given, identity };
    },
);
