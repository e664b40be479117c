import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";

import type { AwsFacts } from "../facts";
import { attempt, attemptWith, unknown } from "../known";
import { readGroups, readNodes, readRanges } from "./ec2";
import { readAddons, readCluster, readProviders } from "./eks";
import { readAuthorities, readServer, readTls } from "./rds";

export interface AwsSubject {
    /** The region; undefined: that of the environment. */
    readonly region: string | undefined;
    /** An Aurora cluster or RDS instance. */
    readonly database: string | undefined;
    /** An EKS cluster. */
    readonly cluster: string | undefined;
}

/** Reads by Describe, List and Get calls only (docs/doctor.md lists them). */
export async function readAws({ region, database, cluster: name }: AwsSubject): Promise<AwsFacts> {
    const config = region === undefined ? {} : { region };
    const [rds, ec2, eks, iam] = [
        new RDSClient(config),
        new EC2Client(config),
        new EKSClient(config),
        new IAMClient(config),
    ] as const;
    const server =
        database === undefined
            ? unknown("--database is not given")
            : await attempt(`the database ${database}`, () => readServer(rds, database));
    const cluster =
        name === undefined
            ? unknown("--cluster is not given")
            : await attempt(`the cluster ${name}`, () => readCluster(eks, name));
    try {
        return {
            region,
            server,
            cluster,
            tls: await attemptWith(server, "the parameter group", (one) => readTls(rds, one)),
            authorities: await attemptWith(server, "certificate authorities", () => readAuthorities(rds)),
            groups: await attemptWith(server, "security groups", (one) => readGroups(ec2, one.securityGroups)),
            addons: await attemptWith(cluster, "add-ons", (one) => readAddons(eks, one.name)),
            nodes: await attemptWith(cluster, "nodes", (one) => readNodes(ec2, one.name)),
            ranges: await attemptWith(cluster, "the cluster's VPC", (one) => readRanges(ec2, one.vpc)),
            providers: await attemptWith(cluster, "OIDC providers", (one) => readProviders(iam, one.issuer)),
        };
    } finally {
        [rds, ec2, eks, iam].forEach((client) => client.destroy());
    }
}
