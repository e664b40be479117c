import { cloudwatch } from "./cloudwatch";
import type { Declaration } from "./declaration";
import { ec2 } from "./ec2";
import { eks } from "./eks";
import { iam } from "./iam";
import { kms } from "./kms";
import { rds } from "./rds";
import { vpc } from "./vpc";

/** Every resource type that the stand-in knows. */
export const declarations: readonly Declaration[] = [cloudwatch, ec2, eks, iam, kms, rds, vpc].flat();
