import { flowLog } from "./flowLog";
import { eip, internetGateway, natGateway } from "./gateways";
import { instance } from "./instance";
import { launchTemplate } from "./launchTemplate";
import { networkInterface } from "./networkInterface";
import { peeringConnectionOptions, vpcPeeringConnection, vpcPeeringConnectionAccepter } from "./peering";
import { route, routeTable, routeTableAssociation } from "./routes";
import { defaultSecurityGroup, securityGroup } from "./securityGroup";
import { securityGroupRule } from "./securityGroupRule";
import { subnet } from "./subnet";
import { vpc } from "./vpc";
import { vpcEndpoint } from "./vpcEndpoint";

export const ec2 = [
    defaultSecurityGroup,
    eip,
    flowLog,
    instance,
    internetGateway,
    launchTemplate,
    natGateway,
    networkInterface,
    peeringConnectionOptions,
    route,
    routeTable,
    routeTableAssociation,
    securityGroup,
    securityGroupRule,
    subnet,
    vpc,
    vpcEndpoint,
    vpcPeeringConnection,
    vpcPeeringConnectionAccepter,
];
