import { accountOf } from "../toolkit/arn";
import { isPodKind, podKinds } from "../components/identity/kinds";
import type { AccessSettings } from "./access";
import type { Problem } from "./problems";

/** Finds access that a database in another account cannot have; `role` leads there. */
export function foreignAccessProblems(role: string, { tenants, profiles }: AccessSettings): Problem[] {
    const account = accountOf(role);
    const machines = tenants.flatMap(({ name, identity }, index): Problem[] =>
        isPodKind(identity)
            ? []
            : [
                  {
                      path: `access.tenants[${index}].identity`,
                      given: identity,
                      wrong: `the database of ${name} is in account ${account}, and a service outside Kubernetes has its role in its own account`,
                      allowed: podKinds.join(", "),
                      fix: "run it in the cluster, or put the database into its account",
                  },
              ],
    );
    const strangers = profiles.flatMap(({ holders }, index) =>
        holders.flatMap(({ iamRole }, at): Problem[] =>
            iamRole === undefined || accountOf(iamRole) === account
                ? []
                : [
                      {
                          path: `access.profiles[${index}].holders[${at}].iamRole`,
                          given: iamRole,
                          wrong: `the database is in account ${account}, which admits no role of another account`,
                          allowed: `a role of ${account}`,
                          fix: "name a role in that account, which the holders assume",
                      },
                  ],
        ),
    );
    return [...machines, ...strangers];
}
