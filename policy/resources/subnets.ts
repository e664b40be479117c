import type { Database } from "./database";
import type { Answer } from "../iam";
import { isUnknown, items } from "./unknownValues";
import { Candidates, Links } from "./resourceReferences";
import type { Reference } from "./resourceReferences";
import { isStated } from "./resource";
import type { Resource } from "./resource";
import { wayOut } from "./routes";
import type { WayOut } from "./routes";

const groupTypes = ["aws:rds/subnetGroup:SubnetGroup", "aws-native:rds:DbSubnetGroup"];
const subnetTypes = ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet", "aws-native:ec2:Subnet"];
const associationTypes = [
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws-native:ec2:SubnetRouteTableAssociation",
];
const mainType = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";
const defaultType = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const tableTypes = ["aws:ec2/routeTable:RouteTable", "aws-native:ec2:RouteTable"];
const vpcTypes = ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc", "aws-native:ec2:Vpc"];
const routeTypes = ["aws:ec2/route:Route", "aws-native:ec2:Route"];
const natTypes = ["aws:ec2/natGateway:NatGateway", "aws-native:ec2:NatGateway"];

export const networkTypes: readonly string[] = [
    ...[...groupTypes, ...subnetTypes, ...associationTypes, ...tableTypes, ...vpcTypes, ...routeTypes, ...natTypes],
    ...[mainType, defaultType],
];

/** A route out of the network, with the resource that holds it. */
export interface Exit extends WayOut {
    readonly holder: Resource;
}

/** The subnets, route tables and routes of a stack. */
export class Subnets {
    readonly groups: readonly Resource[];
    private readonly groupNames: Candidates;
    private readonly subnets: Candidates;
    private readonly vpcs: Candidates;
    /**
     * A VPC represents its main route table if no resource does; it comes last, so that such a resource is found
     * first.
     */
    private readonly tables: Candidates;
    private readonly natGateways: Candidates;
    private readonly routes: readonly Resource[];
    private readonly associated: Links<Resource>;
    private readonly main: Links<Resource>;
    private readonly managed: Links<Resource>;
    private readonly routed: Links<Resource>;

    constructor(resources: readonly Resource[]) {
        const of = (...types: readonly string[]): readonly Resource[] =>
            resources.filter(({ type }) => types.includes(type));
        const links = (holders: readonly Resource[], argument: string, to: Candidates): Links<Resource> =>
            new Links(holders, (holder) => to.named(holder, argument));
        this.groups = of(...groupTypes);
        this.groupNames = new Candidates(this.groups);
        this.subnets = new Candidates(of(...subnetTypes));
        this.vpcs = new Candidates(of(...vpcTypes));
        this.tables = new Candidates([...of(...tableTypes, defaultType), ...this.vpcs.all]);
        this.natGateways = new Candidates(of(...natTypes));
        this.routes = of(...routeTypes);
        this.associated = links(of(...associationTypes), "subnetId", this.subnets);
        this.main = links(of(mainType), "vpcId", this.vpcs);
        this.managed = new Links(of(defaultType), (table) =>
            ["defaultRouteTableId", "vpcId"].flatMap((argument) => this.vpcs.named(table, argument)),
        );
        this.routed = links(this.routes, "routeTableId", this.tables);
    }

    /** The subnet group of a database. */
    groupOf({ resource, subnetGroup }: Database): readonly Reference[] {
        return this.groupNames.named(resource, subnetGroup.argument);
    }

    /** The subnets of a group. */
    in(group: Resource): readonly Reference[] {
        return this.subnets.named(group, "subnetIds");
    }

    /** A subnet's route table: the associated one, or else the main one of its VPC. */
    tablesOf(subnet: Reference): readonly Reference[] {
        const links = this.associated.to(subnet);
        const tables = (answer: Answer): readonly Reference[] =>
            links
                .filter((link) => link.answer === answer)
                .flatMap(({ holder }) => this.tables.named(holder, "routeTableId"));
        const [own, possible] = [tables("yes"), tables("maybe")];
        if (own.length > 0) {
            return own;
        }
        const main = subnet.resource === undefined ? [] : this.mainTables(subnet.resource);
        return possible.length === 0 ? main : [...possible, ...main].map((table) => ({ ...table, certain: false }));
    }

    private mainTables(subnet: Resource): readonly Reference[] {
        return this.vpcs.named(subnet, "vpcId").flatMap((vpc): readonly Reference[] => {
            const holders = (links: Links<Resource>): readonly Resource[] =>
                links
                    .to(vpc)
                    .filter(({ answer }) => answer === "yes")
                    .map(({ holder }) => holder);
            const chosen = holders(this.main);
            if (chosen.length > 0) {
                return chosen.flatMap((one) => this.tables.named(one, "routeTableId"));
            }
            const managed = [...new Set(holders(this.managed))].map((table): Reference => ({
                resource: table,
                certain: true,
            }));
            return [...managed, ...(vpc.resource === undefined ? [] : [vpc])];
        });
    }

    /** Whether this stack manages the routes of a table. */
    isManaged(table: Reference): boolean {
        const isMain = table.resource !== undefined && vpcTypes.includes(table.resource.type);
        return table.resource !== undefined && (!isMain || this.routed.to(table).length > 0);
    }

    /** The routes of a table that lead, or may lead, out of the network. */
    exitsOf(table: Reference): readonly Exit[] {
        const apart = this.routed
            .to(table)
            .flatMap(({ holder, answer }) => this.exit(holder, holder.props, "gatewayId", answer === "yes"));
        const { resource } = table;
        if (resource === undefined || (!isStated(resource, "routes") && isUnknown(resource.props["routes"]))) {
            return apart;
        }
        const inline = items(resource.props["routes"]).flatMap((entry) =>
            this.exit(resource, entry, "routes", table.certain),
        );
        // AWS also lists standalone routes in the table.
        const again = ({ to }: Exit): boolean =>
            !isStated(resource, "routes") && apart.some((other) => other.to === to);
        return [...apart, ...inline.filter((exit) => !again(exit))];
    }

    /** Routes out of the network in other stacks' tables. */
    exitsElsewhere(): readonly (Exit & { readonly table: Reference })[] {
        return this.routes.flatMap((route) =>
            this.tables
                .named(route, "routeTableId")
                .filter(({ resource }) => resource === undefined)
                .flatMap((table) =>
                    this.exit(route, route.props, "gatewayId", false).map((exit) => ({ ...exit, table })),
                ),
        );
    }

    private exit(holder: Resource, route: unknown, argument: "gatewayId" | "routes", certain: boolean): Exit[] {
        const way = wayOut(holder, route, argument, this.natGateways);
        return way === undefined ? [] : [{ holder, to: way.to, certain: way.certain && certain }];
    }
}
