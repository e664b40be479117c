import { z } from "zod";
import type { Assertion } from "../access/assertions/parse";
import type { Engine } from "../components/engines";
import { access, tenantProblems, type AccessSettings } from "./access";
import { accessProblems } from "./accessProblems";
import { assertions } from "./assertions";
import { alarms, alarmProblems, type AlarmSettings } from "./alarms";
import { mysqlProblems } from "./mysql";
import { caBundleProblems } from "./caBundle";
import { databaseStackProblems } from "./databaseStack";
import type { ExistingDatabaseSettings } from "./existingDatabase";
import { foreignAccessProblems } from "./foreignAccessProblems";
import { developerProblems } from "./developers";
import { choice, matching, problemsOf, section, text } from "./fields";
import { compatibilityProblems } from "./platformCompatibility";
import { shellProblems } from "./people";
import { platform, platformProblems, type PlatformSettings } from "./platform";
import { SettingsError, type Problem } from "./problems";
import { tags, type TagSettings } from "./tags";
import { policyArn, stackName } from "./validators";

/** What a stack's config says, checked and with all defaults filled in. */
export interface Settings {
    /** What this stack makes of network, Kubernetes and database, or the name of the stack that made it. */
    readonly platform: PlatformSettings | string;
    /** Absent while no principal has access; then nothing connects to the database. */
    readonly access?: AccessSettings | undefined;
    /** Which alarms go to whom; absent without alarms. */
    readonly alarms?: AlarmSettings | undefined;
    /** Statements about who can reach which data, which previews and updates check; the program ignores them. */
    readonly assertions: readonly Assertion[];
    /** Tags of every AWS resource. */
    readonly tags: TagSettings;
    /** ARN of the permissions boundary of every role that this stack creates. */
    readonly permissionsBoundary?: string | undefined;
    /** Path of the bundle of certificate authorities that the database's certificate must come from. */
    readonly caBundle?: string | undefined;
    readonly kubernetesProxy?: string | undefined;
}

export const settingsSchema = section({
    deploy: choice(["all", "platform"], "write platform for the first run, then all")
        .default("all")
        .describe(
            "What a run deploys: `platform` in the first run, before the bootstrap creates the login that the rest needs; then `all`",
        ),
    platform: platform
        .optional()
        .describe("Network, Kubernetes cluster and database, created once; or name another stack in `platformStack`"),
    platformStack: matching(stackName, {
        allowed: "a stack's name: STACK, or ORGANIZATION/PROJECT/STACK",
        example: "organization/keyless/prod-platform",
        fix: "write the full name that `pulumi stack ls` shows, like organization/keyless/prod-platform",
        wrong: "not a stack's name",
    })
        .optional()
        .describe("The stack whose platform this one uses"),
    access: access
        .optional()
        .describe("Who may reach which data: tenants, profiles and people; leave it out of a first run"),
    alarms: alarms.optional().meta({
        description: "Alarms on refused logins, use of the master's secret, and changes to security groups and roles",
        absent: "no alarms",
        more: "runbook.md",
    }),
    assertions: assertions.meta({
        description: "Statements about who can reach which data; previews and updates that violate one fail",
        more: "access.md",
    }),
    tags: tags.prefault({}).describe("Tags of every AWS resource, in addition to `project` and `stack`"),
    permissionsBoundary: matching(policyArn, {
        allowed: "the ARN of an IAM policy",
        example: "arn:aws:iam::111122223333:policy/boundary",
        wrong: "not the ARN of an IAM policy",
    })
        .optional()
        .describe(
            "The permissions boundary of every role that the stack creates; in another account, the policy of that name there",
        ),
    caBundle: text({
        allowed: "the path of a PEM file, relative to the project's folder",
        fix: "remove it to trust the roots of Amazon RDS",
        wrong: (given) => (given.trim() === given ? undefined : "not a path"),
    })
        .optional()
        .meta({
            description:
                "A file of certificate authorities for the database's certificate; required in China and GovCloud",
            absent: "the roots of Amazon RDS",
            more: "databases.md",
        }),
    kubernetesProxy: matching(/^(socks5|https?):\/\/[^\s/@]+$/, {
        allowed: "the URL of a SOCKS5 or HTTP proxy without a password",
        example: "socks5://127.0.0.1:1080",
        wrong: "not the URL of a proxy",
    })
        .optional()
        .meta({
            description: "The proxy through which `pulumi up` reaches the Kubernetes API, such as the bastion's",
            absent: "a direct connection",
            more: "reaching-the-database.md",
        }),
});

/**
 * Reads the values of a stack's config, keyed without the project's name (`platform`, `access`, …). An empty value
 * counts as none: Pulumi.yaml's defaults are empty.
 *
 * @param region where the stack works, if that is known; its own bundle of certificate authorities is asked for where there is none
 * @throws SettingsError that lists all problems
 */
export function parseSettings(values: Readonly<Record<string, unknown>>, now = Date.now(), region?: string): Settings {
    const given = Object.fromEntries(
        Object.entries(values).filter(([key, value]) => !(key in settingsSchema.shape && isEmpty(value))),
    );
    const parsed = settingsSchema.safeParse(given);
    const problems = [
        ...(parsed.success ? [] : problemsOf(parsed.error, given).map(nameRenamedKey)),
        ...tenantProblems(given["access"]),
        ...developerProblems(given["access"], now),
        ...(parsed.data?.platform === undefined ? [] : platformProblems(parsed.data.platform)),
        ...(parsed.data?.access === undefined
            ? []
            : accessProblems(parsed.data.access, parsed.data.platform?.database.databaseName)),
        ...accountProblems(parsed.data),
        ...bastionProblems(parsed.data),
        ...(region === undefined
            ? []
            : caBundleProblems(given["caBundle"], [region, ...replicaRegions(parsed.data?.platform)])),
        ...partProblems(given),
        ...inheritedProblems(parsed.data),
        ...databaseStackProblems(given, parsed.data?.access),
        ...mysqlProblems(given),
        ...networkProblems(parsed.data),
        ...alarmProblems(parsed.data?.alarms, given),
        ...compatibilityProblems(parsed.data?.platform, parsed.data?.access),
    ];
    const {
        platform,
        platformStack,
        access,
        alarms,
        assertions = [],
        tags = {},
        permissionsBoundary,
        caBundle,
        kubernetesProxy,
    } = parsed.data ?? {};
    const from = platform ?? platformStack;
    if (from === undefined || problems.length > 0) {
        throw new SettingsError(problems);
    }
    return {
        platform: from,
        access: parsed.data?.deploy === "platform" ? undefined : access,
        alarms,
        assertions,
        tags,
        permissionsBoundary,
        caBundle,
        kubernetesProxy,
    };
}

/** Former names of keys. */
const formerKeys: ReadonlyMap<string, string> = new Map([["audit", "alarms"]]);

function nameRenamedKey(problem: Problem): Problem {
    const key = formerKeys.get(problem.path);
    return key === undefined ? problem : { ...problem, wrong: `renamed to ${key}`, fix: `write ${key} instead` };
}

function replicaRegions(platform: PlatformSettings | undefined): readonly (string | undefined)[] {
    if (platform === undefined || !("network" in platform)) {
        return [];
    }
    const { database, replica } = platform;
    return "existing" in database ? database.existing.replicas.map(({ region }) => region) : [replica?.region];
}

function isEmpty(value: unknown): boolean {
    return value === "" || value === null || value === undefined || z.strictObject({}).safeParse(value).success;
}

/** The engine of the database that a stack works with. */
export function engineOf({
    platform,
    access,
}: {
    readonly platform?: PlatformSettings | string | undefined;
    readonly access?: AccessSettings | undefined;
}): Engine {
    return typeof platform === "object" ? platform.database.engine : (access?.engine ?? "postgres");
}

/** The platform's database, if it exists and the stack does not create it. */
export function existingDatabaseOf({
    platform,
}: {
    readonly platform?: PlatformSettings | string | undefined;
}): ExistingDatabaseSettings["existing"] | undefined {
    return typeof platform === "object" && "existing" in platform.database ? platform.database.existing : undefined;
}

/** ARN of the role that reaches the database's account, if it is not the cluster's. */
export function databaseRoleOf({
    platform,
    access,
}: {
    readonly platform?: PlatformSettings | string | undefined;
    readonly access?: AccessSettings | undefined;
}): string | undefined {
    if (typeof platform !== "object") {
        return access?.databaseRole;
    }
    if (!("network" in platform)) {
        return undefined;
    }
    return "existing" in platform.database ? platform.database.existing.role : platform.databaseAccount?.role;
}

/** Rejects keys that are only valid with `platformStack`; a stack with its own platform sets them under `platform`. */
function inheritedProblems({ platform, access }: Partial<z.infer<typeof settingsSchema>> = {}): Problem[] {
    const inherited = {
        appTier: "platform.cluster.appTier",
        databaseRole: "platform.databaseAccount.role",
        engine: "platform.database.engine",
        proxy: "platform.database.proxy",
    } as const;
    return (["appTier", "databaseRole", "engine", "proxy"] as const)
        .filter((key) => platform !== undefined && access?.[key] !== undefined)
        .map((key) => ({
            path: `access.${key}`,
            given: access?.[key],
            wrong: "this stack has its own platform",
            allowed: "only with platformStack",
            fix: `remove it, and set ${inherited[key]}`,
        }));
}

/** Keys that are invalid with a database in another account. */
function accountProblems(settings: Partial<z.infer<typeof settingsSchema>> = {}): Problem[] {
    const role = databaseRoleOf(settings);
    return role === undefined || settings.access === undefined ? [] : foreignAccessProblems(role, settings.access);
}

/** Checks people's shell access on the bastion, if there is one. */
function bastionProblems(settings: Partial<z.infer<typeof settingsSchema>> = {}): Problem[] {
    const { platform, access } = settings;
    const bastion = platform === undefined ? access?.bastion === true : "network" in platform && platform.bastion;
    return shellProblems(access?.people ?? [], { bastion, databaseRole: databaseRoleOf(settings) });
}

/** A service that network policies restrict must get its credentials within the network. */
function networkProblems({ platform, access }: Partial<z.infer<typeof settingsSchema>> = {}): Problem[] {
    // The endpoints of an existing network are looked up.
    const network =
        platform === undefined || "server" in platform || "existing" in platform.network ? undefined : platform.network;
    const within = network?.endpoints ?? network?.nat === "none";
    const stranded = access?.tenants.find(({ identity }) => identity === "irsa");
    if (network === undefined || within || access?.networkPolicy !== true || stranded === undefined) {
        return [];
    }
    const wrong = `the service ${stranded.name} gets its credentials from STS (identity: irsa) over the internet`;
    const fix = "set platform.network.endpoints: true, or use identity: podIdentity";
    return [
        {
            path: "access.networkPolicy",
            given: true,
            wrong,
            allowed: "only if credentials come from within the network",
            fix,
        },
    ];
}

/** Requires exactly one platform, the stack's own or another stack's. */
function partProblems({ platform, platformStack }: Record<string, unknown>): Problem[] {
    const allowed = "one of platform and platformStack";
    if (platform === undefined && platformStack === undefined) {
        const fix = "set platform, or name the stack that has one in platformStack";
        return [{ path: "platform", given: undefined, wrong: "missing", allowed, fix }];
    }
    if (platform !== undefined && platformStack !== undefined) {
        return [
            {
                path: "platformStack",
                given: platformStack,
                wrong: "platform is set too",
                allowed,
                fix: "remove one of the two",
            },
        ];
    }
    return [];
}
