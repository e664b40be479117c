import type { Facts } from "../facts";
import type { Check, Finding } from "../finding";
import { podIdentityAgent } from "./agent";
import { accessEntries, namespaces, oidcProvider } from "./cluster";
import { copies } from "./copies";
import { iamRoles } from "./iamRoles";
import { inRegion } from "./inRegion";
import { connections, lockOut, loginRate } from "./logins";
import { MYSQL_CHECKS } from "./mysql";
import { names } from "./names";
import { openPath, podsPath } from "./network";
import { defaultPrivileges, extensions, owners } from "./owners";
import { proxies } from "./proxies";
import { publicRights } from "./publicRights";
import { networkAcls, routes } from "./routes";
import { certificateAuthority, iamAuthentication, masterSecret, tlsForced } from "./server";

/** In the order in which they are shown. */
const AROUND: readonly Check[] = [
    iamAuthentication,
    tlsForced,
    certificateAuthority,
    masterSecret,
    podsPath,
    openPath,
    routes,
    networkAcls,
    proxies,
    copies,
    oidcProvider,
    iamRoles,
    podIdentityAgent,
    accessEntries,
    namespaces,
];
const POSTGRES: readonly Check[] = [names, lockOut, publicRights, owners, defaultPrivileges, extensions];
const SERVER: readonly Check[] = [connections, loginRate];

/** The answer of every check that the database's engine has. */
export function diagnose(facts: Facts): readonly Finding[] {
    const catalogs = facts.mysql === undefined ? POSTGRES : MYSQL_CHECKS;
    return [...AROUND, ...catalogs, ...SERVER].map(({ judge, ...check }) => {
        const outcome = judge(facts);
        return outcome.state === "change"
            ? { ...check, ...outcome, change: outcome.change.map((one) => inRegion(one, facts.aws.region)) }
            : { ...check, ...outcome };
    });
}
