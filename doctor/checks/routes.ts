import { contains, overlap, parseCidr } from "../../toolkit/cidr";
import type { Facts, Route, Subnet } from "../facts";
import { type Change, type Check, type Outcome, command, fine, judged, unchecked } from "../finding";

/** A way of packets from one subnet to another. */
interface Way {
    readonly from: Subnet;
    readonly to: Subnet;
}

/** The ways from the pods' subnets to the database's. */
function waysOf({ aws: { subnets, podSubnets } }: Facts, judge: (ways: readonly Way[]) => Outcome): Outcome {
    return judged([podSubnets, subnets], (pods, database) => {
        if (pods.length === 0 || database.length === 0) {
            return unchecked(pods.length === 0 ? "the cluster has no nodes" : "RDS names no subnet of the database");
        }
        return judge(pods.flatMap((from) => database.map((to) => ({ from, to }))));
    });
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html; a peering needs routes on both sides. */
export const routes: Check = {
    id: "routes",
    group: "aws",
    what: "the pods' subnets and the database's have routes to each other",
    why: "without a route there, connections time out; without one back, they do too",
    judge: (facts) =>
        waysOf(facts, (there) => {
            const ways = [...there, ...there.map(({ from, to }) => ({ from: to, to: from }))];
            const found = ways.map((way) => ({ ...way, route: routeTo(way.from.table.routes, way.to.range) }));
            const lost = found.filter(({ route }) => route === undefined || !leads(route));
            const unread = found.flatMap(({ route }) =>
                route === undefined || !leads(route) || /^(local$|pcx-)/.test(route.target) ? [] : [route.target],
            );
            if (lost.length > 0) {
                return {
                    state: "change",
                    seen: unique(
                        lost.map(({ from, to, route }) => `${from.table.id} (${from.id}): ${missing(to, route)}`),
                    ),
                    breaks: "nothing that works today: packets to this range are lost",
                    change: changesOf(lost, facts),
                };
            }
            return unread.length > 0
                ? unchecked(`there are routes, through ${unique(unread).join(", ")}; what is behind these is not read`)
                : fine(unique(found.flatMap(({ route }) => route?.target ?? [])).join(", "));
        }),
};

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** The most specific one counts: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html */
function routeTo(routes: readonly Route[], range: string): Route | undefined {
    const wanted = parseCidr(range);
    const fitting = routes.flatMap((route) => {
        const to = parseCidr(route.to);
        return wanted !== undefined && to !== undefined && contains(to, wanted) ? [{ route, bits: to.prefix }] : [];
    });
    return fitting.sort((a, b) => b.bits - a.bits)[0]?.route;
}

/** Gateways of the internet lead to no private network. */
function leads({ active, target }: Route): boolean {
    return active && !/^(igw|eigw|nat|cagw)-/.test(target);
}

function missing({ range, vpc }: Subnet, route: Route | undefined): string {
    const reason =
        route === undefined ? "no route" : route.active ? `only ${route.target}` : `a blackhole, ${route.target},`;
    return `${reason} leads to ${range} of ${vpc}`;
}

function changesOf(lost: readonly Way[], { aws: { cluster, peerings } }: Facts): readonly Change[] {
    const own = "value" in cluster ? cluster.value.vpc : "";
    const changes = lost.map(({ from, to }): Change => {
        const other = from.vpc === own ? to.vpc : from.vpc;
        const peering = "value" in peerings ? peerings.value.get(other) : undefined;
        return peering === undefined
            ? {
                  config: `connect ${own} and ${other}, by a peering or a transit gateway, and add the routes on both sides`,
              }
            : command`aws ec2 create-route --route-table-id ${from.table.id} --destination-cidr-block ${to.range} --vpc-peering-connection-id ${peering}`;
    });
    return [...new Map(changes.map((one) => [JSON.stringify(one), one])).values()];
}

/** The ports from which Linux connects: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports */
const EPHEMERAL = { from: 32_768, to: 61_000 };

/** What a network ACL has to let through. */
interface Passage {
    readonly acl: Subnet["acl"];
    readonly egress: boolean;
    readonly range: string;
    readonly ports: { readonly from: number; readonly to: number };
}

/** An ACL is stateless, and applies between subnets: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html */
export const networkAcls: Check = {
    id: "network-acls",
    group: "aws",
    what: "network ACLs let the pods' packets through, and the answers",
    why: "otherwise connections time out, whatever the security groups say",
    judge: (facts) =>
        judged([facts.aws.server], ({ port }) =>
            waysOf(facts, (ways) => {
                const passages = ways
                    .filter(({ from, to }) => from.id !== to.id)
                    .flatMap((way) => passagesOf(way, port));
                const verdicts = passages.map((passage) => ({ passage, verdict: verdictOf(passage) }));
                const denied = verdicts.filter(({ verdict }) => verdict === "denied");
                const parts = verdicts.filter(({ verdict }) => verdict === "part");
                if (denied.length > 0) {
                    return {
                        state: "change",
                        seen: unique(denied.map(({ passage }) => `${passage.acl.id} denies ${describe(passage)}`)),
                        breaks: "nothing: packets that are dropped today pass",
                        change: allowing(denied.map(({ passage }) => passage)),
                    };
                }
                return parts.length > 0
                    ? unchecked(
                          `a part is denied: ${unique(parts.map(({ passage }) => `${passage.acl.id}: ${describe(passage)}`)).join("; ")}`,
                      )
                    : fine("both ways");
            }),
        ),
};

function passagesOf({ from, to }: Way, port: number): readonly Passage[] {
    const ports = { from: port, to: port };
    return [
        { acl: from.acl, egress: true, range: to.range, ports },
        { acl: to.acl, egress: false, range: from.range, ports },
        { acl: to.acl, egress: true, range: from.range, ports: EPHEMERAL },
        { acl: from.acl, egress: false, range: to.range, ports: EPHEMERAL },
    ];
}

function describe({ egress, range, ports: { from, to } }: Passage): string {
    return `${egress ? "egress to" : "ingress from"} ${range}, port ${from === to ? from : `${from}-${to}`}`;
}

/** The first entry that fits decides; after the last, all is denied. */
function verdictOf({ acl, egress, range, ports }: Passage): "allowed" | "denied" | "part" {
    const wanted = parseCidr(range);
    let allowed = false;
    for (const entry of acl.entries) {
        const given = parseCidr(entry.range);
        const { from, to } = entry.ports ?? { from: 0, to: 65_535 };
        const touches =
            entry.egress === egress &&
            ["-1", "6"].includes(entry.protocol) &&
            wanted !== undefined &&
            given !== undefined &&
            overlap(given, wanted) &&
            from <= ports.to &&
            ports.from <= to;
        if (touches && contains(given, wanted) && from <= ports.from && ports.to <= to) {
            return entry.allow ? "allowed" : allowed ? "part" : "denied";
        }
        if (touches && !entry.allow) {
            return "part";
        }
        allowed ||= touches;
    }
    return allowed ? "part" : "denied";
}

/** https://docs.aws.amazon.com/cli/latest/reference/ec2/create-network-acl-entry.html; the lower number comes first */
function allowing(passages: readonly Passage[]): readonly Change[] {
    const distinct = [...new Map(passages.map((one) => [`${one.acl.id} ${describe(one)}`, one])).values()];
    const used = new Map<string, number>();
    return distinct.map(({ acl, egress, range, ports: { from, to } }) => {
        const way = egress ? "--egress" : "--ingress";
        const key = `${acl.id} ${way}`;
        const [first = 100] = acl.entries.filter((one) => one.egress === egress).map((one) => one.number);
        const number = (used.get(key) ?? Math.min(first, 32_767)) - 1;
        used.set(key, number);
        return {
            command: `aws ec2 create-network-acl-entry --network-acl-id ${acl.id} ${way} --rule-number ${Math.max(number, 1)} --protocol tcp --port-range From=${from},To=${to} --cidr-block ${range} --rule-action allow`,
        };
    });
}
