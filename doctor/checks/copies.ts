import { regionOf } from "../../toolkit/arn";
import { type Check, type Outcome, fine, judged, unchecked } from "../finding";
import type { Copy, Facts } from "../facts";
import { unknown } from "../known";
import { inRegion } from "./inRegion";
import { openPath, podsPath } from "./network";
import { networkAcls, routes } from "./routes";
import { certificateAuthority, iamAuthentication, tlsForced } from "./server";

/** What each copy has of its own: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html */
const OWN = [iamAuthentication, tlsForced, certificateAuthority, openPath];
const IN_REACH = [podsPath, routes, networkAcls];

export const copies: Check = {
    id: "copies",
    group: "aws",
    what: "the database is no copy, and its copies are as ready as it is",
    why: "logins are made in the original only; IAM authentication, TLS, certificates and groups are each copy's own",
    judge: (facts) =>
        judged([facts.aws.server], ({ identifier, copyOf }) =>
            copyOf === undefined
                ? judged([facts.aws.copies], (found) => together(found.flatMap((one) => outcomesOf(facts, one))))
                : {
                      state: "change",
                      seen: [`${identifier} is a copy of ${copyOf}`],
                      breaks: "nothing",
                      change: [
                          {
                              config: `check and name ${copyOf} instead (--database, platform.database.existing.identifier), and list ${identifier} in platform.database.existing.replicas`,
                          },
                      ],
                  },
        ),
};

interface Of {
    readonly copy: string;
    readonly check: Check;
    readonly outcome: Outcome;
}

/** What the checks of a database say of a copy, with commands for its region. */
function outcomesOf({ aws, database, ...facts }: Facts, copy: Copy): readonly Of[] {
    const { identifier, region, ...own } = copy;
    const sessions = unknown(`sessions of ${identifier} are not read`);
    const there: Facts = { ...facts, aws: { ...aws, ...own }, database: { ...database, sessions } };
    // Groups and networks of another region are not compared with the cluster's.
    const checks = region === regionOfCluster(aws) ? [...OWN, ...IN_REACH] : OWN;
    return checks.map((check) => {
        const outcome = check.judge(there);
        return {
            copy: identifier,
            check,
            outcome:
                outcome.state === "change"
                    ? { ...outcome, change: outcome.change.map((one) => inRegion(one, region)) }
                    : outcome,
        };
    });
}

function regionOfCluster({ cluster }: Facts["aws"]): string | undefined {
    return "value" in cluster ? regionOf(cluster.value.arn) : undefined;
}

function together(all: readonly Of[]): Outcome {
    const bad = all.flatMap(({ copy, check, outcome }) =>
        outcome.state === "change" ? [{ copy, check, outcome }] : [],
    );
    const open = all.flatMap(({ copy, outcome }) => (outcome.state === "unchecked" ? [{ copy, outcome }] : []));
    const names = [...new Set(all.map(({ copy }) => copy))];
    if (bad.length > 0) {
        return {
            state: "change",
            seen: bad.flatMap(({ copy, check, outcome }) =>
                outcome.seen.map((one) => `${copy}: ${check.what}: ${one}`),
            ),
            breaks: bad.map(({ copy, check, outcome }) => `${copy}, ${check.id}: ${outcome.breaks}`).join("; "),
            change: bad.flatMap(({ outcome }) => outcome.change),
        };
    }
    return open.length > 0
        ? unchecked(open.map(({ copy, outcome }) => `${copy}: ${outcome.reason}`).join("; "))
        : fine(names.length === 0 ? "it has none" : names.join(", "));
}
