import type { AccessSettings } from "./access";
import type { Problem } from "./problems";
import { systemNamespace, systemServiceAccount } from "./systemNames";

/** Finds tenants with the namespace or the service account of a cluster component. */
export function systemNameProblems({ tenants }: AccessSettings): Problem[] {
    return tenants.flatMap((tenant, index): Problem[] => {
        if (!("namespace" in tenant) || tenant.allowSystemNames === true) {
            return [];
        }
        const { namespace, serviceAccount } = tenant;
        const problem = (key: string, given: string, what: string, of: string | undefined): Problem[] => {
            const wrong = `${given} is the ${what} of ${of}, whose rights its pods could obtain`;
            const fix = `give the tenant its own ${what}, or set allowSystemNames: true if it is ${of}`;
            const allowed = `a ${what} that no cluster component uses`;
            return of === undefined ? [] : [{ path: `access.tenants[${index}].${key}`, given, wrong, allowed, fix }];
        };
        return [
            ...problem("namespace", namespace, "namespace", systemNamespace(namespace)),
            ...problem("serviceAccount", serviceAccount, "service account", systemServiceAccount(serviceAccount)),
        ];
    });
}
