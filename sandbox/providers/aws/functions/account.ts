import { parseArn } from "../../../../toolkit/arn";
import { SANDBOX_ROLE, callerArn } from "../../../cloud/aws/cloud";
import type { DataSource } from "./dataSource";
import { refuse } from "../declaring/declaration";
import { partitionOf, regions, zoneIdOf, zonesOf } from "../../../cloud/aws/region";
import { must, records, text, texts } from "../../../cloud/aws/values";
import { isProps } from "../../../cloud/props";

/** The caller, the region and the partition, which every program looks up first. */
export const account: Readonly<Record<string, DataSource>> = {
    "aws:index/getCallerIdentity:getCallerIdentity": (_args, cloud) => ({
        accountId: cloud.account,
        arn: cloud.arn("sts", `assumed-role/${SANDBOX_ROLE}/session`, { region: "" }),
        id: cloud.account,
        userId: "AROASANDBOXSANDBOXAAA:session",
    }),

    "aws:iam/getSessionContext:getSessionContext": (args, cloud) => {
        const arn = must(args, "arn");
        const [kind, issuerName = "", sessionName = ""] = (parseArn(arn)?.resource ?? "").split("/");
        return kind === "assumed-role"
            ? { arn, id: arn, issuerArn: callerArn(cloud), issuerId: "AROASANDBOXSANDBOXAAA", issuerName, sessionName }
            : { arn, id: arn, issuerArn: arn, issuerId: "", issuerName: "", sessionName: "" };
    },

    "aws:index/getPartition:getPartition": (_args, { partition }) => ({
        dnsSuffix: partition.dnsSuffix,
        id: partition.id,
        partition: partition.id,
        reverseDnsPrefix: partition.reverseDnsPrefix,
    }),

    "aws:index/getRegion:getRegion": (args, cloud) => {
        const region = text(args, "name") ?? text(args, "id") ?? cloud.region;
        if (!regions.includes(region)) {
            refuse(`finding Region using the specified name (${region}): no matching EC2 Region found`);
        }
        const endpoint = `ec2.${region}.${partitionOf(region).dnsSuffix}`;
        return { description: region, endpoint, id: region, name: region, region };
    },

    "aws:index/getAvailabilityZones:getAvailabilityZones": (args, cloud) => {
        const without = [...texts(args, "excludeNames"), ...texts(args, "excludeZoneIds")];
        const names = zonesOf(cloud.region).filter(
            (zone) => !without.includes(zone) && !without.includes(zoneIdOf(zone)) && admitted(zone, args["filters"]),
        );
        return {
            ...args,
            groupNames: [cloud.region],
            id: cloud.region,
            names,
            zoneIds: names.map(zoneIdOf),
            region: cloud.region,
        };
    },
};

/** The filters of DescribeAvailabilityZones that can distinguish our zones: there are no local zones here. */
function admitted(zone: string, filters: unknown): boolean {
    const region = zone.slice(0, -1);
    const facts: Readonly<Record<string, string>> = {
        "group-name": region,
        "opt-in-status": "opt-in-not-required",
        "region-name": region,
        state: "available",
        "zone-id": zoneIdOf(zone),
        "zone-name": zone,
        "zone-type": "availability-zone",
    };
    const list = Array.isArray(filters) ? records({ filters }, "filters") : [];
    return list.filter(isProps).every((filter) => {
        const fact = facts[must(filter, "name")];
        return fact === undefined
            ? refuse(`InvalidParameterValue: The filter '${text(filter, "name")}' is invalid`)
            : texts(filter, "values").includes(fact);
    });
}
