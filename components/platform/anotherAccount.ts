import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LogKey } from "../alarms/logKey";
import { accountLookups } from "../identity/accountLookups";
import { accountProvider } from "../identity/accountProvider";
import { accountOf } from "../../toolkit/arn";
import { IsolatedNetwork } from "../network/isolatedNetwork";
import { Peering, type PeeringSide } from "../network/peering";
import { tierRange } from "../network/subnets";
import type { Elsewhere } from "../security/databaseTier";
import type { Surroundings } from "./placement";

export interface DatabaseAccountArgs {
    /** ARN of the role there that the program assumes to create the database and the services' roles. */
    readonly role: string;
    /** CIDR range of the network there, which must not overlap this network's. */
    readonly cidr: string;
    /**
     * The number of availability zones to use there.
     * @default 2
     */
    readonly zones?: number | undefined;
}

export interface AnotherAccountArgs extends DatabaseAccountArgs {
    /** The network here, and the part of it that contains the app tier. */
    readonly app: PeeringSide;
    /** Retention of logs, in days. */
    readonly logDays: number;
}

/**
 * The network for a database in another account, in the same region: a separate network without any outbound route, which
 * the app tier here reaches through a peering.
 */
export class AnotherAccount extends pulumi.ComponentResource {
    readonly provider: aws.Provider;
    /** The network in which to create the database tier's security groups. */
    readonly place: Elsewhere;
    readonly subnetIds: Surroundings["subnetIds"];
    /** Names of their zones. */
    readonly zones: pulumi.Output<string>[];
    /** Their route table. */
    readonly routeTableId: pulumi.Output<string>;
    /** CIDR ranges of those subnets. */
    readonly databaseCidrs: readonly string[];
    readonly logs: Surroundings["logs"];

    constructor(
        name: string,
        { role, cidr, zones = 2, app, logDays }: AnotherAccountArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:platform:AnotherAccount", name, {}, opts);
        const { region, accountId } = accountLookups(this);
        this.provider = accountProvider(name, role, region, { parent: this });
        const there = { parent: this, providers: [this.provider] };
        const logKey = new LogKey(`${name}-logs`, there);
        this.logs = { kmsKeyArn: logKey.arn, retentionInDays: logDays };
        const network = new IsolatedNetwork(`${name}-network`, { cidr, zones, flowLogs: this.logs }, there);
        const account = accountOf(role);
        const range = tierRange(cidr, "isolated");
        const far = {
            vpcId: network.vpcId,
            routeTableIds: [network.routeTableId],
            range,
            region,
            account,
            provider: this.provider,
        };
        const peering = new Peering(`${name}-peering`, { near: app, far }, { parent: this });
        this.place = {
            vpcId: network.vpcId,
            account,
            clientsAccount: accountId,
            provider: this.provider,
            ready: peering,
        };
        this.subnetIds = network.isolatedSubnetIds;
        this.zones = network.isolatedZones;
        this.routeTableId = network.routeTableId;
        this.databaseCidrs = network.isolatedCidrs;
        this.registerOutputs({});
    }
}
