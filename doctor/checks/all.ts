import type { Facts } from "../facts";
import type { Change, Check, Finding } from "../finding";
import { accessEntries, namespaces, oidcProvider, podIdentityAgent } from "./cluster";
import { connections, lockOut, loginRate } from "./logins";
import { names } from "./names";
import { openPath, podsPath } from "./network";
import { defaultPrivileges, extensions, owners } from "./owners";
import { publicRights } from "./publicRights";
import { certificateAuthority, iamAuthentication, masterSecret, tlsForced } from "./server";

/** In the order in which they are shown. */
const CHECKS: readonly Check[] = [
    iamAuthentication,
    tlsForced,
    certificateAuthority,
    masterSecret,
    podsPath,
    openPath,
    oidcProvider,
    podIdentityAgent,
    accessEntries,
    namespaces,
    names,
    lockOut,
    publicRights,
    owners,
    defaultPrivileges,
    extensions,
    connections,
    loginRate,
];

/** The answer of every check. */
export function diagnose(facts: Facts): readonly Finding[] {
    return CHECKS.map(({ judge, ...check }) => {
        const outcome = judge(facts);
        return outcome.state === "change"
            ? { ...check, ...outcome, change: outcome.change.map((one) => inRegion(one, facts.aws.region)) }
            : { ...check, ...outcome };
    });
}

/** IAM has no regions. */
function inRegion(change: Change, region: string | undefined): Change {
    return "command" in change && region !== undefined && /^aws (?!iam )/.test(change.command)
        ? { command: `${change.command} --region ${region}` }
        : change;
}
