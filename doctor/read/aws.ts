import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";

import { lastPart, regionOf } from "../../toolkit/arn";
import { AGENT } from "../agent";
import type { AwsFacts, Copy, Known, Server, ServerFacts } from "../facts";
import { attempt, attemptWith, unknown } from "../known";
import { readGroups, readNodes, readRanges } from "./ec2";
import { readAddon, readCluster, readProviders, readRoles } from "./eks";
import { readProxies } from "./proxies";
import { readAuthorities, readServer, readSubnetIds, readTls } from "./rds";
import { listsIn, readLists, readPeerings, readSubnets } from "./subnets";

export interface AwsSubject {
    /** The region; undefined: that of the environment. */
    readonly region: string | undefined;
    /** An Aurora cluster, a Multi-AZ DB cluster or an RDS instance. */
    readonly database: string | undefined;
    /** An EKS cluster. */
    readonly cluster: string | undefined;
    /** Names of IAM roles that the stack would create. */
    readonly roles: Known<readonly string[]>;
}

/** Reads by Describe, List and Get calls only (docs/doctor.md lists them). */
export async function readAws({ region, database, cluster: name, roles }: AwsSubject): Promise<AwsFacts> {
    const { rds, ec2, eks, iam, close } = clientsIn(region);
    const cluster =
        name === undefined
            ? unknown("--cluster is not given")
            : await attempt(`the cluster ${name}`, () => readCluster(eks, name));
    try {
        const own = await readServerFacts(
            { rds, ec2 },
            database === undefined
                ? unknown("--database is not given")
                : await attempt(`the database ${database}`, () => readServer(rds, database)),
        );
        const nodes = await attemptWith(cluster, "nodes", (one) => readNodes(ec2, one.name));
        return {
            ...own,
            region,
            copies: await attemptWith(own.server, "copies", (one) => readCopies(one.copies, region)),
            proxies: await attemptWith(own.server, "proxies", (one) => readProxies(rds, ec2, one)),
            cluster,
            agent: await attemptWith(cluster, "the agent's add-on", (one) => readAddon(eks, one.name, AGENT)),
            nodes,
            podSubnets: await attemptWith(nodes, "the nodes' subnets", (some) =>
                readSubnets(ec2, [...new Set(some.flatMap(({ subnet }) => (subnet === "" ? [] : [subnet])))]),
            ),
            peerings: await attemptWith(cluster, "peerings", (one) => readPeerings(ec2, one.vpc)),
            ranges: await attemptWith(cluster, "the cluster's VPC", (one) => readRanges(ec2, one.vpc)),
            providers: await attemptWith(cluster, "OIDC providers", (one) => readProviders(iam, one.issuer)),
            takenRoles: await attemptWith(roles, "IAM roles", (names) => readRoles(iam, names)),
        };
    } finally {
        close();
    }
}

function clientsIn(region: string | undefined) {
    const config = region === undefined ? {} : { region };
    const clients = {
        rds: new RDSClient(config),
        ec2: new EC2Client(config),
        eks: new EKSClient(config),
        iam: new IAMClient(config),
    };
    return { ...clients, close: () => Object.values(clients).forEach((client) => client.destroy()) };
}

async function readServerFacts(
    { rds, ec2 }: { readonly rds: RDSClient; readonly ec2: EC2Client },
    server: Known<Server>,
): Promise<ServerFacts> {
    const groups = await attemptWith(server, "security groups", (one) => readGroups(ec2, one.securityGroups));
    return {
        server,
        tls: await attemptWith(server, "the parameter group", (one) => readTls(rds, one)),
        authorities: await attemptWith(server, "certificate authorities", () => readAuthorities(rds)),
        groups,
        lists: await attemptWith(groups, "prefix lists", (some) => readLists(ec2, listsIn(some))),
        subnets: await attemptWith(server, "the database's subnets", async (one) =>
            readSubnets(ec2, await readSubnetIds(rds, one)),
        ),
    };
}

/** Copies by their identifiers, or by ARNs that name their regions. */
async function readCopies(ids: readonly string[], own: string | undefined): Promise<readonly Copy[]> {
    const copies: Copy[] = [];
    for (const id of ids) {
        const isArn = id.startsWith("arn:");
        const identifier = lastPart(id);
        const clients = clientsIn(isArn ? regionOf(id) : own);
        try {
            const server = await attempt(`the copy ${id}`, () => readServer(clients.rds, identifier));
            const region = isArn ? regionOf(id) : await clients.rds.config.region();
            copies.push({ identifier, region, ...(await readServerFacts(clients, server)) });
        } finally {
            clients.close();
        }
    }
    return copies;
}
