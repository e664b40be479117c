import type { Facts, Proxy, SecurityGroup } from "../facts";
import { type Change, type Check, type Outcome, fine, judged, unchecked } from "../finding";
import { admission, admit, covers } from "./network";

interface Part {
    readonly seen: string;
    readonly breaks: string;
    readonly change: readonly Change[];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html */
export const proxies: Check = {
    id: "proxies",
    group: "aws",
    what: "proxies sign in with IAM over TLS, and are let through",
    why: "a proxy with secrets signs in only as the users whose passwords it has, and Keyless' logins have none",
    judge: (facts) =>
        judged([facts.aws.proxies, facts.aws.server, facts.aws.groups], (found, { port }, groups) => {
            if (found.length === 0) {
                return fine("there is none");
            }
            const parts = found.flatMap((proxy) => partsOf(proxy, groups, port));
            const paths = found.map((proxy) => ({ proxy, outcome: pathTo(facts, proxy, port) }));
            const shut = paths.flatMap(({ proxy, outcome }) =>
                outcome.state === "change"
                    ? [
                          {
                              seen: `${proxy.name}: ${outcome.seen.join("; ")}`,
                              breaks: outcome.breaks,
                              change: outcome.change,
                          },
                      ]
                    : [],
            );
            const all: readonly Part[] = [...parts, ...shut];
            if (all.length > 0) {
                return {
                    state: "change",
                    seen: all.map(({ seen }) => seen),
                    breaks: [...new Set(all.map(({ breaks }) => breaks))].join("; "),
                    change: all.flatMap(({ change }) => change),
                };
            }
            const open = paths.flatMap(({ proxy, outcome }) =>
                outcome.state === "unchecked" ? [`${proxy.name}: ${outcome.reason}`] : [],
            );
            return open.length > 0 ? unchecked(open.join("; ")) : fine(...found.map(describe));
        }),
};

function describe({ name, secrets: { all, byPassword } }: Proxy): string {
    return all === 0
        ? name
        : `${name}, which has ${all} secrets besides, ${byPassword} of them for clients with a password`;
}

function pathTo(facts: Facts, { groups }: Proxy, port: number): Outcome {
    return judged([groups], (own) => admission(facts, own, port));
}

function partsOf({ name, iam, requiresTls, secrets, groups }: Proxy, database: readonly SecurityGroup[], port: number) {
    const modify = `aws rds modify-db-proxy --db-proxy-name ${name}`;
    const own = "value" in groups ? groups.value.map(({ id }) => id) : [];
    const [first = ""] = own;
    const [{ id: target } = { id: "SECURITY_GROUP" }] = database;
    const parts: Part[] = [];
    if (!iam) {
        parts.push({
            seen: `${name} signs in with secrets (${secrets.all})`,
            breaks: "nothing: users with secrets are signed in with them still",
            change: [{ command: `${modify} --default-auth-scheme IAM_AUTH` }],
        });
    }
    if (!requiresTls) {
        parts.push({
            seen: `${name} takes clients without TLS`,
            breaks: `clients of ${name} without TLS are refused`,
            change: [{ command: `${modify} --require-tls` }],
        });
    }
    if (own.length > 0 && !admits(database, own, port)) {
        parts.push({
            seen: `${name} (${own.join(", ")}): no rule of the database's groups admits it to port ${port}`,
            breaks: "nothing; everything in the proxy's group then reaches the port",
            change: [admit(target, port, "--source-group", first)],
        });
    }
    return parts;
}

/** A rule for addresses may be meant for the proxy's subnets. */
function admits(groups: readonly SecurityGroup[], own: readonly string[], port: number): boolean {
    return groups
        .flatMap(({ rules }) => rules)
        .filter((rule) => covers(rule, port))
        .some((rule) => rule.groups.some((one) => own.includes(one)) || rule.ranges.length + rule.lists.length > 0);
}
