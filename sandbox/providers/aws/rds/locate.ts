import type { CloudObject } from "../../../cloud/store";
import { parseArn } from "../../../../toolkit/arn";
import type { Cloud } from "../../../cloud/aws/cloud";
import { DB_INSTANCE } from "../../../cloud/aws/tokens";

/** Instances are found by identifier, by ARN, and by the immutable id. */
export function locateInstance(value: string, cloud: Cloud): CloudObject | undefined {
    return cloud
        .in(parseArn(value)?.region ?? cloud.region)
        .all(DB_INSTANCE)
        .find(({ id, state }) => id === value || state["identifier"] === value || state["arn"] === value);
}
