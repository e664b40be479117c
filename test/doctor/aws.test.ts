import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { diagnose } from "../../doctor/checks/all";
import type { AwsFacts } from "../../doctor/facts";
import { known } from "../../doctor/known";
import { readAws } from "../../doctor/read/aws";
import { projectDir } from "../../toolkit/paths";
import { actionOf, type Asked, type Exchange, same, serveAws } from "./exchanges";
import { good } from "./good";

/** Written by `npm run conformance:doctor -- --record`. */
const recorded = JSON.parse(readFileSync(join(__dirname, "recorded.json"), "utf8")) as readonly Exchange[];

const xml = (action: string, namespace: string, result: string): Partial<Exchange> => ({
    type: "text/xml",
    answer: `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result></${action}Response>`,
});
const RDS = "http://rds.amazonaws.com/doc/2014-10-31/";
const IAM = "https://iam.amazonaws.com/doc/2010-05-08/";

const certificate = (id: string, until: string) =>
    `<Certificate><CertificateIdentifier>${id}</CertificateIdentifier><CertificateType>CA</CertificateType><ValidTill>${until}</ValidTill></Certificate>`;
const prod = JSON.parse(recorded.find((one) => actionOf(one) === "eks:DescribeCluster")?.answer ?? "{}") as {
    readonly cluster: { readonly identity: { readonly oidc: { readonly issuer: string } } };
};
const issuer = prod.cluster.identity.oidc.issuer.replace("https://", "");
const provider = `arn:aws:iam::123456789012:oidc-provider/${issuer}`;

/**
 * What moto does not answer, as AWS documents it: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeCertificates.html,
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html, https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddon.html
 */
const written: Readonly<Record<string, (asked: Asked) => Partial<Exchange>>> = {
    // Two pages.
    "rds:DescribeCertificates": ({ body }) =>
        xml(
            "DescribeCertificates",
            RDS,
            new URLSearchParams(body).has("Marker")
                ? `<Certificates>${certificate("rds-ca-default", "2061-05-25T22:34:57Z")}</Certificates>`
                : `<Marker>next</Marker><Certificates>${certificate("rds-ca-2019", "2024-08-22T17:08:50Z")}</Certificates>`,
        ),
    "rds:DescribeDBClusterParameters": () =>
        xml(
            "DescribeDBClusterParameters",
            RDS,
            "<Parameters><Parameter><ParameterName>rds.force_ssl</ParameterName><ParameterValue>1</ParameterValue><ApplyType>dynamic</ApplyType></Parameter></Parameters>",
        ),
    "eks:DescribeAddon": () => ({
        type: "application/json",
        answer: JSON.stringify({
            addon: {
                ...{ addonName: "eks-pod-identity-agent", status: "DEGRADED" },
                health: {
                    issues: [{ code: "InsufficientNumberOfReplicas", message: "too few", resourceIds: ["pod"] }],
                },
            },
        }),
    }),
    "eks:DescribeCluster": () => ({
        type: "application/json",
        answer: JSON.stringify({
            cluster: {
                ...prod.cluster,
                accessConfig: { authenticationMode: "API" },
                resourcesVpcConfig: { vpcId: "vpc-1", clusterSecurityGroupId: "sg-cluster" },
                computeConfig: { enabled: false },
                certificateAuthority: { data: Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64") },
            },
        }),
    }),
    "ec2:DescribeVpcs": () => ({
        type: "text/xml",
        answer: `<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet><item><vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock>
            <cidrBlockAssociationSet><item><cidrBlock>10.0.0.0/16</cidrBlock></item><item><cidrBlock>100.64.0.0/16</cidrBlock></item></cidrBlockAssociationSet></item></vpcSet></DescribeVpcsResponse>`,
    }),
    "ec2:DescribeVpcPeeringConnections": ({ body }) => ({
        type: "text/xml",
        answer: `<DescribeVpcPeeringConnectionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcPeeringConnectionSet>${
            body.includes("requester-vpc-info.vpc-id")
                ? "<item><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId><accepterVpcInfo><vpcId>vpc-2</vpcId></accepterVpcInfo></item>"
                : "<item><vpcPeeringConnectionId>pcx-2</vpcPeeringConnectionId><requesterVpcInfo><vpcId>vpc-3</vpcId></requesterVpcInfo></item>"
        }</vpcPeeringConnectionSet></DescribeVpcPeeringConnectionsResponse>`,
    }),
    "iam:ListOpenIDConnectProviders": () =>
        xml(
            "ListOpenIDConnectProviders",
            IAM,
            `<OpenIDConnectProviderList><member><Arn>${provider}</Arn></member></OpenIDConnectProviderList>`,
        ),
    "iam:GetOpenIDConnectProvider": () =>
        xml("GetOpenIDConnectProvider", IAM, "<ClientIDList><member>sts.amazonaws.com</member></ClientIDList>"),
};

describe("the doctor's calls of AWS", () => {
    let server: { close(): Promise<void> };
    const asked: Asked[] = [];
    const refused = new Set<string>();
    /** Answers for one test. */
    const extra: Record<string, () => Partial<Exchange>> = {};

    before(async () => {
        server = await serveAws(async (one) => {
            asked.push(one);
            const action = actionOf(one);
            const found = recorded.find((other) => same(one, other));
            const base = found ?? { ...one, status: 500, type: "text/plain", answer: `no answer to ${action}` };
            if (refused.has(action)) {
                const answer = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: ${action}</Message></Error></ErrorResponse>`;
                return { ...base, status: 403, type: "text/xml", answer };
            }
            const own = extra[action]?.() ?? written[action]?.(one);
            return own === undefined ? base : { ...base, status: 200, ...own };
        });
    });
    after(() => server.close());

    const read = (database: string): Promise<AwsFacts> =>
        readAws({
            region: undefined,
            database,
            cluster: "prod",
            roles: known(["keyless-shop-prod", "keyless-crm-prod"]),
        });
    const statesOf = (aws: AwsFacts) =>
        Object.fromEntries(
            diagnose({ ...good, aws }).flatMap(({ id, group, state }) => (group === "aws" ? [[id, state]] : [])),
        );

    it("read an RDS instance that is as bad as can be", async () => {
        assert.deepEqual(statesOf(await read("old")), {
            "iam-authentication": "change",
            "tls-forced": "change",
            "certificate-authority": "fine",
            "master-secret": "change",
            "pods-path": "fine",
            "open-path": "change",
            routes: "fine",
            "network-acls": "fine",
            proxies: "change",
            copies: "change",
            "iam-roles": "change",
            "oidc-provider": "fine",
        });
    });

    it("read the copies and the proxies of a database, each with what is its own", async () => {
        const { copies, proxies, takenRoles } = await read("old");
        const [copy] = "value" in copies ? copies.value : [];
        assert.deepEqual(
            [copy?.identifier, copy?.region, copy?.tls],
            ["old-copy", "eu-central-1", known({ name: "rds.force_ssl", forced: false, dynamic: false })],
        );
        const server = copy !== undefined && "value" in copy.server ? copy.server.value : undefined;
        assert.deepEqual([server?.copyOf, server?.iamAuthentication, server?.copies], ["old", false, []]);
        const [proxy] = "value" in proxies ? proxies.value : [];
        const groups = proxy !== undefined && "value" in proxy.groups ? proxy.groups.value : [];
        assert.deepEqual(
            { ...proxy, groups: groups.length },
            { name: "front", iam: false, requiresTls: false, secrets: { all: 1, byPassword: 1 }, groups: 1 },
        );
        assert.deepEqual(takenRoles, known(["keyless-shop-prod"]));
    });

    it("read subnets with their routes and network ACLs", async () => {
        const { subnets, podSubnets } = await read("shop");
        const shapeOf = (given: AwsFacts["subnets"]) =>
            ("value" in given ? given.value : []).map(({ range, table, acl }) => [
                range,
                table.routes,
                acl.entries.map(({ number, egress, allow, range: of }) => [number, egress ? "out" : "in", allow, of]),
            ]);
        const routes = [{ to: "10.0.0.0/16", target: "local", active: true }];
        const entries = ["out", "in"].flatMap((way) => [[100, way, true, "0.0.0.0/0"]]);
        const denied = ["out", "in"].flatMap((way) => [[32_767, way, false, "0.0.0.0/0"]]);
        const shapes = [...shapeOf(podSubnets), ...shapeOf(subnets)];
        assert.deepEqual(
            shapes.map(([range, found]) => [range, found]),
            ["10.0.1.0/24", "10.0.8.0/24", "10.0.9.0/24"].map((range) => [range, routes]),
        );
        for (const [, , found] of shapes) {
            assert.deepEqual(new Set((found as unknown[]).map(String)), new Set([...entries, ...denied].map(String)));
        }
    });

    it("read the clusters of a global database in their regions, and say of a secondary one what it copies", async () => {
        const far = "arn:aws:rds:eu-west-1:123456789012:cluster:shop-far";
        const [, own = ""] =
            /<DBClusterArn>([^<]*)</.exec(
                recorded.find(({ body }) => body.endsWith("DBClusterIdentifier=shop"))?.answer ?? "",
            ) ?? [];
        const world = (writer: string) =>
            [own, far]
                .map(
                    (arn) =>
                        `<GlobalClusterMember><DBClusterArn>${arn}</DBClusterArn><IsWriter>${arn === writer}</IsWriter></GlobalClusterMember>`,
                )
                .join("");
        const answer = (writer: string) =>
            xml(
                "DescribeGlobalClusters",
                RDS,
                `<GlobalClusters><GlobalClusterMember><GlobalClusterIdentifier>world</GlobalClusterIdentifier><GlobalClusterMembers>${world(writer)}</GlobalClusterMembers></GlobalClusterMember></GlobalClusters>`,
            );
        extra["rds:DescribeGlobalClusters"] = () => answer(own);
        const first = await read("shop");
        extra["rds:DescribeGlobalClusters"] = () => answer(far);
        const second = await read("shop").finally(() => Reflect.deleteProperty(extra, "rds:DescribeGlobalClusters"));
        const [copy] = "value" in first.copies ? first.copies.value : [];
        assert.deepEqual([copy?.identifier, copy?.region], ["shop-far", "eu-west-1"]);
        assert.equal("value" in first.server && first.server.value.copyOf, undefined);
        assert.deepEqual("value" in second.server && [second.server.value.copyOf, second.server.value.copies], [
            far,
            [],
        ]);
    });

    it("read an Aurora cluster, its instances, all pages and all ranges", async () => {
        const { subnets, podSubnets, ...facts } = await read("shop");
        assert.ok("value" in subnets && "value" in podSubnets);
        const [group] = "value" in facts.groups ? facts.groups.value : [];
        const [node, ...others] = "value" in facts.nodes ? facts.nodes.value : [];
        const secret = "value" in facts.server ? facts.server.value.masterSecret : undefined;
        const endpoint = "value" in facts.server ? facts.server.value.endpoint : undefined;
        assert.match(secret ?? "", /^arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-/);
        const lists = "value" in facts.lists ? facts.lists.value : new Map<string, readonly string[]>();
        assert.deepEqual([others.length, lists.size], [1, 1]);
        assert.deepEqual(facts, {
            region: undefined,
            server: {
                value: {
                    kind: "cluster",
                    identifier: "shop",
                    engine: "aurora-postgresql",
                    endpoint,
                    port: 5432,
                    masterUser: "postgres",
                    masterSecret: secret,
                    iamAuthentication: true,
                    parameterGroup: "default.aurora8.0",
                    securityGroups: [group?.id],
                    subnetGroup: "databases",
                    copies: [],
                    instances: [{ identifier: "shop-1", authority: "rds-ca-default", publiclyAccessible: false }],
                },
            },
            tls: { value: { name: "rds.force_ssl", forced: true, dynamic: true } },
            authorities: {
                value: new Map([
                    ["rds-ca-2019", new Date("2024-08-22T17:08:50Z")],
                    ["rds-ca-default", new Date("2061-05-25T22:34:57Z")],
                ]),
            },
            groups: {
                value: [
                    {
                        id: group?.id,
                        vpc: group?.vpc,
                        rules: [
                            {
                                protocol: "tcp",
                                ports: { from: 5432, to: 5432 },
                                groups: node?.groups,
                                ranges: [],
                                lists: [...lists.keys()],
                            },
                        ],
                    },
                ],
            },
            lists: { value: new Map([...lists.keys()].map((id) => [id, ["10.7.0.0/16"]])) },
            copies: { value: [] },
            proxies: { value: [] },
            peerings: {
                value: new Map([
                    ["vpc-2", "pcx-1"],
                    ["vpc-3", "pcx-2"],
                ]),
            },
            takenRoles: { value: ["keyless-shop-prod"] },
            cluster: {
                value: {
                    name: "prod",
                    arn: "arn:aws:eks:eu-central-1:123456789012:cluster/prod",
                    vpc: "vpc-1",
                    securityGroup: "sg-cluster",
                    issuer: `https://${issuer}`,
                    authenticationMode: "API",
                    auto: false,
                    endpoint: "value" in facts.cluster ? facts.cluster.value.endpoint : "",
                    authority: "-----BEGIN CERTIFICATE-----",
                },
            },
            agent: { value: { status: "DEGRADED", issues: ["InsufficientNumberOfReplicas: too few"] } },
            nodes: { value: [node, ...others] },
            ranges: { value: ["10.0.0.0/16", "100.64.0.0/16"] },
            providers: { value: [{ arn: provider, audiences: ["sts.amazonaws.com"] }] },
        } satisfies Record<Exclude<keyof AwsFacts, "subnets" | "podSubnets">, unknown>);
    });

    it("turn a refused call into the reason why its checks are not made", async () => {
        refused.add("rds:DescribeDBClusterParameters").add("ec2:DescribeInstances");
        const facts = await read("shop").finally(() => refused.clear());
        assert.deepEqual(facts.tls, {
            unknown: "the parameter group: AccessDenied: not authorized to perform: rds:DescribeDBClusterParameters",
        });
        assert.deepEqual(
            [statesOf(facts)["tls-forced"], statesOf(facts)["pods-path"], statesOf(facts)["iam-authentication"]],
            ["unchecked", "unchecked", "fine"],
        );
    });

    it("are the ones that docs/doctor.md permits, and read only", () => {
        const page = readFileSync(join(projectDir, "docs", "doctor.md"), "utf8");
        const [, policy = "{}"] = /```json\n(.*?)```/s.exec(page) ?? [];
        const { Statement } = JSON.parse(policy) as { Statement: readonly { Action: readonly string[] }[] };
        const permitted = Statement.flatMap(({ Action }) => Action);
        const used = [...new Set(asked.map(actionOf))].sort();
        assert.deepEqual([...permitted].sort(), used);
        assert.deepEqual(
            used.filter((action) => !/:(Describe|List|Get)/.test(action)),
            [],
        );
    });
});
