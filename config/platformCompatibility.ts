import { connectArn } from "../components/identity/arn";
import { limits } from "../components/identity/document";
import { databaseNames } from "../components/tenancy/names";
import type { AccessSettings } from "./access";
import type { PlatformSettings } from "./platform";
import type { Problem } from "./problems";

/** What a platform can't give those of its own stack or another's that want access. */
export function compatibilityProblems(
    platform: PlatformSettings | undefined,
    access: AccessSettings | undefined,
): Problem[] {
    if (access === undefined) {
        return [];
    }
    const { tenants } = access;
    const problems = [...crowdedRoles(platform, access)];
    if (platform !== undefined && "server" in platform) {
        for (const [index, tenant] of tenants.entries()) {
            if ("namespace" in tenant) {
                const allowed = "ec2, ecs, lambda";
                problems.push({
                    path: `access.tenants[${index}].identity`,
                    given: tenant.identity,
                    wrong: "this platform has no Kubernetes",
                    allowed,
                    fix: "write how AWS knows the service",
                });
            }
        }
    }
    return problems;
}

/** IAM counts all policies within one role together, and each user is one: it is told of before anything is made where it is certain. */
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
    const services = tenants
        .filter(({ retire }) => retire === undefined)
        .map(({ formerly, name, model }) => databaseNames(formerly ?? name, model).login);
    const users = new Set([...services, ...holders.map(({ user }) => user), ...people.map(({ user }) => user)]);
    const roles = new Map(
        holders.map(({ iamRole }) => [
            iamRole,
            new Set(holders.filter((one) => one.iamRole === iamRole).map(({ user }) => user)),
        ]),
    );
    const told = (path: string, role: string, own: ReadonlySet<string>, fix: string): Problem[] => {
        const characters = [...own].reduce((sum, user) => sum + shortestPolicy(user), 0);
        const wrong = `${role} would have ${own.size} users, ${characters} characters of policies or more, and IAM takes ${limits.rolePolicy}`;
        return characters > limits.rolePolicy
            ? [{ path, given: own.size, wrong, allowed: "some 50 users a role, fewer with long names", fix }]
            : [];
    };
    return [
        ...(proxy
            ? told("access", "the proxy's role", users, "split them over several databases, or do without a proxy")
            : []),
        ...[...roles].flatMap(([iamRole, own]) =>
            told("access.profiles", iamRole, own, "split them over several roles"),
        ),
    ];
}

/** The length of a policy that lets one user in, where all else in it is as short as can be. */
function shortestPolicy(user: string): number {
    const Resource = [connectArn("arn:aws:rds:eu-west-1:111122223333:cluster:x", `db-${"X".repeat(26)}`, user)];
    return JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource }],
    }).length;
}
