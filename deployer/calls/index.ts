import { ec2 } from "./ec2";
import { ec2Instances } from "./ec2Instances";
import { ec2Security } from "./ec2Security";
import { eks } from "./eks";
import { iam } from "./iam";
import { monitoring } from "./monitoring";
import { rds } from "./rds";
import { rdsProxy } from "./rdsProxy";
import type { Row, Rows } from "./row";
import { storage } from "./storage";
import { workloads } from "./workloads";

/** What the AWS provider calls for each resource type. */
export const rows: Rows = {
    ...ec2,
    ...ec2Instances,
    ...ec2Security,
    ...eks,
    ...iam,
    ...monitoring,
    ...rds,
    ...rdsProxy,
    ...storage,
    ...workloads,
};

/** @throws Error for a type without a row */
export function rowOf(type: string): Row {
    const row = rows[type];
    if (row === undefined) {
        throw new Error(`deployer/calls has no row for ${type}: add the calls that the provider makes for it`);
    }
    return row;
}
