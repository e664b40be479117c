import { eventRule, eventTarget, logResourcePolicy } from "./events";
import { logGroup } from "./logGroup";
import { logMetricFilter, metricAlarm } from "./metrics";

export const cloudwatch = [eventRule, eventTarget, logGroup, logMetricFilter, logResourcePolicy, metricAlarm];
