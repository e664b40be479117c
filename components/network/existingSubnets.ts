import * as pulumi from "@pulumi/pulumi";
import { unusableZoneIds } from "./zones";
import { wayOut, type TableRoute } from "./wayOut";

/** A subnet that exists. */
export interface Subnet {
    readonly id: string;
    readonly vpcId: string;
    readonly availabilityZone: string;
    readonly availabilityZoneId: string;
    readonly cidrBlock: string;
}

/** A route table that exists. */
export interface Table {
    readonly routeTableId: string;
    readonly associations: readonly { readonly subnetId: string; readonly main: boolean }[];
    readonly routes: readonly TableRoute[];
}

interface Vpc {
    readonly id: string;
    readonly enableDnsSupport: boolean;
    readonly enableDnsHostnames: boolean;
}

const path = "platform.network.existing";

/**
 * The id of a VPC in which the names of the database and of the cluster's API resolve:
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
 *
 * @throws pulumi.RunError if they do not
 */
export function checkedVpc({ id, enableDnsSupport, enableDnsHostnames }: Vpc): string {
    const off = [
        ...(enableDnsSupport ? [] : ["--enable-dns-support"]),
        ...(enableDnsHostnames ? [] : ["--enable-dns-hostnames"]),
    ];
    refuse(
        off.map(
            (option) =>
                `${path}.vpcId: ${id} is without ${option.slice("--enable-".length).replace("-", " ")}, which EKS and RDS need: run \`aws ec2 modify-vpc-attribute --vpc-id ${id} ${option}\``,
        ),
    );
    return id;
}

/**
 * The id of the only subnet with a tag.
 *
 * @throws pulumi.RunError if there is none, or another one
 */
export function onlySubnet(key: string, tag: string, ids: readonly string[], vpcId: string): string {
    const [id] = ids;
    if (id === undefined || ids.length > 1) {
        const found = ids.length === 0 ? "no subnet has" : `${[...ids].sort().join(", ")} have`;
        throw new pulumi.RunError(
            `${path}.${key}: in ${vpcId}, ${found} the tag ${tag}: name each subnet by its id, or by a tag that it alone has`,
        );
    }
    return id;
}

/**
 * The subnets of nodes: in the VPC, and each in another zone that EKS supports.
 *
 * @throws pulumi.RunError that lists all that are not
 */
export function checkedNodeSubnets(subnets: readonly Subnet[], vpcId: string): readonly Subnet[] {
    const key = `${path}.nodeSubnets`;
    refuse([
        ...elsewhere(key, subnets, vpcId),
        ...subnets.flatMap(({ id, availabilityZone }, at) => {
            const twin = subnets.slice(0, at).find((other) => other.availabilityZone === availabilityZone);
            return twin === undefined
                ? []
                : [
                      `${key}: ${twin.id} and ${id} are both in ${availabilityZone}; allowed is one subnet for each zone: remove one`,
                  ];
        }),
        ...subnets
            .filter(({ availabilityZoneId }) => unusableZoneIds.includes(availabilityZoneId))
            .map(
                ({ id, availabilityZoneId }) =>
                    `${key}: ${id} is in ${availabilityZoneId}, where EKS takes no subnet: name one of another zone`,
            ),
    ]);
    return subnets;
}

/**
 * The subnets of the database: in the VPC, in at least two zones, and without a route out of the network.
 *
 * @throws pulumi.RunError that lists all that are not
 */
export function checkedDatabaseSubnets(
    subnets: readonly Subnet[],
    vpcId: string,
    tables: readonly Table[],
): readonly Subnet[] {
    const key = `${path}.databaseSubnets`;
    const zones = new Set(subnets.map(({ availabilityZone }) => availabilityZone));
    refuse([
        ...elsewhere(key, subnets, vpcId),
        ...(zones.size === 1
            ? [`${key}: all are in ${[...zones].join()}; RDS needs two zones: name a subnet of another one`]
            : []),
        ...subnets.flatMap(({ id }) => {
            const table = tableOf(id, tables);
            return (table?.routes ?? []).flatMap((route) => {
                const to = wayOut(route);
                return to === undefined
                    ? []
                    : [
                          `${key}: ${id} has a route to ${to} in route table ${table?.routeTableId}; allowed is a subnet without a route out of the network: associate it with another route table, or name another subnet`,
                      ];
            });
        }),
    ]);
    return subnets;
}

/** A subnet without a table of its own has the main one: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
function tableOf(subnetId: string, tables: readonly Table[]): Table | undefined {
    const having = (is: (one: Table["associations"][number]) => boolean) =>
        tables.find(({ associations }) => associations.some(is));
    return having((one) => one.subnetId === subnetId) ?? having(({ main }) => main);
}

function elsewhere(key: string, subnets: readonly Subnet[], vpcId: string): string[] {
    return subnets
        .filter((subnet) => subnet.vpcId !== vpcId)
        .map((subnet) => `${key}: ${subnet.id} is in ${subnet.vpcId}, not in ${vpcId}: name a subnet of ${vpcId}`);
}

/** @throws pulumi.RunError that lists all problems, if there are any */
function refuse(problems: readonly string[]): void {
    if (problems.length > 0) {
        throw new pulumi.RunError(problems.join("\n"));
    }
}
