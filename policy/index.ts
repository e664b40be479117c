import { PolicyPack } from "@pulumi/policy";
import { rdsDbWildcard } from "./rules/rds-db-wildcard";

new PolicyPack("keyless", { policies: [rdsDbWildcard] });
