import { connectArn } from "../components/identity/arn";
import { limits } from "../components/identity/document";
import { namesOf } from "../components/tenancy/names";
import type { AccessSettings } from "./access";
import { developerRouteProblems } from "./developerRoutes";
import type { ClusterPlatformSettings, PlatformSettings } from "./platform";
import type { Problem } from "./problems";
import { groupedBy } from "../toolkit/grouped";

/** Finds access that a platform, the stack's own or another's, cannot provide. */
export function compatibilityProblems(
    platform: PlatformSettings | undefined,
    access: AccessSettings | undefined,
): Problem[] {
    if (access === undefined) {
        return [];
    }
    const { tenants } = access;
    const problems = [
        ...crowdedRoles(platform, access),
        ...(platform === undefined ? [] : developerRouteProblems(platform, access)),
        ...(platform !== undefined && "existing" in platform.database ? strangeDevelopers(access) : []),
    ];
    if (platform !== undefined && "cluster" in platform) {
        problems.push(...fargateProblems(platform.cluster, tenants));
    }
    if (platform !== undefined && "server" in platform) {
        problems.push(...tenants.flatMap(withoutKubernetes));
    }
    return problems;
}

/** What of a tenant needs a cluster. */
function withoutKubernetes(tenant: AccessSettings["tenants"][number], index: number): Problem[] {
    const path = `access.tenants[${index}]`;
    const wrong = "this platform has no Kubernetes";
    return [
        ...("namespace" in tenant
            ? [
                  {
                      path: `${path}.identity`,
                      given: tenant.identity,
                      wrong,
                      allowed: "ec2, ecs, lambda",
                      fix: "write how the service authenticates to AWS",
                  },
              ]
            : []),
        ...(tenant.migration?.secrets ?? []).flatMap(({ kubernetes }, at) =>
            kubernetes === undefined
                ? []
                : [
                      {
                          path: `${path}.migration.secrets[${at}].kubernetes`,
                          given: kubernetes,
                          wrong,
                          allowed: "secretsManager",
                          fix: "remove it; delete a Secret of another cluster there",
                      },
                  ],
        ),
    ];
}

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html: "Pods that run on AWS Fargate aren't supported" */
function fargateProblems(cluster: ClusterPlatformSettings["cluster"], tenants: AccessSettings["tenants"]): Problem[] {
    const onFargate = "existing" in cluster ? cluster.existing.fargateNamespaces : [];
    return tenants.flatMap((tenant, index) =>
        tenant.identity === "podIdentity" && onFargate.includes(tenant.namespace)
            ? [
                  {
                      path: `access.tenants[${index}].identity`,
                      given: tenant.identity,
                      wrong: `EKS Pod Identity does not work on Fargate, where the pods of the namespace ${tenant.namespace} run`,
                      allowed: "irsa",
                      fix: "write irsa, or another namespace",
                  },
              ]
            : [],
    );
}

/** Temporary rules have a group of their own, whose rules AWS revokes; a group of an existing database has others. */
function strangeDevelopers({ developers }: AccessSettings): Problem[] {
    return developers.length === 0
        ? []
        : [
              {
                  path: "access.developers",
                  given: developers,
                  wrong: "the database exists, and has no security group for temporary rules only",
                  allowed: "only with a database that the stack creates",
                  fix: "remove them, and have the database's owner admit the addresses, or use platform.bastion",
              },
          ];
}

/** IAM limits the total size of a role's inline policies, one for each user: reports a certain excess early. */
function crowdedRoles(
    platform: PlatformSettings | undefined,
    { tenants, profiles, people, proxy: declared }: AccessSettings,
): Problem[] {
    const proxy = platform?.database.proxy ?? declared ?? false;
    const holders = profiles.flatMap(({ holders }) =>
        holders.flatMap(({ user, iamRole }) =>
            user === undefined || iamRole === undefined ? [] : [{ user, iamRole }],
        ),
    );
    const services = tenants.filter(({ retire }) => retire === undefined).map((tenant) => namesOf(tenant).login);
    const users = new Set([...services, ...holders.map(({ user }) => user), ...people.map(({ user }) => user)]);
    const roles = groupedBy(holders, ({ iamRole }) => iamRole);
    const excess = (path: string, role: string, own: ReadonlySet<string>, fix: string): Problem[] => {
        const characters = [...own].reduce((sum, user) => sum + shortestPolicy(user), 0);
        const wrong = `${role} would have ${own.size} users, ${characters} characters of policies or more; IAM allows ${limits.rolePolicy}`;
        return characters > limits.rolePolicy
            ? [{ path, given: own.size, wrong, allowed: "some 50 users a role, fewer with long names", fix }]
            : [];
    };
    return [
        ...(proxy
            ? excess("access", "the proxy's role", users, "split them over several databases, or remove the proxy")
            : []),
        ...[...roles].flatMap(([iamRole, own]) =>
            excess("access.profiles", iamRole, new Set(own.map(({ user }) => user)), "split them over several roles"),
        ),
    ];
}

/** The length of the shortest policy that admits this user. */
function shortestPolicy(user: string): number {
    const Resource = [connectArn("arn:aws:rds:eu-west-1:111122223333:cluster:x", `db-${"X".repeat(26)}`, user)];
    return JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource }],
    }).length;
}
