import { routedCidrs, unrouted } from "../components/security/developerRoutes";
import type { AccessSettings } from "./access";
import type { PlatformSettings } from "./platform";
import type { Problem } from "./problems";

/** Finds developers whose packets the database could not answer. The routes of an existing network are unknown. */
export function developerRouteProblems(platform: PlatformSettings, { developers }: AccessSettings): Problem[] {
    if ("server" in platform || "existing" in platform.network || "existing" in platform.database) {
        return [];
    }
    const { network, databaseAccount } = platform;
    const routed = routedCidrs(databaseAccount?.cidr ?? network.cidr, network.routedRanges);
    return developers.flatMap(({ cidr }, index) =>
        unrouted(cidr, routed)
            ? [
                  {
                      path: `access.developers[${index}].cidr`,
                      given: cidr,
                      wrong: "the database's subnets have no route to it",
                      allowed: `an address in ${routed.join(", ")}`,
                      fix: "add a route to the table in the output databaseRouteTableId, and its range to platform.network.routedRanges",
                  },
              ]
            : [],
    );
}
