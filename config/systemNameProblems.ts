import type { AccessSettings } from "./access";
import type { Problem } from "./problems";
import { systemNamespace, systemServiceAccount } from "./systemNames";

/** Tenants with the namespace or the service account of what runs a cluster. */
export function systemNameProblems({ tenants }: AccessSettings): Problem[] {
    return tenants.flatMap((tenant, index): Problem[] => {
        if (!("namespace" in tenant) || tenant.allowSystemNames === true) {
            return [];
        }
        const { namespace, serviceAccount } = tenant;
        const problem = (key: string, given: string, what: string, of: string | undefined): Problem[] => {
            const wrong = `${given} is the ${what} of ${of}, whose rights its pods could get`;
            const fix = `give the tenant a ${what} of its own, or write allowSystemNames: true if it is ${of}`;
            const allowed = `a ${what} that nothing of the cluster's own has`;
            return of === undefined ? [] : [{ path: `access.tenants[${index}].${key}`, given, wrong, allowed, fix }];
        };
        return [
            ...problem("namespace", namespace, "namespace", systemNamespace(namespace)),
            ...problem("serviceAccount", serviceAccount, "service account", systemServiceAccount(serviceAccount)),
        ];
    });
}
