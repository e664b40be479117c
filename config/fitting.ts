import type { AccessSettings } from "./access";
import type { PlatformSettings } from "./platform";
import type { Problem } from "./problems";

/** A proxy's role holds 10,240 characters, some 180 a user: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const proxyUsers = 50;

/** What a platform can't give the tenants of its own stack. */
export function fittingProblems(platform: PlatformSettings | undefined, { tenants = [] }: Partial<AccessSettings> = {}): Problem[] {
    if (platform === undefined || tenants.length === 0) {
        return [];
    }
    const problems: Problem[] = [];
    const { proxy } = platform.database;
    if (proxy && tenants.length > proxyUsers) {
        const wrong = `a proxy's role names ${proxyUsers} users at most`;
        problems.push({ path: "access.tenants", given: tenants.length, wrong, allowed: `up to ${proxyUsers} tenants`, fix: "split them over several databases, or write proxy: false" });
    }
    if ("server" in platform) {
        for (const [index, tenant] of tenants.entries()) {
            if ("namespace" in tenant) {
                const allowed = "ec2, ecs, lambda";
                problems.push({ path: `access.tenants[${index}].identity`, given: tenant.identity, wrong: "this platform has no Kubernetes", allowed, fix: "write how AWS knows the service" });
            }
        }
    }
    return problems;
}
