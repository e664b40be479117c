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
    const testable = tenants
        .filter((tenant) => "namespace" in tenant && tenant.retire === undefined)
        .map(({ name }) => name);
    if (testable.length === 0) {
        const allowed = "where a tenant runs in Kubernetes: identity irsa or podIdentity, and no retire";
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
    return (test.tenants ?? []).flatMap((given, index): Problem[] => {
        const path = `access.connectionTest.tenants[${index}]`;
        if (test.tenants?.indexOf(given) !== index) {
            return [{ path, given, wrong: "named twice", allowed: "each tenant once", fix: "remove one of the two" }];
        }
        const wrong = tenants.some(({ name }) => name === given)
            ? "it has no login for Kubernetes pods"
            : "there is no such tenant";
        return testable.includes(given)
            ? []
            : [
                  {
                      path,
                      given,
                      wrong,
                      allowed: testable.join(", "),
                      fix: "write a tenant's name, or leave the list out to mean all",
                  },
              ];
    });
}
