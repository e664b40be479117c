import type { AccessSettings } from "./access";
import { flag, list, section, text } from "./fields";
import type { Problem } from "./problems";
import { image } from "./validators";

/** A Job for each service in Kubernetes that tries what the service may and what it must not. */
export const connectionTest = section({
    image: image(
        "write that of examples/connection-test, like 111122223333.dkr.ecr.eu-central-1.amazonaws.com/connection-test:0.1.0",
    ).describe("The image of examples/connection-test, with a tag or a digest"),
    tenants: list(
        text({ allowed: "the name of a tenant in Kubernetes", fix: "write a tenant's name, like shop" }),
        "a list of tenants' names",
    )
        .optional()
        .meta({ description: "The tenants to try", absent: "all in Kubernetes" }),
    wait: flag("write false to let a run end before the tests have")
        .default(true)
        .describe("Whether a run waits for the tests, and fails when one does"),
});

/** Tests of services that are not there, or that run outside Kubernetes. */
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
                wrong: "there is no service to try it as",
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
            ? "it has no login for pods in Kubernetes"
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
