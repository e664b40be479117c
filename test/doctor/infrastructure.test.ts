import assert from "node:assert/strict";

import { diagnose } from "../../doctor/checks/all";
import type { Facts, Rule, Subnet } from "../../doctor/facts";
import { known, unknown } from "../../doctor/known";
import { foundIn } from "./found";
import { but, butCluster, butServer, databaseSubnet, good, group, instance, node, rule, subnet } from "./good";

const answerOf = (facts: Facts, id: string) => diagnose(facts).find((one) => one.id === id);
const reasonOf = (facts: Facts, id: string) => {
    const found = answerOf(facts, id);
    return found?.state === "unchecked" ? found.reason : found?.state;
};
const seenOf = (facts: Facts, id: string) => {
    const found = answerOf(facts, id);
    return found?.state === "unchecked" ? [] : found?.seen;
};

describe("the commands for a Multi-AZ DB cluster", () => {
    const multiAz = { engine: "postgres", parameterGroup: "default.postgres17" } as const;

    it("restart it as a whole, with a parameter group for clusters", () => {
        const facts = butServer(multiAz);
        const tls = known({ name: "rds.force_ssl", forced: false, dynamic: true });
        assert.deepEqual(foundIn({ ...facts, aws: { ...facts.aws, tls } })[0]?.change, [
            "aws rds create-db-cluster-parameter-group --db-cluster-parameter-group-name shop-parameters --db-parameter-group-family postgres17 --description 'TLS only'",
            "aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name shop-parameters --parameters ParameterName=rds.force_ssl,ParameterValue=1,ApplyMethod=immediate",
            "aws rds modify-db-cluster --db-cluster-identifier shop --db-cluster-parameter-group-name shop-parameters --apply-immediately",
            "aws rds reboot-db-cluster --db-cluster-identifier shop",
        ]);
    });

    it("change the certificate of all its instances at once", () => {
        const late = { ...instance, certificateUntil: new Date("2026-12-10T00:00:00Z") };
        const facts = butServer({ ...multiAz, instances: [late, { ...late, identifier: "shop-2" }] });
        assert.deepEqual(foundIn(facts)[0]?.change, [
            "aws rds modify-db-cluster --db-cluster-identifier shop --ca-certificate-identifier rds-ca-rsa2048-g1 --apply-immediately",
        ]);
    });
});

describe("the master's secret", () => {
    it("is said to block further read replicas", () => {
        const facts = butServer({ kind: "instance", engine: "postgres", copies: ["shop-2"] }, ["masterSecret"]);
        assert.match(
            foundIn(facts)[0]?.breaks ?? "",
            /; and no further read replica can be created while RDS manages it$/,
        );
    });

    it("is not asked for where RDS does not offer it, or of a copy", () => {
        assert.equal(answerOf(butServer({ copies: ["arn"] }, ["masterSecret"]), "master-secret")?.state, "fine");
        assert.equal(
            reasonOf(butServer({ copyOf: "main" }, ["masterSecret"]), "master-secret"),
            "shop copies main, whose master it has",
        );
    });
});

describe("a copy", () => {
    it("is refused as the database, because no login can be made there", () => {
        const [found] = foundIn(butServer({ copyOf: "main" })).filter(({ id }) => id === "copies");
        assert.deepEqual(
            [found?.seen, found?.change],
            [
                ["shop is a copy of main"],
                [
                    "config: check and name main instead (--database, platform.database.existing.identifier), and list shop in platform.database.existing.replicas",
                ],
            ],
        );
    });

    const copy = (region: string, more: Partial<Facts["aws"]> = {}) =>
        but("aws", "copies", known([{ ...good.aws, identifier: "near", region, ...more }]));
    const shut = { groups: known([{ ...group, rules: [] }]) };

    it("of the cluster's region has to admit the pods, one of another region is not compared with them", () => {
        assert.match(
            seenOf(copy("eu-central-1", shut), "copies")?.[0] ?? "",
            /^near: the database's security groups admit the pods: i-1 /,
        );
        assert.equal(answerOf(copy("eu-west-1", shut), "copies")?.state, "fine");
    });

    it("that cannot be read leaves the check open, and so does one that is not known", () => {
        assert.match(
            String(reasonOf(copy("eu-west-1", { server: unknown("refused") }), "copies")),
            /^near: refused; near: refused/,
        );
        assert.equal(reasonOf(but("aws", "copies", unknown("refused")), "copies"), "refused");
    });
});

describe("a proxy", () => {
    const proxy = {
        ...{ name: "front", iam: true, requiresTls: true, secrets: { all: 3, byPassword: 1 } },
        groups: known([{ id: "sg-proxy", vpc: "vpc-1", rules: [rule] }]),
    };
    const before = (rules: readonly Rule[], groups = proxy.groups as Facts["aws"]["groups"]): Facts => ({
        ...good,
        aws: { ...good.aws, groups: known([{ ...group, rules }]), proxies: known([{ ...proxy, groups }]) },
    });
    const admitting = { ...rule, groups: ["sg-cluster", "sg-proxy"] };

    it("that is well may have secrets besides", () => {
        assert.deepEqual(seenOf(before([admitting]), "proxies"), [
            "front, which has 3 secrets besides, 1 of them for clients with a password",
        ]);
    });

    it("has to admit the pods itself", () => {
        const closed = known([{ id: "sg-proxy", vpc: "vpc-1", rules: [] }]);
        assert.deepEqual(seenOf(before([admitting], closed), "proxies"), [
            "front: i-1 (sg-cluster, sg-nodes): no rule admits port 5432",
        ]);
    });

    it("whose groups cannot be read leaves the check open", () => {
        assert.equal(reasonOf(before([admitting], unknown("refused")), "proxies"), "front: refused");
    });
});

describe("the Pod Identity agent", () => {
    const none = known(undefined);
    const withAgent = (
        facts: Facts,
        agent: Facts["aws"]["agent"],
        set: Facts["kubernetes"]["agent"] = none,
    ): Facts => ({
        ...facts,
        aws: { ...facts.aws, agent },
        kubernetes: { ...facts.kubernetes, agent: set },
    });
    const auto = butCluster({ auto: true });
    const mixed = (nodes: Facts["aws"]["nodes"]): Facts => ({ ...auto, aws: { ...auto.aws, nodes } });

    it("is built into EKS Auto Mode for its own nodes, and for others the add-on is needed", () => {
        assert.equal(
            answerOf(withAgent(mixed(known([{ ...node, auto: true }])), none), "pod-identity-agent")?.state,
            "fine",
        );
        assert.equal(answerOf(mixed(known([node])), "pod-identity-agent")?.state, "fine");
        assert.deepEqual(
            seenOf(withAgent(mixed(known([node, { ...node, id: "i-2", auto: true }])), none), "pod-identity-agent"),
            [
                "no add-on eks-pod-identity-agent",
                "no DaemonSet of it in kube-system",
                "EKS Auto Mode has it on its own nodes only, and did not make i-1",
            ],
        );
        assert.equal(
            reasonOf(withAgent(mixed(unknown("refused")), none), "pod-identity-agent"),
            "EKS Auto Mode's nodes have it; whether there are others is not known (refused)",
        );
    });

    for (const [status, change] of [
        ["DEGRADED", "aws eks describe-addon --cluster-name prod --addon-name eks-pod-identity-agent"],
        [
            "CREATE_FAILED",
            "aws eks update-addon --cluster-name prod --addon-name eks-pod-identity-agent --resolve-conflicts OVERWRITE",
        ],
    ] as const) {
        it(`is not there by an add-on that is ${status}`, () => {
            const addon = known({ status, issues: ["ConfigurationConflict: it exists"] });
            const [found] = foundIn(withAgent(good, addon));
            assert.deepEqual(
                [found?.seen, found?.change],
                [[`the add-on is ${status}`, "ConfigurationConflict: it exists"], [change]],
            );
        });
    }

    it("is not judged while the add-on is being created, and missing when it is being deleted", () => {
        const being = (status: string) => withAgent(good, known({ status, issues: [] }));
        assert.equal(
            reasonOf(being("CREATING"), "pod-identity-agent"),
            "the add-on is CREATING: run this again when it is ACTIVE",
        );
        assert.equal(answerOf(being("DELETING"), "pod-identity-agent")?.state, "change");
    });

    it("counts as there by a DaemonSet that others installed, if that is ready everywhere", () => {
        const set = { name: "agent", wanted: 3, ready: 3 };
        assert.deepEqual(seenOf(withAgent(good, none, known(set)), "pod-identity-agent"), [
            "its DaemonSet agent is in kube-system, without the add-on",
        ]);
        const [found] = foundIn(withAgent(good, none, known({ ...set, ready: 1 })));
        assert.deepEqual(
            [found?.seen, found?.change],
            [
                ["its DaemonSet agent is ready on 1 of 3 nodes"],
                ["kubectl --namespace kube-system describe daemonset agent"],
            ],
        );
    });
});

describe("prefix lists in rules", () => {
    const list = (ranges: readonly string[] | undefined): Facts => ({
        ...good,
        aws: {
            ...good.aws,
            groups: known([{ ...group, rules: [{ ...rule, groups: [], ranges: [], lists: ["pl-1"] }] }]),
            lists: ranges === undefined ? unknown("refused") : known(new Map([["pl-1", ranges]])),
        },
    });

    it("admit the addresses that are in them", () => {
        assert.equal(answerOf(list(["10.0.0.0/16"]), "pods-path")?.state, "fine");
        assert.equal(answerOf(list(["10.7.0.0/16"]), "pods-path")?.state, "change");
        assert.equal(
            reasonOf(list(undefined), "pods-path"),
            "port 5432 is open to pl-1; whether all pods' addresses are in it is not known",
        );
    });

    it("may be too wide", () => {
        const [found] = foundIn(list(["10.0.0.0/16", "10.0.0.0/8"]));
        assert.deepEqual(
            [found?.seen, found?.change],
            [
                ["sg-db admits 10.0.0.0/8 by pl-1 to port 5432"],
                [
                    "aws ec2 revoke-security-group-ingress --group-id sg-db --ip-permissions 'IpProtocol=tcp,FromPort=5432,ToPort=5432,PrefixListIds=[{PrefixListId=pl-1}]'",
                ],
            ],
        );
        assert.equal(reasonOf(list(undefined), "open-path"), "refused");
    });
});

describe("routes between the pods and the database", () => {
    const far: Subnet = {
        ...databaseSubnet,
        vpc: "vpc-2",
        range: "10.9.0.0/24",
        table: { id: "rtb-far", routes: [{ to: "10.0.0.0/16", target: "pcx-1", active: true }] },
    };
    const between = (to: string, target: string, active = true, peerings = new Map<string, string>()): Facts => ({
        ...good,
        aws: {
            ...good.aws,
            subnets: known([far]),
            podSubnets: known([
                { ...subnet, table: { ...subnet.table, routes: [...subnet.table.routes, { to, target, active }] } },
            ]),
            peerings: known(peerings),
        },
    });

    it("lead through peerings, there and back", () => {
        assert.deepEqual(seenOf(between("10.9.0.0/16", "pcx-1"), "routes"), ["pcx-1"]);
    });

    it("are not followed behind a transit gateway", () => {
        assert.equal(
            reasonOf(between("10.0.0.0/8", "tgw-1"), "routes"),
            "there are routes, through tgw-1; what is behind these is not read",
        );
    });

    it("do not lead through the internet, and not into a blackhole; the most specific one counts", () => {
        assert.deepEqual(seenOf(between("0.0.0.0/0", "nat-1"), "routes"), [
            "rtb-pods (subnet-pods): only nat-1 leads to 10.9.0.0/24 of vpc-2",
        ]);
        const [found] = foundIn(between("10.9.0.0/24", "pcx-9", false, new Map([["vpc-2", "pcx-1"]])));
        assert.deepEqual(
            [found?.seen, found?.change],
            [
                ["rtb-pods (subnet-pods): a blackhole, pcx-9, leads to 10.9.0.0/24 of vpc-2"],
                [
                    "aws ec2 create-route --route-table-id rtb-pods --destination-cidr-block 10.9.0.0/24 --vpc-peering-connection-id pcx-1",
                ],
            ],
        );
    });

    it("are not known without nodes", () => {
        assert.equal(reasonOf(but("aws", "podSubnets", known([])), "routes"), "the cluster has no nodes");
    });
});

describe("network ACLs", () => {
    const entry = { number: 100, egress: false, allow: true, protocol: "6", range: "10.0.1.0/24" };
    const [egress] = databaseSubnet.acl.entries;
    const behind = (...entries: Subnet["acl"]["entries"]): Facts =>
        but(
            "aws",
            "subnets",
            known([{ ...databaseSubnet, acl: { id: "acl-2", entries: [...(egress ? [egress] : []), ...entries] } }]),
        );

    it("are judged by the first entry that fits", () => {
        const denied = { ...entry, number: 90, allow: false, ports: { from: 5432, to: 5432 } };
        const [found] = foundIn(behind(denied, entry));
        assert.deepEqual(
            [found?.seen, found?.change],
            [
                ["acl-2 denies ingress from 10.0.1.0/24, port 5432"],
                [
                    "aws ec2 create-network-acl-entry --network-acl-id acl-2 --ingress --rule-number 89 --protocol tcp --port-range From=5432,To=5432 --cidr-block 10.0.1.0/24 --rule-action allow",
                ],
            ],
        );
        assert.equal(answerOf(behind(entry, { ...denied, number: 110 }), "network-acls")?.state, "fine");
        assert.equal(answerOf(behind(entry, { ...denied, protocol: "17" }), "network-acls")?.state, "fine");
    });

    it("that deny a part of the addresses leave the check open", () => {
        const part = { ...entry, number: 90, allow: false, range: "10.0.1.128/25" };
        const reason = "a part is denied: acl-2: ingress from 10.0.1.0/24, port 5432";
        assert.equal(reasonOf(behind(part, entry), "network-acls"), reason);
        assert.equal(reasonOf(behind({ ...part, allow: true }), "network-acls"), reason);
    });

    it("do not apply inside a subnet", () => {
        const closed = { ...subnet, acl: { id: "acl-1", entries: [] } };
        const facts = { ...good, aws: { ...good.aws, subnets: known([closed]), podSubnets: known([closed]) } };
        assert.equal(answerOf(facts, "network-acls")?.state, "fine");
    });
});

describe("the pods' path", () => {
    const pathOf = (facts: Facts) => diagnose(facts).find(({ id }) => id === "pods-path");

    for (const [what, facts] of [
        [
            "of a range that holds the whole VPC",
            but("aws", "groups", known([{ ...group, rules: [{ ...rule, groups: [], ranges: ["10.0.0.0/8"] }] }])),
        ],
        [
            "of all protocols",
            but(
                "aws",
                "groups",
                known([{ ...group, rules: [{ protocol: "-1", groups: ["sg-cluster"], ranges: [], lists: [] }] }]),
            ),
        ],
        ["without nodes, of the cluster's group", but("aws", "nodes", known([]))],
    ] as const) {
        it(`is there by a rule ${what}`, () => assert.equal(pathOf(facts)?.state, "fine"));
    }

    it("into another VPC is opened for the addresses of the cluster's, since a group may not be known there", () => {
        const elsewhere = butCluster({ vpc: "vpc-2" });
        const closed = { ...elsewhere, aws: { ...elsewhere.aws, groups: known([{ ...group, rules: [] }]) } };
        assert.equal(pathOf(elsewhere)?.state, "fine");
        assert.deepEqual(foundIn(closed)[0]?.change, [
            "aws ec2 authorize-security-group-ingress --group-id sg-db --protocol tcp --port 5432 --cidr 10.0.0.0/16",
        ]);
    });

    it("is not known if only pods that a SecurityGroupPolicy selects are admitted, which may be others", () => {
        const facts = {
            ...but("aws", "nodes", known([{ ...node, groups: ["sg-nodes"] }])),
            kubernetes: { ...good.kubernetes, podGroups: known(new Map([["shop/shop", ["sg-cluster"]]])) },
        };
        assert.equal(pathOf(facts)?.state, "unchecked");
    });

    it("is missing for a rule of another port or protocol", () => {
        for (const other of [
            { ...rule, ports: { from: 3306, to: 3306 } },
            { ...rule, protocol: "udp" },
        ]) {
            assert.equal(pathOf(but("aws", "groups", known([{ ...group, rules: [other] }])))?.state, "change");
        }
    });
});
