import type { AccessSettings } from "./access";
import type { Problem } from "./problems";

/** Finds tests of services that do not exist or run outside Kubernetes. */
export function connectionTestProblems({
    connectionTest: test,
    tenants,
}: Pick<AccessSettings, "connectionTest" | "tenants">): Problem[] {
    if (test === undefined) {
        return [];
    }
    const acting = new Set(tenants.filter(({ model }) => model === "existing").map(({ name }) => name));
    const names = new Set(tenants.map(({ name }) => name));
    const testable = new Set(
        tenants
            .filter((tenant) => "namespace" in tenant && tenant.retire === undefined && tenant.model !== "existing")
            .map(({ name }) => name),
    );
    if (testable.size === 0) {
        const allowed =
            "where a tenant runs in Kubernetes: identity irsa or podIdentity, no retire, and a schema of its own";
        return [
            {
                path: "access.connectionTest",
                given: test,
                wrong: "there is no service to run it as",
                allowed,
                fix: "remove it, or add a tenant",
            },
        ];
    }
    const named = new Set<string>();
    return (test.tenants ?? []).flatMap((given, index): Problem[] => {
        const path = `access.connectionTest.tenants[${index}]`;
        if (named.has(given)) {
            return [{ path, given, wrong: "named twice", allowed: "each tenant once", fix: "remove one of the two" }];
        }
        named.add(given);
        const wrong = acting.has(given)
            ? "it acts as a role that exists, and what that one may do is not declared"
            : names.has(given)
              ? "it has no login for Kubernetes pods"
              : "there is no such tenant";
        return testable.has(given)
            ? []
            : [
                  {
                      path,
                      given,
                      wrong,
                      allowed: [...testable].join(", "),
                      fix: "write a tenant's name, or leave the list out to mean all",
                  },
              ];
    });
}
