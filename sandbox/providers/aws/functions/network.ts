import type { CloudObject } from "../../../cloud/store";
import type { Props } from "../../../cloud/props";
import type { Cloud } from "../../../cloud/aws/cloud";
import { ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION, SUBNET, VPC, VPC_ENDPOINT } from "../../../cloud/aws/tokens";
import { must, records, text } from "../../../cloud/aws/values";
import { refuse } from "../declaring/declaration";
import { routeTargets } from "../ec2/routes";
import { passes, type DataSource, type FilterFacts } from "./dataSource";

const one =
    (property: string) =>
    ({ state }: CloudObject) => {
        const value = text(state, property);
        return value === undefined ? [] : [value];
    };

const subnetFacts: FilterFacts = {
    "availability-zone": one("availabilityZone"),
    "availability-zone-id": one("availabilityZoneId"),
    "cidr-block": one("cidrBlock"),
    "subnet-id": ({ id }) => [id],
    "vpc-id": one("vpcId"),
};
const tableFacts: FilterFacts = { "route-table-id": ({ id }) => [id], "vpc-id": one("vpcId") };
const endpointFacts: FilterFacts = {
    "service-name": one("serviceName"),
    "vpc-endpoint-type": one("vpcEndpointType"),
    "vpc-id": one("vpcId"),
};

/** Data sources that find parts of a network. */
export const network: Readonly<Record<string, DataSource>> = {
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/ec2/vpc_subnets_data_source.go
    "aws:ec2/getSubnets:getSubnets": (args, cloud) => ({
        ...args,
        id: cloud.region,
        ids: cloud
            .all(SUBNET)
            .filter((subnet) => passes(subnet, args, subnetFacts))
            .map(({ id }) => id),
        region: cloud.region,
    }),
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/ec2/vpc_route_tables_data_source.go
    "aws:ec2/getRouteTables:getRouteTables": (args, cloud) => ({
        ...args,
        id: cloud.region,
        ids: cloud
            .all(ROUTE_TABLE)
            .filter(({ state }) => args["vpcId"] === undefined || state["vpcId"] === args["vpcId"])
            .filter((table) => passes(table, args, tableFacts))
            .map(({ id }) => id),
        region: cloud.region,
    }),
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/ec2/vpc_route_table_data_source.go
    "aws:ec2/getRouteTable:getRouteTable": (args, cloud) => {
        const found = cloud
            .all(ROUTE_TABLE)
            .filter(({ id, state }) => {
                const associations = associationsOf(id, cloud);
                return (
                    (args["routeTableId"] === undefined || args["routeTableId"] === id) &&
                    (args["vpcId"] === undefined || args["vpcId"] === state["vpcId"]) &&
                    (args["subnetId"] === undefined ||
                        associations.some(({ subnetId }) => subnetId === args["subnetId"])) &&
                    (args["gatewayId"] === undefined ||
                        associations.some(({ gatewayId }) => gatewayId === args["gatewayId"]))
                );
            })
            .filter((table) => passes(table, args, tableFacts));
        const [table] = found;
        if (table === undefined) {
            return refuse("query returned no results. Please change your search criteria and try again");
        }
        return found.length > 1
            ? refuse(
                  "multiple Route Tables matched; use additional constraints to reduce matches to a single Route Table",
              )
            : {
                  ...table.state,
                  id: table.id,
                  routeTableId: table.id,
                  associations: associationsOf(table.id, cloud),
                  routes: routesOf(table, cloud),
              };
    },
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/ec2/vpc_endpoint_data_source.go
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": (args, cloud) => {
        const found = cloud
            .all(VPC_ENDPOINT)
            .filter(({ id, state }) => [undefined, id].includes(text(args, "id")) && sameIn(state, args))
            .filter((endpoint) => passes(endpoint, args, endpointFacts));
        const [endpoint] = found;
        if (endpoint === undefined) {
            return refuse("no matching EC2 VPC Endpoint found");
        }
        return found.length > 1
            ? refuse(
                  "multiple EC2 VPC Endpoints matched; use additional constraints to reduce matches to a single EC2 VPC Endpoint",
              )
            : { ...endpoint.state, id: endpoint.id };
    },
};

function sameIn(state: Props, args: Props): boolean {
    return ["serviceName", "state", "vpcId"].every((name) => args[name] === undefined || args[name] === state[name]);
}

/** A table's associations with subnets, and with its VPC if it is the main one. */
function associationsOf(id: string, cloud: Cloud): Props[] {
    const none = { gatewayId: "", subnetId: "", main: false, routeTableId: id };
    return [
        ...cloud
            .all(VPC)
            .filter(({ state }) => state["mainRouteTableId"] === id)
            .map(() => ({ ...none, main: true, routeTableAssociationId: `rtbassoc-${id.slice("rtb-".length)}` })),
        ...cloud
            .all(ROUTE_TABLE_ASSOCIATION)
            .filter(({ state }) => state["routeTableId"] === id)
            .map((association) => ({
                ...none,
                gatewayId: text(association.state, "gatewayId") ?? "",
                subnetId: text(association.state, "subnetId") ?? "",
                routeTableAssociationId: association.id,
            })),
    ];
}

/** The data source's names of targets; a route has one of them. */
const targets = [...routeTargets, "instanceId"];

/** The routes of a table but for the local one, which the data source leaves out. */
function routesOf({ id, state }: CloudObject, cloud: Cloud): Props[] {
    const within = Array.isArray(state["routes"]) ? records(state, "routes") : [];
    const apart = cloud
        .all(ROUTE)
        .map((route) => route.state)
        .filter((route) => must(route, "routeTableId") === id);
    return [...within, ...apart].map((route) => ({
        cidrBlock: text(route, "cidrBlock") ?? text(route, "destinationCidrBlock") ?? "",
        ipv6CidrBlock: text(route, "ipv6CidrBlock") ?? text(route, "destinationIpv6CidrBlock") ?? "",
        destinationPrefixListId: text(route, "destinationPrefixListId") ?? "",
        ...Object.fromEntries(targets.map((target) => [target, text(route, target) ?? ""])),
    }));
}
