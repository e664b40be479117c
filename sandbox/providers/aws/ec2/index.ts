import { flowLog } from "./flowLog";
import { eip, internetGateway, natGateway } from "./gateways";
import { launchTemplate } from "./launchTemplate";
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
    internetGateway,
    launchTemplate,
    natGateway,
    route,
    routeTable,
    routeTableAssociation,
    securityGroup,
    securityGroupRule,
    subnet,
    vpc,
    vpcEndpoint,
];
