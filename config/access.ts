import { z } from "zod";
import type { DatabaseEntry } from "../components/access/databases";
import { appTiers } from "../components/cluster/appTier";
import { engines } from "../components/engines";
import { computeKinds, podKinds } from "../components/identity/kinds";
import { databaseBytes, kubernetesName } from "../components/tenancy/names";
import { publicRightsChoices } from "../components/tenancy/privileges";
import { connectionTest } from "./connectionTest";
import { databaseRole } from "./databaseAccount";
import { developerDays, developers } from "./developers";
import { choice, flag, list, matching, section, text, type FieldsOf } from "./fields";
import type { Problem } from "./problems";
import { identityCenter, person } from "./people";
import { profile } from "./profiles";
import { allowedDatabaseName, isLabel, stackName, wrongDatabaseName } from "./validators";
import { allowedNamespace, wrongNamespace } from "./kubernetesNames";
import { tenant } from "./tenants";
import { BREAK_GLASS } from "../toolkit/serverNames";

const extension = matching(/^[a-z][a-z0-9_-]{0,62}$/, {
    allowed: "the name of a trusted extension, which a database's owner may install",
    example: "pg_trgm",
    fix: "write one like pgcrypto, citext, hstore, pg_trgm",
    wrong: "not the name of an extension",
});

const database = section({
    name: text({
        allowed: allowedDatabaseName(databaseBytes),
        fix: "write the name of the database to create, like reports",
        wrong: (given) => wrongDatabaseName(given, databaseBytes),
    }).meta({ description: "The database to create", examples: ["reports"] }),
    extensions: list(extension, "a list of extensions").default([]).describe("Extensions of the database"),
    protect: flag("write false only if the data can be lost")
        .default(true)
        .describe("Whether to refuse to delete the database"),
} satisfies FieldsOf<DatabaseEntry>);

const breakGlass = text({
    allowed: allowedDatabaseName(63),
    fix: "write the login that `keyless bootstrap --break-glass` created",
    wrong: (given) => wrongDatabaseName(given, 63),
});

/** What a stack's own platform states, and the program cannot read from another stack's. */
const ofPlatform = (key: string) => ({
    description: `With \`platformStack\`: the value of \`${key}\` in the platform's stack`,
});

/** The part that changes most often: who may reach which data. */
export const access = section({
    appTier: choice(appTiers, "write what platform.cluster.appTier is in the platform's stack")
        .optional()
        .meta({ ...ofPlatform("platform.cluster.appTier"), absent: "`nodes`" }),
    databaseRole: databaseRole.optional().meta(ofPlatform("platform.databaseAccount.role")),
    bastion: flag("write true if platform.bastion is true in the platform's stack")
        .optional()
        .meta({ ...ofPlatform("platform.bastion"), absent: "`false`" }),
    engine: choice(engines, "write what platform.database.engine is in the platform's stack")
        .optional()
        .meta({ ...ofPlatform("platform.database.engine"), absent: "`postgres`" }),
    networkPolicy: flag("write true to limit services to the database, DNS and the source of their credentials")
        .default(false)
        .describe(
            "Whether network policies restrict services to the database, DNS and the source of their credentials. With `identity: irsa`, this needs `platform.network.endpoints` or no NAT",
        ),
    tenants: list(tenant, "a list of tenants, each with a name").default([]).meta({
        description: "Services, each with a schema, a database login, an IAM role and a service account",
        more: "tenants.md",
    }),
    profiles: list(profile, "a list of profiles, each with a name, grants and holders")
        .default([])
        .meta({ description: "Rights that several holders share, each as a Postgres group role", more: "tenants.md" }),
    people: list(person, "a list of people, each with a user, assumedBy or identityCenter, and profiles")
        .default([])
        .meta({ description: "People who log in to the database as themselves", more: "reaching-the-database.md" }),
    identityCenter: identityCenter.optional().meta({
        description: "Where another account or region administers Identity Center",
        absent: "the stack's own account and region",
    }),
    extensions: list(extension, "a list of extensions").default([]).describe("Extensions of the platform's database"),
    publicRights: choice(
        publicRightsChoices,
        "write revoke (only members of the database's group may connect) or keep (PUBLIC's rights stay as they are)",
    )
        .default("revoke")
        .meta({
            description:
                "What happens to the rights that every login holds through PUBLIC on the platform's database and on its schema `public`: taken (`revoke`), or left as they are (`keep`), for a database that others use as well",
            more: "adopting.md",
        }),
    databases: list(database, "a list of databases, each with a name")
        .default([])
        .describe("Further databases on the server"),
    databaseStack: matching(stackName, {
        allowed: "a stack's name: STACK, or ORGANIZATION/PROJECT/STACK",
        example: "organization/keyless/prod-platform",
        fix: "write the full name that `pulumi stack ls` shows, like organization/keyless/prod-platform",
        wrong: "not a stack's name",
    })
        .optional()
        .meta({
            description:
                "With `platformStack`: the stack that limits access to the databases, if several stacks share them. It has the databases' groups, `publicRights`, `extensions` and `databases`",
            absent: "this stack limits access to the databases",
            more: "scale.md",
        }),
    breakGlass: breakGlass
        .default(BREAK_GLASS)
        .describe("The login for use when IAM fails; `keyless bootstrap` creates it"),
    proxy: flag("write what platform.database.proxy is in the platform's stack")
        .optional()
        .meta({ ...ofPlatform("platform.database.proxy"), absent: "`false`" }),
    developers,
    developerDays,
    connectionTest: connectionTest
        .optional()
        .describe("A Kubernetes Job for each service that tests what it may and must not do"),
});

export type AccessSettings = z.infer<typeof access>;
export type TenantSettings = AccessSettings["tenants"][number];

/**
 * Finds contradictions between individually valid tenants. Reads the raw values, so that its problems are reported
 * together with all others.
 */
export function tenantProblems(raw: unknown): Problem[] {
    const tenants = looseTenants.safeParse(raw).data?.tenants ?? [];
    const named = new Map<string, number>();
    const accounts = new Map<string, number>();
    const programs = new Map<string, number>();
    return tenants.flatMap(({ name, namespace, serviceAccount, existing, identity, image, replicas }, index) => {
        if (name === undefined) {
            return [];
        }
        const at = (key: string) => `access.tenants[${index}]${key}`;
        const twin = firstOf(named, name, index);
        if (twin !== undefined) {
            const wrong = `access.tenants[${twin}] already has this name`;
            return [
                {
                    path: at(".name"),
                    given: name,
                    wrong,
                    allowed: "each name once",
                    fix: "rename or remove one of the two",
                },
            ];
        }
        if (computeKinds.some((kind) => kind === identity)) {
            const given = { namespace, serviceAccount, existing, image, replicas };
            const strange = Object.entries(given).filter(([, value]) => value !== undefined);
            const allowed = `only with an identity of ${podKinds.join(", ")}`;
            return strange.map(([key, given]) => ({
                path: at(`.${key}`),
                given,
                wrong: `${identity} runs outside Kubernetes`,
                allowed,
                fix: "remove it",
            }));
        }
        const derived = kubernetesName(name);
        const space = namespace ?? derived;
        const account = `${space}/${serviceAccount ?? derived}`;
        const program = `${space}/${derived}`;
        const sharing = firstOf(accounts, account, index);
        const namesake = firstOf(programs, program, index);
        const whole = { path: at(""), given: { name, namespace, serviceAccount } };
        const problems: Problem[] = [];
        if (sharing !== undefined) {
            problems.push({
                ...whole,
                wrong: `access.tenants[${sharing}] already uses its service account, ${account}`,
                allowed: "each service account in each namespace once (an underscore becomes a hyphen in Kubernetes)",
                fix: "give one of the two its own serviceAccount or namespace",
            });
        }
        if (namesake !== undefined && namesake !== sharing) {
            problems.push({
                ...whole,
                wrong: `access.tenants[${namesake}] already uses its workload's name, ${program}`,
                allowed: "each name in each namespace once (an underscore becomes a hyphen in Kubernetes)",
                fix: "give one of the two its own namespace",
            });
        }
        if (namespace === "default" && !(Array.isArray(existing) && existing.includes("namespace"))) {
            problems.push({
                path: at(".namespace"),
                given: namespace,
                wrong: "belongs to Kubernetes",
                allowed: allowedNamespace,
                fix: "choose a namespace for this tenant, like payments; or write existing: [namespace, serviceAccount] if it runs there",
            });
        }
        const wrong = namespace === undefined && isLabel(space) ? wrongNamespace(space) : undefined;
        if (wrong !== undefined) {
            problems.push({
                ...whole,
                wrong: `its namespace would be ${space}, which ${wrong}`,
                allowed: allowedNamespace,
                fix: "give the tenant a namespace",
            });
        }
        return problems;
    });
}

/** The index that used a key before; the first one keeps it. */
function firstOf(seen: Map<string, number>, key: string, index: number): number | undefined {
    const first = seen.get(key);
    seen.set(key, first ?? index);
    return first;
}

const maybe = z.string().optional().catch(undefined);
const looseTenants = z.object({
    tenants: z.array(
        z
            .object({
                name: maybe,
                namespace: maybe,
                serviceAccount: maybe,
                identity: maybe,
                existing: z.unknown().optional(),
                image: maybe,
                replicas: z.unknown().optional(),
            })
            .catch({}),
    ),
});
