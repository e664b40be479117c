import { cloudtrail } from "./cloudtrail";
import { cloudwatch } from "./cloudwatch";
import type { Declaration } from "./declaring/declaration";
import { ec2 } from "./ec2";
import { ecs } from "./ecs";
import { eks } from "./eks";
import { iam } from "./iam";
import { kms } from "./kms";
import { lambda } from "./lambda";
import { rds } from "./rds";
import { s3 } from "./s3";
import { scheduler } from "./scheduler";
import { secretsmanager } from "./secretsmanager";
import { sns } from "./sns";
import { ssm } from "./ssm";
import { ssoadmin } from "./ssoadmin";
import { vpc } from "./vpc";

/**
 * Every resource type that the stand-in supports. A new one needs its token in `tokens.ts`, a {@link Declaration} in
 * its service's folder, and a test case (a sample and its refusals): names, types and required arguments come from the
 * SDK.
 */
export const declarations: readonly Declaration[] = [
    ...[cloudtrail, cloudwatch, ec2, ecs, eks, iam, kms, lambda, rds],
    ...[s3, scheduler, secretsmanager, sns, ssm, ssoadmin, vpc],
].flat();
