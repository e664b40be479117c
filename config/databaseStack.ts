import { rescues } from "../components/access/rescue";
import { isRecord } from "../toolkit/record";
import type { AccessSettings } from "./access";
import type { Problem } from "./problems";

/** What only the stack has that limits access to the databases. */
const owned = ["publicRights", "extensions", "databases"] as const;

/**
 * Finds contradictions in a stack that shares another stack's databases. Reads the raw values too, because some keys have
 * defaults.
 *
 * @param access undefined if it has other problems
 */
export function databaseStackProblems(
    { platform, access: raw }: Readonly<Record<string, unknown>>,
    access: AccessSettings | undefined,
): Problem[] {
    const stack = isRecord(raw) ? raw["databaseStack"] : undefined;
    if (!isRecord(raw) || stack === undefined) {
        return [];
    }
    if (platform !== undefined) {
        return [
            {
                path: "access.databaseStack",
                given: stack,
                wrong: "this stack has its own platform",
                allowed: "only with platformStack",
                fix: "remove it: the stack that has a database limits access to it",
            },
        ];
    }
    return [
        ...owned
            .filter((key) => raw[key] !== undefined)
            .map((key) => ({
                path: `access.${key}`,
                given: raw[key],
                wrong: "another stack limits access to the databases (access.databaseStack)",
                allowed: "only without databaseStack",
                fix: `remove it, and write it in the config of ${JSON.stringify(stack)}`,
            })),
        ...(access === undefined ? [] : [...connectionProblems(access), ...rescueProblems(access)]),
    ];
}

/** A share of the server's connections would be computed from this stack's tenants alone. */
function connectionProblems({ tenants }: AccessSettings): Problem[] {
    return tenants.flatMap(({ limits, model, adopt, retire }, index): Problem[] =>
        limits?.connections !== undefined ||
        model === "existing" ||
        retire !== undefined ||
        adopt?.includes("login") === true
            ? []
            : [
                  {
                      path: `access.tenants[${index}].limits.connections`,
                      given: undefined,
                      wrong: "missing: several stacks share the server's connections, so this one cannot divide them",
                      allowed: "a whole number of at least 1",
                      fix: "write how many sessions the tenant may have at once",
                  },
              ],
    );
}

/** The login's membership in the database's group would be several stacks', and it inherits nothing from such a profile. */
function rescueProblems({ profiles }: AccessSettings): Problem[] {
    return profiles.flatMap(({ actsAs, holders }, index): Problem[] =>
        actsAs !== undefined && rescues({ holders })
            ? [
                  {
                      path: `access.profiles[${index}].actsAs`,
                      given: actsAs,
                      wrong: "the break-glass login could not connect with this profile, because another stack limits access to the databases",
                      allowed: "grants, with databaseStack and a holder with breakGlass",
                      fix: "write grants instead of actsAs, or give the profile other holders",
                  },
              ]
            : [],
    );
}
